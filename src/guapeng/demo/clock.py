"""When people of the demo do things: residents by day, staff in office hours."""

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Final

from guapeng.demo.files import DATA
from guapeng.plain.workdays import SHANGHAI, Calendar, read_days

_OPENS: Final = dt.time(8, 30)
_CLOSES: Final = dt.time(17, 40)
_WAKES: Final = dt.time(6, 40)
_SLEEPS: Final = dt.time(22, 20)
_DAY: Final = dt.timedelta(days=1)


def calendar() -> Calendar:
    """Return the working calendar of the data file."""
    with (DATA / "workdays.csv").open(encoding="utf-8", newline="") as lines:
        return Calendar.of({row.day: row.is_workday for row in read_days(lines)}, source="demo")


@dataclass
class Clock:
    """Moves moments to where somebody is awake or at work."""

    rng: Random
    calendar: Calendar

    def at_work(self, at: dt.datetime) -> dt.datetime:
        """Return ``at``, or a while after the office opens next."""
        local = at.astimezone(SHANGHAI)
        if self.calendar.is_workday(local.date()) and _OPENS <= local.time() < _CLOSES:
            return at
        day = local.date() if local.time() < _OPENS else local.date() + _DAY
        return self._opened(self.calendar.workday_from(day), _OPENS)

    def awake(self, at: dt.datetime) -> dt.datetime:
        """Return ``at``, or a while after people get up next."""
        local = at.astimezone(SHANGHAI)
        if _WAKES <= local.time() < _SLEEPS:
            return at
        day = local.date() if local.time() < _WAKES else local.date() + _DAY
        return self._opened(day, _WAKES)

    def _opened(self, day: dt.date, opens: dt.time) -> dt.datetime:
        opened = dt.datetime.combine(day, opens, SHANGHAI)
        return opened + dt.timedelta(minutes=self.rng.uniform(1, 75))
