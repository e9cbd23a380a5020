"""Writing any list to a file, row by row: CSV for spreadsheets, XLSX, Parquet for computing."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from guapeng.kernel.exchange.results import Write, writing
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.actors import Actor
from guapeng.plain.terminal import Advance
from guapeng.plain.unfit import Unfit, gettext_noop

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
"""The formats, each with its media type."""

_ROWS_A_GROUP: Final = 10_000
_TOLD_EVERY: Final = 1_000

_ARROW: Final = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    dt.datetime: pa.timestamp("us", tz="UTC"),
    dt.date: pa.date32(),
}


class NoSuchFormat(Unfit):
    """We do not write that."""

    code = "export.format"
    wording = gettext_noop("不能导出为“%(format)s”；可用：csv、xlsx、parquet")


@dataclass(frozen=True)
class Column:
    """A column of a listing.

    Attributes:
        key: its name in Parquet, and of the attribute that holds it unless ``value`` tells.
        label: its heading in CSV and XLSX.
        kind: str, int, float, bool, datetime or date; every cell is of it, or None.
    """

    key: str
    label: str | Promise
    kind: type = str
    value: Callable[[Any], Any] | None = None

    def cell(self, row: Any) -> Any:
        """Return the cell of a row."""
        return self.value(row) if self.value else getattr(row, self.key)


@dataclass(frozen=True)
class Listing:
    """A list that can be written: what it is called, its columns, and its rows in their order.

    The rows are read once, within the scope of whoever asks.
    """

    key: str
    label: str | Promise
    columns: tuple[Column, ...]
    rows: Iterable[Any]


def export(
    listing: Listing,
    path: Path,
    *,
    format: str = "",  # noqa: A002  # what people call it
    by: Actor,
    at: dt.datetime,
    purpose: str = "",
    advance: Advance = lambda _done, _total: None,
) -> int:
    """Write a listing to a new file and tell the journal who took what; return how many rows.

    The file is complete, or it is not there; it is for its owner only.

    Raises:
        NoSuchFormat: neither ``format`` nor the name's ending is one of ``FORMATS``.
        OSError: the file cannot be written.
    """
    format_ = format or path.suffix.lower().lstrip(".")
    if format_ not in FORMATS:
        raise NoSuchFormat(format=format_)
    unfinished = path.with_name(f".{path.stem}.unfinished.{format_}")
    try:
        with _writers(format_, unfinished, listing) as write:
            count = _write(listing, write, advance)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _tell(listing, count, format_, by=by, at=at, purpose=purpose)
    return count


def _write(listing: Listing, write: Write, advance: Advance) -> int:
    count = 0
    for row in listing.rows:
        write([column.cell(row) for column in listing.columns])
        count += 1
        if count % _TOLD_EVERY == 0:
            advance(count, None)
    return count


@contextmanager
def _writers(format_: str, path: Path, listing: Listing) -> Iterator[Write]:
    if format_ == "parquet":
        with _parquet(path, listing) as write:
            yield write
        return
    with writing(path, title=str(listing.label)) as write:
        write([str(column.label) for column in listing.columns])
        yield lambda cells: write([_local(cell) for cell in cells])


def _local(cell: Any) -> Any:
    """Return a moment as people here write it; spreadsheets know no zones."""
    if isinstance(cell, dt.datetime):
        return timezone.localtime(cell).replace(tzinfo=None, microsecond=0)
    return cell


@contextmanager
def _parquet(path: Path, listing: Listing) -> Iterator[Write]:
    schema = pa.schema([(column.key, _ARROW[column.kind]) for column in listing.columns])
    path.touch(mode=0o600)
    with pq.ParquetWriter(path, schema) as file:
        waiting: list[Sequence[Any]] = []

        def flush() -> None:
            columns = [list(cells) for cells in zip(*waiting, strict=True)]
            file.write_table(pa.table(columns or [[] for _one in schema], schema=schema))
            waiting.clear()

        def write(cells: Sequence[Any]) -> None:
            waiting.append(cells)
            if len(waiting) == _ROWS_A_GROUP:
                flush()

        yield write
        if waiting:
            flush()


def _tell(
    listing: Listing, count: int, format_: str, *, by: Actor, at: dt.datetime, purpose: str
) -> None:
    with transaction.atomic():
        journal.write(
            journal.Told(
                event="exchange.exported",
                subject=f"exchange:{listing.key}",
                at=at,
                actor=by.person_id,
                acting_as=by.posts[0].key if by.posts else "",
                says=_("导出%(label)s%(count)d行（%(format)s）")
                % {"label": listing.label, "count": count, "format": format_},
                data={"rows": count, "format": format_},
                given={"purpose": purpose},
            )
        )
