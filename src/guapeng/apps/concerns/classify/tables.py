"""Tables of concerns: where their text stands, and the table of suggestions made of one."""

import codecs
import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from guapeng.apps.concerns.classify.model import Model, Suggestion
from guapeng.apps.concerns.classify.replacing import replacing
from guapeng.plain.sheets import Cells, EmptyFile, open_sheets
from guapeng.plain.terminal import Advance
from guapeng.plain.unfit import Unfit, gettext_noop

ADDED: Final = ("suggested", "confidence", "reason")
"""The columns that a table of suggestions has more; those of an earlier one are replaced."""

_FORMS: Final = (("text",), ("subject", "body"), ("tokens",))
"""Columns a text may be made of; the first that are all there count."""

_AT_ONCE: Final = 256
_HEAD: Final = 1 << 16
_LIKELY: Final = 0.15
"""A runner-up is worth a word from this chance on."""


class NoText(Unfit):
    """No column holds the texts."""

    code = "classify.text"
    wording = gettext_noop("表头缺少“text”一列（或“subject”和“body”两列，或“tokens”一列）")


class NoLabel(Unfit):
    """No column tells what the texts are about."""

    code = "classify.label"
    wording = gettext_noop("表头缺少“label”一列")


class RowTooLong(Unfit):
    """A row has more cells than the heading: it has shifted."""

    code = "classify.row"
    wording = gettext_noop("第%(row)s行的列数比表头多")


@dataclass(frozen=True)
class Texts:
    """A table with texts.

    Attributes:
        headings: as they are written.
        columns: those that make the text.
        rows: begins the rows anew; each has as many cells as there are headings.
        at_most: how many rows there are at most, if known.
    """

    headings: Cells
    columns: tuple[int, ...]
    rows: Callable[[], Iterator[Cells]]
    at_most: int | None

    def text(self, row: Cells) -> str:
        """Return the text of a row."""
        return "\n".join(row[at] for at in self.columns)


@contextmanager
def open_texts(path: Path) -> Iterator[Texts]:
    """Give the first table of the file.

    Raises:
        Unreadable: it is damaged or of another kind; also while rows are read.
        EmptyFile: it has no heading.
        NoText: no column holds the texts.
        RowTooLong: while rows are read.
        OSError: it cannot be had.
    """
    with open_sheets(path) as sheets:
        sheet = next(iter(sheets), None)
        headings = next(sheet.rows(), None) if sheet else None
        if sheet is None or not headings:
            raise EmptyFile(file=path.name)
        named = _named(headings)
        form = next((form for form in _FORMS if all(name in named for name in form)), None)
        if form is None:
            raise NoText
        yield Texts(
            headings,
            tuple(named[name] for name in form),
            lambda: _filled(sheet.rows(), len(headings)),
            sheet.at_most,
        )


def read_cases(path: Path) -> tuple[list[tuple[str, str]], int]:
    """Return texts with their labels, and how many rows lack one of them.

    Raises:
        NoLabel: no column tells what the texts are about.
        See ``open_texts`` for the others.
    """
    with open_texts(path) as table:
        at = _named(table.headings).get("label")
        if at is None:
            raise NoLabel
        cases = [(table.text(row), row[at].strip()) for row in table.rows()]
    whole = [(text, label) for text, label in cases if text.strip() and label]
    return whole, len(cases) - len(whole)


def write_suggestions(path: Path, out: Path, *, model: Model, advance: Advance) -> int:
    """Write the rows of ``path`` with suggestions to ``out`` in one go; return how many.

    ``out`` is CSV in UTF-8, packed if its name ends in .gz, with a byte order mark unless the
    input is text without one: spreadsheet programs ask for it.
    See ``open_texts`` for what is raised; ``out`` is then as it was.
    """
    with open_texts(path) as table, _writer(out, marked=_asks_for_mark(path)) as write:
        kept = [at for at, name in enumerate(table.headings) if name.strip() not in ADDED]
        write([[*(table.headings[at] for at in kept), *ADDED]])
        done = 0
        for part in _parts(table.rows()):
            texts = [table.text(row) for row in part]
            found = zip(part, texts, model.suggest(texts), strict=True)
            write([*(row[at] for at in kept), *_told(text, one)] for row, text, one in found)
            done += len(part)
            advance(done, table.at_most)
    return done


def _told(text: str, found: Suggestion) -> tuple[str, str, str]:
    return found.label, f"{found.confidence:.4f}", _reason(text, found)


def _reason(text: str, found: Suggestion) -> str:
    if not text.strip():
        return "没有文字，无法判断"
    if not found.label:
        return "没有认得出的词语，无法判断"
    words = "".join(f"“{word}”" for word in found.reasons)
    others = "、".join(
        f"{label}（{chance:.0%}）" for label, chance in found.runners_up if chance >= _LIKELY
    )
    said = f"提到{words}" if words else "没有特别突出的词语"
    return f"{said}；也可能是{others}" if others else said


def _named(headings: Cells) -> dict[str, int]:
    """Return where each heading stands; of two alike, the first."""
    return {name.strip().lower(): at for at, name in reversed(list(enumerate(headings)))}


def _filled(rows: Iterator[Cells], width: int) -> Iterator[Cells]:
    """Yield the rows below the heading, each of ``width`` cells; what is no row at all is none."""
    for number, row in enumerate(islice(rows, 1, None), start=2):
        if any(cell.strip() for cell in row[width:]):
            raise RowTooLong(row=number)
        if row:
            yield row[:width] + [""] * (width - len(row))


def _parts(rows: Iterator[Cells]) -> Iterator[list[Cells]]:
    return iter(lambda: list(islice(rows, _AT_ONCE)), [])


@contextmanager
def _writer(out: Path, *, marked: bool) -> Iterator[Callable[[Iterable[Sequence[str]]], None]]:
    with ExitStack() as stack:
        file: Any = stack.enter_context(replacing(out))
        if out.suffix.lower() == ".gz":
            # Without a name and a time inside, the same rows give the same file.
            file = stack.enter_context(gzip.GzipFile("", "wb", fileobj=file, mtime=0))
        encoding = "utf-8-sig" if marked else "utf-8"
        text = stack.enter_context(io.TextIOWrapper(file, encoding, newline=""))
        yield csv.writer(text, lineterminator="\n").writerows


def _asks_for_mark(path: Path) -> bool:
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        head = file.read(_HEAD)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return True
    return head.startswith((codecs.BOM_UTF8, b"PK"))
