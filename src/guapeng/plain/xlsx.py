"""Reading .xlsx row by row: a million rows in the memory of one, whoever wrote the file.

Spreadsheet programs keep every text once, in a list of its own that cells point into; here that
list lies in a temporary file, not in memory.
"""

import array
import mmap
import posixpath
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import IO, Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

Cells = list[str]
Read = Callable[[], Iterator[Cells]]

_CHUNK: Final = 1 << 18
_REMEMBERED: Final = 4096
"""Short texts such as categories come again and again."""

_HEAD: Final = 4096
_DIMENSION: Final = re.compile(rb'dimension ref="[A-Z]+1:[A-Z]+(\d+)"')

DAMAGE: Final = (BadZipFile, KeyError, expat.ExpatError, ET.ParseError, IndexError, ValueError)
"""What reading a damaged file, or one of another kind, raises."""


@contextmanager
def sheets_of(file: IO[bytes]) -> Iterator[list[tuple[Read, int | None]]]:
    """Give the visible sheets of a workbook, in order: what reads its rows, and how many it says.

    A row is its cells as typed: whole numbers without decimals, days and times as ISO texts,
    formulas by their last result, missing and wrong ones empty. Rows left out are empty lists.

    Raises:
        one of ``DAMAGE``, also while rows are read.
    """
    with ExitStack() as stack:
        book = stack.enter_context(ZipFile(file))
        texts = stack.enter_context(_texts(book))
        styles = _Styles(book)
        yield [(_reader(book, path, texts, styles), _height(book, path)) for path in _paths(book)]


def _reader(book: ZipFile, path: str, texts: Callable[[int], str], styles: "_Styles") -> Read:
    def read() -> Iterator[Cells]:
        with book.open(path) as part:
            yield from _Rows(texts, styles).read(part)

    return read


def _height(book: ZipFile, path: str) -> int | None:
    """Return the number of the last row, where the sheet says it; not every program does."""
    with book.open(path) as part:
        said = _DIMENSION.search(part.read(_HEAD))
    return int(said[1]) if said else None


def _paths(book: ZipFile) -> list[str]:
    """Return the parts that hold the visible sheets."""
    targets = {
        one.get("Id"): one.get("Target", "") for one in _tree(book, "xl/_rels/workbook.xml.rels")
    }
    found = []
    for sheet in _tree(book, "xl/workbook.xml").iter():
        if _local(sheet.tag) == "sheet" and sheet.get("state", "visible") == "visible":
            link = next(value for name, value in sheet.items() if _local(name) == "id")
            found.append(posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/"))
    return [path for path in found if path in book.namelist()]


class _Styles:
    """Which cells are days and times: a number looks like one only by its format."""

    def __init__(self, book: ZipFile) -> None:
        workbook = _tree(book, "xl/workbook.xml").iter()
        epochs = (one.get("date1904") for one in workbook if _local(one.tag) == "workbookPr")
        self.epoch = MAC_EPOCH if next(epochs, None) in ("1", "true") else WINDOWS_EPOCH
        self.dates = _date_styles(book) if "xl/styles.xml" in book.namelist() else frozenset()

    def typed(self, value: str, style: str) -> str:
        """Return a number as it was typed."""
        if style in self.dates:
            return str(from_excel(float(value), self.epoch) or "")
        if value.isdecimal():
            return value
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)


def _date_styles(book: ZipFile) -> frozenset[str]:
    """Return the numbers of the cell styles that show a day or a time."""
    root = _tree(book, "xl/styles.xml")
    own = {
        one.get("numFmtId"): one.get("formatCode", "")
        for one in root.iter()
        if _local(one.tag) == "numFmt"
    }
    lists = (one for one in root if _local(one.tag) == "cellXfs")
    formats = [xf.get("numFmtId", "0") for xf in next(lists, [])]
    codes = [own.get(id_) or BUILTIN_FORMATS.get(int(id_), "") for id_ in formats]
    # East Asian programs write days under numbers that the standard leaves to the locale.
    return frozenset(
        str(place)
        for place, (id_, code) in enumerate(zip(formats, codes, strict=True))
        if is_date_format(code) or (not code and int(id_) in _EAST_ASIAN_DATES)
    )


_EAST_ASIAN_DATES: Final = frozenset({*range(27, 37), *range(50, 59)})


