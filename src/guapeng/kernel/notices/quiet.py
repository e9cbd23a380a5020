"""Quiet hours: when somebody wants to be left in peace."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Quiet:
    """From ``start`` until before ``end`` each day, also over midnight; equal ends mean never."""

    start: dt.time
    end: dt.time

    def over(self, at: dt.datetime) -> dt.datetime:
        """Return the first moment, ``at`` or later, at which the person may be told."""
        local = timezone.localtime(at)
        if not self._covers(local.time()):
            return at
        end = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return end if end > local else end + dt.timedelta(days=1)

    def _covers(self, clock: dt.time) -> bool:
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end
