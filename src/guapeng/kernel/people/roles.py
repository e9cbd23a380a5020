"""Roles and what each may see: the permission matrix, read from ``permissions.csv``.

A cell is words: whose rows (``o`` own, ``a`` assigned, ``g v t c`` those of the post's grid,
village, township or county, ``s`` statistics only, ``unit`` of the own unit) and what more
(``r`` after a stated reason, ``w`` write, ``approve``). The public table is
``docs/reference/permissions.md``; a test holds the two together.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

KEEPER: Final = "privacy_officer"
"""The post that decides on what is held about people (PIPL art. 52)."""

AREA_WORDS: Final = frozenset("gvtc")
_HARMLESS: Final = frozenset({"public", "topics", "s"})


@dataclass(frozen=True)
class Role:
    """A kind of post: its key, its Chinese label, and the words of its cells by subject."""

    key: str
    label: str
    cells: dict[str, frozenset[str]]

    def may(self, word: str, subject: str) -> bool:
        """Tell whether the matrix gives this role ``word`` (``w``, ``r``, …) on ``subject``."""
        return word in self.cells[subject]

    @property
    def sees_others(self) -> bool:
        """Tell whether this role reads data of other people, or administers the instance."""
        if self.cells["configuration"]:
            return True
        cells = (words for subject, words in self.cells.items() if subject != "board")
        return any(words & AREA_WORDS and not words & _HARMLESS for words in cells)

    def sees_area(self, subject: str) -> bool:
        """Tell whether this role sees all rows of ``subject`` in the division of its post."""
        return bool(self.cells[subject] & AREA_WORDS)


@cache
def roles() -> dict[str, Role]:
    """Return all roles by key, in the order of the matrix."""
    text = files("guapeng.kernel.people").joinpath("permissions.csv").read_text("utf-8")
    return {row["role"]: _role(row) for row in csv.DictReader(text.splitlines())}


def _role(row: dict[str, str]) -> Role:
    cells = {name: frozenset(cell.split()) for name, cell in row.items()}
    return Role(
        key=row["role"],
        label=row["label"],
        cells={name: words for name, words in cells.items() if name not in ("role", "label")},
    )
