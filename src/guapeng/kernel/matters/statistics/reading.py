"""Reading the kept counts: a place over a period, by category, over time, by part."""

# ruff: noqa: S608  # statements are put together from our own names; values are parameters

import datetime as dt
from dataclasses import dataclass, replace
from operator import add
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.models import TallyHead
from guapeng.kernel.matters.statistics import classes, counts
from guapeng.kernel.matters.statistics.periods import Period
from guapeng.kernel.matters.statistics.places import as_of_now
from guapeng.kernel.people import scope

_KEPT: Final = (Level.COUNTY, Level.TOWNSHIP)

_FILTERS: Final = """
(%(workflow)s = '' or workflow = %(workflow)s)
and (%(categories)s::text[] = '{}' or category = any(%(categories)s))
"""
_OF_DAYS: Final = f"""
select * from matters_tally where place_id = any(%(places)s) and grain = 'day'
and is_whole = %(whole)s and day between %(first)s and %(last)s and {_FILTERS}
"""
# The months that lie inside the period, and the days before and after them.
_OF_MONTHS: Final = f"""
select * from matters_tally where place_id = any(%(places)s) and grain = 'month'
and is_whole = %(whole)s and day between %(first_month)s and %(last_month)s and {_FILTERS}
union all {_OF_DAYS} and day < %(first_month)s
union all {_OF_DAYS} and day > %(last_of_months)s
"""


class Sums(NamedTuple):
    """Counts of the matters opened in a place and period; times by ``classes``."""

    opened: int
    closed: int
    overdue: int
    late: int
    contact_due: int
    contacted: int
    asked_solved: int
    solved: int
    asked_satisfied: int
    satisfied: int
    unanswered: int
    objections: int
    redone: int
    reopened: int
    contact_times: list[int]
    close_times: list[int]

    def plus(self, other: "Sums") -> "Sums":
        """Return the sums of both."""
        *ours, our_contacts, our_closes = self
        *theirs, their_contacts, their_closes = other
        contacts = list(map(add, our_contacts, their_contacts))
        closes = list(map(add, our_closes, their_closes))
        return Sums._make([*map(add, ours, theirs), contacts, closes])


NOTHING: Final = Sums._make([*[0] * len(counts.COUNTS), *[[0] * classes.COUNT] * 2])


class Few(NamedTuple):
    """The counts that lists and charts show."""

    opened: int
    closed: int
    overdue: int


@dataclass(frozen=True)
class Asked:
    """What is asked for. ``categories`` empty means all of them, ``workflow`` likewise."""

    place: Division
    period: Period
    workflow: str = ""
    categories: tuple[str, ...] = ()


def sums(asked: Asked) -> dict[tuple[str, str], Sums]:
    """Return the counts by workflow and by what keeps matters out of the rates ("" for nothing)."""
    source, given = _cells(asked)
    rows = _rows(f"workflow, left_out, {counts.totals()}", source, "workflow, left_out", given)
    return {(workflow, left_out): Sums(*numbers) for workflow, left_out, *numbers in rows}


def by_category(asked: Asked) -> dict[str, Few]:
    """Return the counts by category code."""
    source, given = _cells(asked, few=True)
    return _few("category", source, given)


def by_time(asked: Asked, unit: str) -> dict[dt.date, Few]:
    """Return the counts by day, week or month of opening, each named by its first day."""
    source, given = _cells(asked, few=True, by_day=True, whole=not asked.categories)
    return _few(f"date_trunc('{unit}', day)::date", source, given)


def by_part(asked: Asked, parts: list[Division]) -> dict[int, Few]:
    """Return the counts of the divisions right below the place, by id."""
    if not parts:
        return {}
    heirs = as_of_now(part.pk for part in parts)
    below = replace(asked, place=parts[0])
    source, given = _cells(below, few=True, places=list(heirs), whole=not asked.categories)
    found: dict[int, Few] = {}
    for place, numbers in _few("place_id", source, given).items():
        before = found.get(heirs[place], Few(0, 0, 0))
        found[heirs[place]] = Few(*map(add, before, numbers))
    return found


def as_of() -> dt.datetime | None:
    """Return the moment up to which everything is counted; None before the first counting."""
    return TallyHead.objects.values_list("at", flat=True).first()


_Given = dict[str, Any]


def _cells(
    asked: Asked,
    *,
    places: list[int] | None = None,
    few: bool = False,
    by_day: bool = False,
    whole: bool = False,
) -> tuple[str, _Given]:
    """Return the select of the cells and what it is given.

    Counties and townships have kept ones; smaller places have a few thousand measures to count.
    ``few`` needs the counts of ``Few`` alone; ``whole`` takes the cells of all categories and
    reasons together.
    """
    first, last = asked.period.first, asked.period.last
    months = asked.period.months()
    given = {
        "places": list(as_of_now([asked.place.pk])) if places is None else places,
        "first": first,
        "last": last,
        "first_month": months.first,
        "last_month": months.last.replace(day=1),
        "last_of_months": months.last,
        "workflow": asked.workflow,
        "categories": list(asked.categories),
        "whole": whole,
    }
    level = Level(asked.place.level)
    if level in _KEPT:
        return (_OF_DAYS if by_day or months.days < 1 else _OF_MONTHS), given
    storey = f"measure.{level.name.lower()}_id"
    source = _SOURCE.format(storey=storey)
    if few:
        return f"select {storey} as place_id, {_ONE} from {source}", given
    return counts.cells(storey, source), given


_SOURCE: Final = f"""matters_measure measure where {{storey}} = any(%(places)s)
    and measure.opened_on between %(first)s and %(last)s and {_FILTERS.replace("{}", "{{}}")}"""
# A cell for each measure: to sum them once is faster than to group them first.
_ONE: Final = """opened_on as day, category, 1 as opened, is_closed::int as closed,
    is_overdue::int as overdue"""
_FEW: Final = "sum(opened)::bigint, sum(closed)::bigint, sum(overdue)::bigint"


def _few(key: str, source: str, given: _Given) -> dict[Any, Few]:
    return {name: Few(*numbers) for name, *numbers in _rows(f"{key}, {_FEW}", source, key, given)}


def _rows(columns: str, source: str, key: str, given: _Given) -> list[tuple[Any, ...]]:
    """Sum cells under the kernel's own scope; ``places.sight`` has decided who may see them."""
    statement = f"select {columns} from ({source}) cell group by {key}"
    with transaction.atomic(), scope.trusted(), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
