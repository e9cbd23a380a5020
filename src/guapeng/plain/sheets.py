"""Tables as offices send them, row by row: text with separators, packed or not, and workbooks.

What a file is, its content says; names lie. Nothing is held in memory but the row at hand, save
old workbooks (.xls), which hold 65,536 rows at most.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from python_calamine import CalamineError, CalamineWorkbook

from guapeng.plain import xlsx
from guapeng.plain.unfit import Unfit, gettext_noop

Cells = list[str]

_DAMAGE: Final = (
    *xlsx.DAMAGE, CalamineError, gzip.BadGzipFile, zlib.error, EOFError, csv.Error,
)  # fmt: skip
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_CHUNK: Final = 1 << 20
_MOST_ZEROS: Final = 100
"""A text may have one byte in so many that is zero, by mistake; more are no text."""
_SEPARATORS: Final = ",\t;|"
_LONGEST_CELL: Final = 1 << 20
csv.field_size_limit(_LONGEST_CELL)


class Unreadable(Unfit):
    """The file is no table that we can read."""

    code = "sheet.unreadable"
    wording = gettext_noop("读不了“%(file)s”：请用CSV（UTF-8或GB18030）、CSV.GZ或XLSX")


class EmptyFile(Unfit):
    """The file has no bytes, or no filled cell."""

    code = "sheet.empty"
    wording = gettext_noop("“%(file)s”是空的")


@dataclass(frozen=True)
class Sheet:
    """A table: a function that begins its rows anew, and how many there are at most, if known."""

    rows: Callable[[], Iterator[Cells]]
    at_most: int | None = None


@contextmanager
def open_sheets(path: Path) -> Iterator[list[Sheet]]:
    """Give the tables of a file: the visible sheets of a workbook, or the one of a text file.

    A cell is what was typed, without spaces around it; a row left empty is an empty list or empty
    cells. Text is UTF-8, UTF-16 with its mark, or GB18030; bytes that are neither become U+FFFD.

    Raises:
        Unreadable: the file is damaged or of another kind; also while rows are read.
        EmptyFile: it has no bytes.
        OSError: it cannot be had.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        head = file.read(len(_ZIP))
        file.seek(0)
        if not head:
            raise EmptyFile(file=path.name)
        try:
            sheets = _sheets(path, file, head, stack)
        except _DAMAGE:
            raise Unreadable(file=path.name) from None
        yield sheets


def _sheets(path: Path, file: IO[bytes], head: bytes, stack: ExitStack) -> list[Sheet]:
    if head == _ZIP:
        workbook = stack.enter_context(xlsx.sheets_of(file))
        return [Sheet(_told_apart(path, rows), at_most) for rows, at_most in workbook]
    if head == _OLD_WORKBOOK:
        book = CalamineWorkbook.from_filelike(file)
        return [_old_sheet(book, name) for name in book.sheet_names]
    return [_text_sheet(path, packed=head.startswith(_GZIP))]


def _told_apart(path: Path, rows: Callable[[], Iterator[Cells]]) -> Callable[[], Iterator[Cells]]:
    """Let damage that is met while reading be told from what the reader of the rows does wrong."""

    def read() -> Iterator[Cells]:
        try:
            yield from rows()
        except _DAMAGE:
            raise Unreadable(file=path.name) from None

    return read


def _old_sheet(book: CalamineWorkbook, name: str) -> Sheet:
    content = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return Sheet(lambda: ([_typed(cell) for cell in row] for row in content), len(content))


def _typed(cell: object) -> str:
    """Return a cell as it was typed: spreadsheets keep a code of digits as a float."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _text_sheet(path: Path, *, packed: bool) -> Sheet:
    encoding, lines = _looked_through(path, packed=packed)

    def rows() -> Iterator[Cells]:
        with (
            _bytes_of(path, packed=packed) as content,
            io.TextIOWrapper(content, encoding, errors="replace", newline="") as text,
        ):
            separator = _separator(text.readline())
            text.seek(0)
            yield from csv.reader(text, delimiter=separator)

    return Sheet(_told_apart(path, rows), lines)


def _bytes_of(path: Path, *, packed: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _separator(heading: str) -> str:
    """Return the separator that the first line has most of."""
    return max(_SEPARATORS, key=heading.count)


def _looked_through(path: Path, *, packed: bool) -> tuple[str, int]:
    """Return the encoding of a whole text file and its number of lines.

    One bad byte in the millionth row would else be found when all before it are taken.
    """
    with _bytes_of(path, packed=packed) as content:
        head = content.read(len(codecs.BOM_UTF16_LE))
        if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", 0
        as_utf8 = codecs.getincrementaldecoder("utf-8")()
        as_gb = codecs.getincrementaldecoder("gb18030")()
        lines, chunk = 0, head + content.read(_CHUNK)
        if chunk.count(b"\0") > len(chunk) // _MOST_ZEROS:
            raise EOFError  # numbers, pictures or sound, and no text
        fits = {"utf-8-sig": as_utf8, "gb18030": as_gb}
        while chunk:
            lines += chunk.count(b"\n")
            fits = {name: one for name, one in fits.items() if _decodes(one, chunk)}
            chunk = content.read(_CHUNK)
        fits = {name: one for name, one in fits.items() if _decodes(one, b"", final=True)}
    return next(iter(fits), _likelier(path, packed=packed)), lines + 1


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _likelier(path: Path, *, packed: bool) -> str:
    """Return the encoding that leaves fewer broken characters at the beginning."""
    with _bytes_of(path, packed=packed) as content:
        sample = content.read(_CHUNK)
    broken = {
        name: sample.decode(name, "replace").count("\ufffd") for name in ("utf-8-sig", "gb18030")
    }
    return min(broken, key=lambda name: broken[name])
