"""Periods of statistics: months, quarters, years, or from one day to another."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def months(self) -> "Period":
        """Return the whole months inside; it ends before it begins where there are none."""
        inside = self.first if self.first.day == 1 else _months_on(self.first, 1)
        after = self.last + DAY
        return Period(inside, after.replace(day=1) - DAY)

    def whole_months(self) -> "Period":
        """Return the period from the beginning of its first month to the end of its last."""
        return Period(self.first.replace(day=1), _months_on(self.last, 1) - DAY)


Unit = Callable[[dt.date], dt.date]
"""Gives the first day of the unit in which a day lies."""


def day(on: dt.date) -> dt.date:
    """Return the day itself."""
    return on


def week(on: dt.date) -> dt.date:
    """Return the Monday of the week."""
    return on - on.weekday() * DAY


def month(on: dt.date) -> dt.date:
    """Return the first day of the month."""
    return on.replace(day=1)


def quarter(on: dt.date) -> dt.date:
    """Return the first day of the quarter."""
    return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)


def year(on: dt.date) -> dt.date:
    """Return the first day of the year."""
    return on.replace(month=1, day=1)


def _to_date(unit: Unit) -> Callable[[dt.date], Period]:
    return lambda today: Period(unit(today), today)


def _before(unit: Unit) -> Callable[[dt.date], Period]:
    return lambda today: Period(unit(unit(today) - DAY), unit(today) - DAY)


def _twelve_months(today: dt.date) -> Period:
    return Period(_months_on(today, -11), today)


NAMED: Final[dict[str, tuple[str | Promise, Callable[[dt.date], Period]]]] = {
    "twelve": (_("近12个月"), _twelve_months),
    "month": (_("本月"), _to_date(month)),
    "last_month": (_("上月"), _before(month)),
    "quarter": (_("本季度"), _to_date(quarter)),
    "last_quarter": (_("上季度"), _before(quarter)),
    "year": (_("今年"), _to_date(year)),
    "last_year": (_("去年"), _before(year)),
}
"""Periods that have a name, by key: what people call them, and which they are on a day."""

CUSTOM: Final = "custom"


def moments(period: Period, unit: Unit) -> Iterator[dt.date]:
    """Yield the first day of every unit that the period touches, in order."""
    at = unit(period.first)
    while at <= period.last:
        yield at
        at = _next(at, unit)


def _next(at: dt.date, unit: Unit) -> dt.date:
    after = at + DAY
    while unit(after) == at:
        after += DAY
    return after


def _months_on(on: dt.date, count: int) -> dt.date:
    """Return the first day of the month that comes ``count`` months after that of ``on``."""
    number = on.year * 12 + on.month - 1 + count
    return on.replace(year=number // 12, month=number % 12 + 1, day=1)
