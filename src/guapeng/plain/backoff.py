"""How long to wait before trying again what failed."""

import datetime as dt
from typing import Final

_FIRST: Final = dt.timedelta(minutes=1)
_LONGEST: Final = dt.timedelta(days=1)
_DOUBLINGS: Final = 11  # more would pass the longest wait anyway


def pause(attempts: int) -> dt.timedelta:
    """Return the wait after so many attempts: a minute, doubled each time, at most a day."""
    return min(_FIRST * (1 << min(attempts - 1, _DOUBLINGS)), _LONGEST)
