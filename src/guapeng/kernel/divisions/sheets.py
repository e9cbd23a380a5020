"""Tables as offices send them: CSV, gzipped CSV or the first sheet of an .xlsx."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from guapeng.plain.unfit import Unfit, gettext_noop

_DAMAGE = (
    CalamineError, gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError, csv.Error,
)  # fmt: skip


class Unreadable(Unfit):
    """The file is no table that we can read."""

    code = "sheet.unreadable"
    wording = gettext_noop("读不了“%(file)s”：请用CSV（UTF-8或GB18030）、CSV.GZ或XLSX")


class ColumnMissing(Unfit):
    """A column that must be there is not."""

    code = "sheet.column"
    wording = gettext_noop("表头缺少“%(column)s”一列")


def read_rows(
    path: Path, *, headings: Mapping[str, str], required: Iterable[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the filled rows with their numbers as a spreadsheet shows them; the heading is row 1.

    ``headings`` gives the column's name for each heading it may stand under; other columns are
    left out. A cell that is missing or empty is an empty string, and numbers have no decimals.

    Raises:
        Unreadable: the file is damaged or of another kind.
        ColumnMissing: one of ``required`` has no heading.
    """
    table = iter(_table(path))
    columns = [headings.get(cell.strip().lower(), "") for cell in next(table, [])]
    for column in required:
        if column not in columns:
            raise ColumnMissing(column=column)
    for number, cells in enumerate(table, start=2):
        if any(cell.strip() for cell in cells):
            given = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
            yield number, {name: cell.strip() for name, cell in given.items() if name}


def _table(path: Path) -> Iterable[list[str]]:
    try:
        if path.suffix.lower() == ".xlsx":
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
            return [
                [_typed(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)
            ]
        return list(csv.reader(io.StringIO(_text(path), newline="")))
    except _DAMAGE:
        raise Unreadable(file=path.name) from None


def _text(path: Path) -> str:
    """Return the text of a file; what is not UTF-8 was saved by a Chinese spreadsheet program."""
    content = path.read_bytes()
    if path.suffix.lower() == ".gz":
        content = gzip.decompress(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _typed(cell: object) -> str:
    """Return a cell as it was typed: spreadsheets keep a code of digits as a float."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