class _Rows:
    """The rows of a sheet's XML, as its parts arrive."""

    def __init__(self, texts: Callable[[int], str], styles: _Styles) -> None:
        self.texts, self.styles = texts, styles
        self.done: list[Cells] = []
        self.cells: Cells = []
        self.count = self.column = 0
        self.kind = self.style = ""
        self.value: list[str] = []
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = _refuse

    def read(self, part: IO[bytes]) -> Iterator[Cells]:
        while chunk := part.read(_CHUNK):
            self.parser.Parse(chunk, False)
            yield from self.done
            self.done.clear()
        self.parser.Parse(b"", True)
        yield from self.done

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag if tag in _PLAIN else _local(tag)
        if name == "c":
            reference = given.get("r")
            self.column = _column(reference.rstrip("0123456789")) if reference else self.column + 1
            self.kind, self.style = given.get("t", "n"), given.get("s", "")
            self.value.clear()
        elif name in ("v", "t"):
            self.parser.CharacterDataHandler = self.value.append
        elif name == "row":
            self._fill(int(given.get("r", self.count + 1)) - 1)
            self.cells, self.column = [], -1
        elif name == "rPh":  # how a text is read aloud, no part of it
            self.kind = "phonetic"

    def _end(self, tag: str) -> None:
        name = tag if tag in _PLAIN else _local(tag)
        if name in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif name == "c" and self.value:
            self.cells.extend([""] * (self.column - len(self.cells)))
            self.cells.append(self._typed("".join(self.value)))
        elif name == "row":
            self.done.append(self.cells)
            self.count += 1

    def _fill(self, before: int) -> None:
        """Put an empty row for each that the file leaves out."""
        while self.count < before:
            self.done.append([])
            self.count += 1

    def _typed(self, value: str) -> str:
        if self.kind == "s":
            return self.texts(int(value))
        if self.kind == "n":
            return self.styles.typed(value, self.style)
        return "" if self.kind == "e" else value


_PLAIN: Final = frozenset({"c", "v", "t", "row", "is", "f"})


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """Return the place of a column, from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


@contextmanager
def _texts(book: ZipFile) -> Iterator[Callable[[int], str]]:
    """Give the function that finds a shared text by its number."""
    if "xl/sharedStrings.xml" not in book.namelist():
        yield lambda number: [""][number]
        return
    with tempfile.TemporaryFile() as file, book.open("xl/sharedStrings.xml") as part:
        ends = array.array("Q", [0])
        for text in _shared(part):
            file.write(text)
            ends.append(ends[-1] + len(text))
        file.flush()
        with (
            mmap.mmap(file.fileno(), ends[-1] or 1, access=mmap.ACCESS_READ)
            if ends[-1]
            else (ExitStack()) as held
        ):
            yield _finder(held, ends)


def _finder(held: Any, ends: "array.array[int]") -> Callable[[int], str]:
    @lru_cache(maxsize=_REMEMBERED)
    def found(number: int) -> str:
        begin, end = ends[number], ends[number + 1]
        return held[begin:end].decode() if end > begin else ""

    return found


def _shared(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the shared texts in order, encoded; formatting inside a text is dropped."""
    done: list[bytes] = []
    value: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    aloud = False

    def start(tag: str, _given: dict[str, str]) -> None:
        nonlocal aloud
        name = _local(tag)
        if name == "si":
            value.clear()
        elif name == "rPh":
            aloud = True
        elif name == "t" and not aloud:
            parser.CharacterDataHandler = value.append

    def end(tag: str) -> None:
        nonlocal aloud
        name = _local(tag)
        parser.CharacterDataHandler = None
        if name == "si":
            done.append("".join(value).encode())
        elif name == "rPh":
            aloud = False

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _refuse
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk, False)
        yield from done
        done.clear()


def _refuse(*_doctype: object) -> None:
    """Refuse a document type: no spreadsheet has one, and it can make a small file endless."""
    raise ValueError("document type in a spreadsheet")


def _tree(book: ZipFile, path: str) -> ET.Element:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    content = book.read(path)
    parser.Parse(content, True)
    return ET.fromstring(content)  # noqa: S314  # has no document type


def _local(tag: str) -> str:
    """Return a name without its namespace, however it is written."""
    return tag.rpartition("}")[2].rpartition(":")[2]
