"""What the clock does with files."""

import datetime as dt

from guapeng.kernel.clockwork import daily
from guapeng.kernel.files import upkeep


@daily(hour=4)
def sweep(*, at: dt.datetime) -> int:
    """Remove contents that nobody's row points to; return how many."""
    return upkeep.sweep(at=at)
