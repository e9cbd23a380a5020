"""The result file: every refused row as it was, with its number and what is wrong with it."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Write = Callable[[Sequence[object]], None]

_FORMULA: Final = ("=", "+", "-", "@")
_LONGEST_CELL: Final = 32_767
_MOST_ROWS: Final = 1_048_576


@contextmanager
def writing(path: Path, *, title: str = "1") -> Iterator[Write]:
    """Give the function that writes the next row of a new file, .xlsx or .csv by its name.

    The file is made by the first row: without rows there is none. A text that a spreadsheet would
    run as a formula is kept from it. The file is for its owner only.
    """
    with ExitStack() as stack:
        write: Write | None = None

        def row(cells: Sequence[object]) -> None:
            nonlocal write
            if write is None:
                begin = _workbook if path.suffix.lower() == ".xlsx" else _text
                write = stack.enter_context(begin(path, title))
            write(cells)

        yield row


@contextmanager
def _text(path: Path, _title: str) -> Iterator[Write]:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write = csv.writer(file).writerow
        yield lambda cells: write(list(map(_guarded, cells)))


@contextmanager
def _workbook(path: Path, title: str) -> Iterator[Write]:
    """Write sheets of a workbook, a further one whenever one is full."""
    path.touch(mode=0o600)
    book = Workbook(write_only=True)
    sheet, count, head = book.create_sheet(title), 0, []

    def write(cells: Sequence[object]) -> None:
        nonlocal sheet, count, head
        if count == 0:
            head = list(cells)
        elif count % _MOST_ROWS == 0:
            sheet = book.create_sheet()
            sheet.append([_cell(sheet, cell) for cell in head])
            count += 1
        sheet.append([_cell(sheet, cell) for cell in cells])
        count += 1

    try:
        yield write
    except BaseException:
        for begun in book.worksheets:
            begun.close()  # else its unwritten rows are missed when it is thrown away
        raise
    book.save(path)


def _guarded(cell: object) -> object:
    """Return a cell of a text file; a number, also a negative one, stays a number."""
    if not isinstance(cell, str) or not cell.startswith((*_FORMULA, "\t", "\r")):
        return cell
    return f"'{cell}"


def _cell(sheet: Any, value: object) -> object:
    """Return a cell of a workbook: a text is a text, whatever it begins with."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
    if not text.startswith(_FORMULA):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
