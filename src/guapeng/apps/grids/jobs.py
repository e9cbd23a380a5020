"""What the clock does with what the grids keep."""

import datetime as dt

from guapeng.apps.grids import retention
from guapeng.apps.grids.field import photos, visits
from guapeng.kernel.clockwork import daily


@daily(hour=3)
def forget(*, at: dt.datetime) -> int:
    """Delete what was kept long enough; return how many rows."""
    return retention.forget(at=at)


@daily(hour=3)
def forget_visits(*, at: dt.datetime) -> int:
    """Delete visits whose time is over; return how many."""
    return visits.forget_visits(at=at)


@daily(hour=4)
def forget_photo_parts(*, at: dt.datetime) -> int:
    """Delete pieces of photographs that never became whole; return how many."""
    return photos.forget_parts(at=at)
