"""Keeping the statistics exact: read what happened, work out again whatever it touched.

Nothing is added to a count and nothing taken away: a matter's measure is worked out anew from the
rows of the loop, then the day's counts anew from the measures. So a line read twice changes
nothing, and no error outlives the next reading.
"""

# ruff: noqa: S608  # statements are put together from our own names; values are parameters

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from guapeng.kernel.matters import postings, search_keys
from guapeng.kernel.matters.models import TallyHead
from guapeng.kernel.matters.statistics import classes, counts
from guapeng.kernel.matters.statistics.meanings import Meaning, meanings
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.plain.terminal import Advance

_LINES_AT_ONCE: Final = 200_000
_MATTERS_AT_ONCE: Final = 20_000
_KEPT: Final = ("tally", "measure", "posting", "postingcount", "squarecount", "searchkeys")
_EDGES: Final = [edge.total_seconds() for edge in classes.EDGES]

_HEARD = """
select distinct substr(subject, 8)::bigint from journal_entry
where seq > %s and seq <= %s and subject like 'matter:%%'
"""
# A date can pass without a line in the journal.
_PASSED = """
select distinct matter_id from matters_task
where done_at is null and due_at >= %s and due_at < %s
"""

_DAYS = " union ".join(
    f"select {storey}_id, opened_on from matters_measure"
    f" where matter_id = any(%(matters)s) and {storey}_id is not null"
    for storey in counts.KEPT_STOREYS
)
_DAYS_TOUCHED = "unnest(%(places)s::bigint[], %(days)s::date[]) as touched(place, day)"
_MONTHS_TOUCHED = f"""(
    select distinct place, date_trunc('month', touched.day)::date as day from {_DAYS_TOUCHED}
) touched"""


def _drop(touched: str, grain: str) -> str:
    return f"""delete from matters_tally cell using {touched} where cell.place_id = touched.place
        and cell.grain = '{grain}' and cell.day = touched.day"""


def _count(storey: str) -> str:
    joined = f"measure.{storey}_id = touched.place and measure.opened_on = touched.day"
    source = f"{_DAYS_TOUCHED} join matters_measure measure on {joined}"
    return counts.day_cells("touched.place", source)


def _count_all(storey: str) -> str:
    source = f"matters_measure measure where measure.{storey}_id is not null"
    return counts.day_cells(f"measure.{storey}_id", source)


_DAYS_AGAIN = f"""{_DAYS_TOUCHED} join matters_tally cell
    on cell.place_id = touched.place and cell.day = touched.day"""
_MONTHS_AGAIN = f"""{_MONTHS_TOUCHED} join matters_tally cell on cell.place_id = touched.place
    and cell.day >= touched.day and cell.day < touched.day + interval '1 month'"""
_COUNT: Final = [
    _drop(_DAYS_TOUCHED, "day"),
    _drop(_MONTHS_TOUCHED, "month"),
    *map(_count, counts.KEPT_STOREYS),
    counts.wider_cells(_DAYS_AGAIN, grain="day", whole=True),
    counts.wider_cells(_MONTHS_AGAIN, grain="month", whole=False),
    counts.wider_cells(_MONTHS_AGAIN, grain="month", whole=True),
]
_COUNT_ALL: Final = [
    *map(_count_all, counts.KEPT_STOREYS),
    counts.wider_cells(grain="day", whole=True),
    counts.wider_cells(grain="month", whole=False),
    counts.wider_cells(grain="month", whole=True),
]


def fold(*, at: dt.datetime) -> int:
    """Take in what happened since the last time; return how many journal lines were read.

    Called by the clock every minute. Any number of workers may call it at once; all but one find
    nothing to do.
    """
    read = 0
    while lines := _fold_next(at):
        read += lines
    return read


