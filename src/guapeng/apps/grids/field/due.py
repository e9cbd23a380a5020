"""When a household is to be visited again (R16): by the rules of a day, from what was last done."""

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from guapeng.kernel.rules import queries as rules


class Why(StrEnum):
    """Why a household is to be visited."""

    CARE = "care"
    NEWCOMER = "newcomer"
    USUAL = "usual"


class Due(NamedTuple):
    """A visit to come: the last day on which it is in time, why, and how many days come after."""

    on: dt.date
    why: Why
    every: int


@dataclass(frozen=True)
class Rhythm:
    """The rules of one day: months between usual visits, days between others."""

    months: int
    care_days: int
    newcomer_days: int

    @classmethod
    def of(cls, on: dt.date) -> Self:
        """Read the rules in force ``on`` that day.

        Raises:
            NoRule: one is missing.
        """
        return cls(
            months=rules.value("field.visit", on=on)["months"],
            care_days=rules.value("field.care_visit", on=on)["days"],
            newcomer_days=rules.value("field.newcomer", on=on)["days"],
        )

    def due(self, *, since: dt.date, last: dt.date | None, needs_care: bool, on: dt.date) -> Due:
        """Return the next visit of a household, as seen ``on`` that day; it may be overdue.

        Args:
            since: its first day at the address.
            last: the day of its last visit or call, if there was one.
            needs_care: it has a lawful ground of care.
            on: today. Who moved in within the time between two usual visits and was never
                visited is a newcomer.
        """
        usual = _months_later(last or since, self.months)
        every = (usual - (last or since)).days
        if needs_care:
            return Due(_later(last or since, self.care_days), Why.CARE, self.care_days)
        if last is None and usual > on:
            return Due(_later(since, self.newcomer_days), Why.NEWCOMER, every)
        return Due(usual, Why.USUAL, every)


def _later(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def _months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last of a shorter month (Civil Code 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))
