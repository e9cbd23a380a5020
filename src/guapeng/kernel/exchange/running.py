"""Running an import: rows are read and checked while the batch before them is written."""

import gc
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.exchange.columns import RESULT_HEADINGS, Columns, Field
from guapeng.kernel.exchange.labels import UnknownWord, Vocabulary, count_unknown
from guapeng.kernel.exchange.results import Write
from guapeng.kernel.exchange.tables import Line, Table
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.plain.terminal import Advance
from guapeng.plain.unfit import Unfit, gettext_noop

_BATCH: Final = 2_000
_LEAD: Final = gettext_lazy(
    "热线等系统导出的表，一行一件。先看各列对不对，再导入；同一张表导入两次不会重复。"
)
_BROKEN: Final = "\ufffd"


class Shifted(Unfit):
    """A row has more cells than there are headings."""

    code = "row.shifted"
    wording = gettext_noop("这一行比表头多出单元格（“%(cell)s”），各栏可能错位")


class Garbled(Unfit):
    """A cell lost characters before it came to us."""

    code = "row.garbled"
    wording = gettext_noop("文字有损坏（乱码），请从原系统重新导出")


class Misfit(Exception):  # not an error of ours: it carries one of the row's
    """What is wrong in a row, and in which field (its key; empty for the whole row)."""

    def __init__(self, key: str, fault: Unfit) -> None:
        super().__init__(key)
        self.field = key
        self.fault = fault


class Refusal(NamedTuple):
    """A row that was not taken, and why."""

    line: Line
    misfit: Misfit


class Ready(NamedTuple):
    """A row that was checked: what it says, in whatever form the taker gave it."""

    line: Line
    content: Any


class Taken(NamedTuple):
    """What became of a batch: how many are new, how many were there, and which were refused."""

    new: int
    known: int
    refused: list[Refusal]


class Taker(Protocol):
    """What an app brings for one kind of import.

    ``notes`` counts what is to be told of rows that were taken, such as what was left out of them;
    ``unknown`` the words, by field, that nobody has said the meaning of.
    """

    notes: Counter[str]
    unknown: Counter[tuple[str, str]]

    def check(self, values: Mapping[str, str]) -> Any:
        """Return the content of a row, by field; without the database, for it runs aside.

        Raises:
            Misfit: the row cannot be taken.
        """

    def take(self, batch: Sequence[Ready]) -> Taken:
        """Write a batch, all or none; a row that is there already is left as it is."""


def posts_of_cases(by: Actor) -> list[HeldPost]:
    """Return the posts that write, and read the words of, all a county: column ``case_text``."""
    return [post for post in by.posts if post.kind.cells["case_text"] >= {"c", "w"}]


@dataclass(frozen=True)
class Importer:
    """A kind of import, as an app declares it.

    Attributes:
        required: one of these fields must have a column.
        notes: what is to be told of rows that were taken, in words, by its key.
        describe: says a checked row in a few words, for the preview.
        vocabularies: fields whose words mean something to us; somebody may say what.
        posts: which posts of somebody take in such lists, by the permission matrix.
        lead: what such a list is, above the form.
        in_own_name: rows are entered by whoever imports; else by the product, for they are others'.
    """

    key: str
    label: str | Promise
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    notes: Mapping[str, str | Promise]
    taker: Callable[..., Taker]
    describe: Callable[[Any], dict[str, str]]
    vocabularies: tuple[Vocabulary, ...] = ()
    posts: Callable[[Actor], list[HeldPost]] = posts_of_cases
    lead: str | Promise = _LEAD
    in_own_name: bool = False

    def label_of(self, key: str) -> str:
        """Return the name of a field; empty for the whole row."""
        return next((str(one.label) for one in self.fields if one.key == key), "")


_IMPORTERS: Final[dict[str, Importer]] = {}


def register(importer: Importer) -> None:
    """Make a kind of import known to the pages. Called from an app's ``ready``."""
    _IMPORTERS[importer.key] = importer


def open_to(by: Actor) -> list[Importer]:
    """Return the kinds of import that some post of ``by`` takes in, as they were registered."""
    return [one for one in _IMPORTERS.values() if one.posts(by)]


def importer(key: str) -> Importer:
    """Return the kind of import of that key; KeyError when nobody registered it."""
    return _IMPORTERS[key]


class ColumnsMissing(Unfit):
    """No column says what the rows are about."""

    code = "columns.missing"
    wording = gettext_noop(
        "看不出哪一列是“%(wanted)s”；表头是：%(headings)s。请指明各列的含义；没有表头的，请先补上"
    )


@dataclass
class Tally:
    """How far an import is."""

    new: int = 0
    known: int = 0
    refused: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        """How many filled rows were read."""
        return self.new + self.known + self.refused


