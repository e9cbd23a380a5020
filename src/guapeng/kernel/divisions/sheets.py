"""The columns of a list of divisions, found by their headings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from guapeng.plain.sheets import Unreadable, open_sheets
from guapeng.plain.unfit import Unfit, gettext_noop


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
        EmptyFile: it has no bytes.
        ColumnMissing: one of ``required`` has no heading.
    """
    with open_sheets(path) as sheets:
        table = sheets[0].rows()
        columns = [headings.get(cell.strip().lower(), "") for cell in next(table, [])]
        for column in required:
            if column not in columns:
                raise ColumnMissing(column=column)
        for number, cells in enumerate(table, start=2):
            if any("\ufffd" in cell for cell in cells):
                raise Unreadable(file=path.name)
            if any(cell.strip() for cell in cells):
                given = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
                yield number, {name: cell.strip() for name, cell in given.items() if name}
