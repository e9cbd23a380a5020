"""A table with headings: where they stand in the file, and the rows below them, one by one."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from guapeng.kernel.exchange import columns
from guapeng.kernel.exchange.columns import RESULT_HEADINGS, Field
from guapeng.plain.sheets import Cells, EmptyFile, Sheet, open_sheets

_ABOVE: Final = 20
"""Titles, dates and notes may stand in so many rows above the headings."""

_GUARDED: Final = ("'=", "'+", "'-", "'@")
"""How a text is kept from being a formula; see ``results``."""


class Line(NamedTuple):
    """A filled row: its number as a spreadsheet shows it, and its cells, one for each heading.

    ``more`` are filled cells beyond the last heading: the row has shifted.
    """

    number: int
    cells: Cells
    more: Cells


@dataclass(frozen=True)
class Table:
    """The headings of a file, as they are written, and its rows; ``at_most`` so many, if known."""

    headings: list[str]
    lines: Callable[[], Iterator[Line]]
    at_most: int | None

    @property
    def signature(self) -> str:
        """A short name that all lists with these headings share."""
        return columns.signature(self.headings)


@contextmanager
def open_table(path: Path, *, fields: Sequence[Field]) -> Iterator[Table]:
    """Give the table of a file: the first sheet with headings that we know, or the first filled.

    Raises:
        Unreadable: the file is damaged or of another kind; also while lines are read.
        EmptyFile: there is no filled cell.
        OSError: it cannot be had.
    """
    words = columns.known_words(fields)
    with open_sheets(path) as sheets:
        found = [one for sheet in sheets if (one := _headed(sheet, words))]
        if not found:
            raise EmptyFile(file=path.name)
        yield _table(max(found, key=lambda one: one.known))


class _Headed(NamedTuple):
    """A sheet whose headings stand in the row ``place``, from 0; ``known`` of them we know."""

    sheet: Sheet
    place: int
    known: int
    headings: Cells


def _headed(sheet: Sheet, words: frozenset[str]) -> _Headed | None:
    rows = enumerate(itertools.islice(sheet.rows(), _ABOVE))
    filled = [(place, cells) for place, cells in rows if any(map(str.strip, cells))]
    if not filled:
        return None
    # The first of the rows that know most: a title may hold a word of ours by chance.
    place, cells = max(filled, key=lambda row: columns.count_known(row[1], words))
    return _Headed(sheet, place, columns.count_known(cells, words), _named(cells))


def _named(cells: Sequence[str]) -> Cells:
    """Return the headings without spaces around; one that comes again is not a heading."""
    named = [cell.strip() for cell in cells]
    return [name if name not in named[:place] else "" for place, name in enumerate(named)]


def _table(found: _Headed) -> Table:
    kept = [name not in RESULT_HEADINGS for name in found.headings]
    headings = list(itertools.compress(found.headings, kept))

    def lines() -> Iterator[Line]:
        width = len(kept)
        rows = enumerate(itertools.islice(found.sheet.rows(), found.place + 1, None))
        for number, row in rows:
            cells = list(map(_cell, row))
            if any(cells):
                own = cells[:width] + [""] * (width - len(cells))
                more = [cell for cell in cells[width:] if cell]
                yield Line(number + found.place + 2, list(itertools.compress(own, kept)), more)

    at_most = found.sheet.at_most
    return Table(headings, lines, at_most and max(at_most - found.place - 1, 0))


def _cell(text: str) -> str:
    """Return what a person sees in the cell."""
    text = text.replace("\0", "").strip()  # PostgreSQL keeps no zero bytes
    return text[1:] if text.startswith(_GUARDED) else text