def recount(*, at: dt.datetime, progress: Advance = lambda _done, _total: None) -> int:
    """Work out every measure and every tally anew; return how many matters were counted.

    One transaction: pages show the old numbers until the new ones are complete.
    """
    with scope.acting(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        _begin(cursor)
        head = TallyHead.objects.select_for_update().get()
        end = _journal_end(cursor)
        for table in _KEPT:
            cursor.execute(f"delete from matters_{table}")
        total = _measure_all(cursor, at=at, progress=progress)
        for statement in _COUNT_ALL:
            cursor.execute(statement)
        postings.count_all()
        search_keys.put_away()
        _keep(head, end, at)
    return total


def _fold_next(at: dt.datetime) -> int:
    """Read the next lines in one transaction; return how many."""
    with scope.acting(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        _begin(cursor)
        head = TallyHead.objects.select_for_update(skip_locked=True).first()
        if head is None:  # another worker is at it
            return 0
        first, end = head.seq, min(_journal_end(cursor), head.seq + _LINES_AT_ONCE)
        touched = _touched(cursor, head, end, at=at)
        for start in range(0, len(touched), _MATTERS_AT_ONCE):
            part = touched[start : start + _MATTERS_AT_ONCE]
            _tally(cursor, _measure(cursor, part, at=at))
            postings.keep(part)
            search_keys.keep(part)
        search_keys.put_away()
        _keep(head, end, max(at, head.at))
    return end - first


def _begin(cursor: Any) -> None:
    cursor.execute(
        "insert into matters_tallyhead (id, seq, at) values (1, 0, '1970-01-01Z')"
        " on conflict do nothing"
    )


def _keep(head: TallyHead, seq: int, at: dt.datetime) -> None:
    head.seq, head.at = seq, at
    head.save()


def _journal_end(cursor: Any) -> int:
    cursor.execute("select seq from journal_head")
    return int(cursor.fetchone()[0])


def _touched(cursor: Any, head: TallyHead, end: int, *, at: dt.datetime) -> list[int]:
    """Return the matters to which something happened, or whose date has passed."""
    cursor.execute(_HEARD, [head.seq, end])
    heard = {matter for (matter,) in cursor.fetchall()}
    cursor.execute(_PASSED, [head.at, at])
    return sorted(heard.union(matter for (matter,) in cursor.fetchall()))


def _measure(cursor: Any, matters: Sequence[int], *, at: dt.datetime) -> list[int]:
    """Work out the measures of some matters; return those that have changed."""
    changed: list[int] = []
    for meaning in meanings():
        cursor.execute(counts.MEASURE + counts.UPDATE, _given(meaning, matters, at=at))
        changed.extend(matter for (matter,) in cursor.fetchall())
    return changed


def _measure_all(cursor: Any, *, at: dt.datetime, progress: Advance) -> int:
    cursor.execute("select coalesce(max(id), 0) from matters_matter")
    last = int(cursor.fetchone()[0])
    counted = 0
    for start in range(0, last, _MATTERS_AT_ONCE):
        matters = range(start + 1, min(start + _MATTERS_AT_ONCE, last) + 1)
        counted += len(_measure(cursor, matters, at=at))
        postings.post(matters)
        search_keys.keep(matters)
        progress(matters.stop - 1, last)
    return counted


def _tally(cursor: Any, matters: Sequence[int]) -> None:
    """Count the days of some matters anew, in their counties and townships."""
    cursor.execute(_DAYS, {"matters": list(matters)})
    touched = cursor.fetchall()
    days = {"places": [place for place, _day in touched], "days": [day for _place, day in touched]}
    for statement in _COUNT:
        cursor.execute(statement, days)


def _given(meaning: Meaning, matters: Sequence[int], *, at: dt.datetime) -> dict[str, Any]:
    return {
        "at": at,
        "zone": settings.TIME_ZONE,
        "edges": _EDGES,
        "matters": list(matters),
        "workflow": meaning.workflow,
        "contact": list(meaning.contact),
        "redo": list(meaning.redo),
        "redo_to": list(meaning.redo_to),
        "reopen": list(meaning.reopen),
        "left_out": list(meaning.left_out),
        "taken_over": meaning.taken_over,
        "solved_at": list(meaning.solved_at),
        "unsolved_at": list(meaning.unsolved_at),
    }
