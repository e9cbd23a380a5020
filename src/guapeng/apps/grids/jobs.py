"""What the clock does with what the grids keep."""

import datetime as dt

from guapeng.apps.grids import retention
from guapeng.kernel.clockwork import daily


@daily(hour=3)
def forget(*, at: dt.datetime) -> int:
    """Delete what was kept long enough; return how many rows."""
    return retention.forget(at=at)