def run(
    table: Table,
    columns: Columns,
    importer: Importer,
    taker: Taker,
    *,
    write: Write,
    advance: Advance,
    tally: Tally | None = None,
) -> Tally:
    """Take all rows of a table; refused ones go to ``write`` with number, field and reason.

    What is done when it is stopped stays done: run again, it finds those rows and goes on.

    Raises:
        ColumnsMissing: no column says what the rows are about.
        Unreadable: the file is damaged further down; all before it is taken.
    """
    require_columns(table, columns, importer)
    tally = tally or Tally()
    tally.notes, tally.unknown = taker.notes, taker.unknown
    with _settled_memory():
        for refused, ready in _ahead(_checked(table, columns, taker)):
            done = taker.take(ready)
            tally.new += done.new
            tally.known += done.known
            for refusal in sorted([*refused, *done.refused], key=lambda one: one.line.number):
                if tally.refused == 0:
                    write([*RESULT_HEADINGS, *table.headings])
                write(_told(refusal, importer))
                tally.refused += 1
                if isinstance(refusal.misfit.fault, UnknownWord):
                    word = str(refusal.misfit.fault.given["word"])
                    count_unknown(tally.unknown, refusal.misfit.field, word)
            advance(tally.read, table.at_most)
    return tally


@contextmanager
def _settled_memory() -> Iterator[None]:
    """Keep what is there already out of the search for garbage, a fifth of the time otherwise."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def require_columns(table: Table, columns: Columns, importer: Importer) -> None:
    """Refuse a mapping that gives no column to what must be there.

    Raises:
        ColumnsMissing: so it is.
    """
    if not set(importer.required) & set(columns.values()):
        wanted = "／".join(map(importer.label_of, importer.required))
        raise ColumnsMissing(wanted=wanted, headings="、".join(filter(None, table.headings)))


def preview(table: Table, columns: Columns, taker: Taker, *, most: int) -> list[Ready | Refusal]:
    """Return the first rows as they would be taken or refused; writes nothing."""
    values = _values(table, columns)
    return [_ready(line, values, taker) for line in itertools.islice(table.lines(), most)]


def first_values(table: Table, columns: Columns, *, most: int) -> Iterator[dict[str, str]]:
    """Yield what the first rows say, by field, unchecked."""
    values = _values(table, columns)
    return (values(line.cells) for line in itertools.islice(table.lines(), most))


_Batch = tuple[list[Refusal], list[Ready]]


def _checked(table: Table, columns: Columns, taker: Taker) -> Iterator[_Batch]:
    values = _values(table, columns)
    lines = table.lines()
    while part := list(itertools.islice(lines, _BATCH)):
        rows = [_ready(line, values, taker) for line in part]
        yield (
            [row for row in rows if isinstance(row, Refusal)],
            [row for row in rows if isinstance(row, Ready)],
        )


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Yield the batches while the next one is made in another thread."""
    with ThreadPoolExecutor(1) as aside:
        coming = aside.submit(next, batches, None)
        while batch := coming.result():
            coming = aside.submit(next, batches, None)
            yield batch


def _ready(
    line: Line, values: Callable[[Sequence[str]], dict[str, str]], taker: Taker
) -> Ready | Refusal:
    try:
        given = values(line.cells)
        _require_whole(line, given)
        return Ready(line, taker.check(given))
    except Misfit as misfit:
        return Refusal(line, misfit)


def _require_whole(line: Line, given: Mapping[str, str]) -> None:
    if line.more:
        raise Misfit("", Shifted(cell=line.more[0][:10]))
    for key, value in given.items():
        if _BROKEN in value:
            raise Misfit(key, Garbled())


def _values(table: Table, columns: Columns) -> Callable[[Sequence[str]], dict[str, str]]:
    """Return what reads the fields of a row, each from its columns in their order."""
    places: dict[str, list[int]] = {}
    for place, heading in enumerate(table.headings):
        if key := columns.get(heading):
            places.setdefault(key, []).append(place)
    single = [(key, found[0]) for key, found in places.items() if len(found) == 1]
    several = [(key, found) for key, found in places.items() if len(found) > 1]

    def values(cells: Sequence[str]) -> dict[str, str]:
        given = {key: cells[place] for key, place in single}
        for key, found in several:
            given[key] = " ".join(filter(None, (cells[place] for place in found)))
        return given

    return values


def _told(refusal: Refusal, importer: Importer) -> list[object]:
    fault = refusal.misfit.fault
    reason = _(fault.wording) % fault.given
    line = refusal.line
    return [line.number, importer.label_of(refusal.misfit.field), reason, *line.cells, *line.more]
