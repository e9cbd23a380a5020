"""What a new matter is known by: its id, and a number that can be read over the telephone.

Made without a lock that others wait for, and all by one question to the database.
"""

import datetime as dt
import math
import threading
import time
from collections import deque
from typing import Final, NamedTuple

from django.db import connection

from guapeng.kernel.people import scope

_TAKE = """
select nextval('matters_serial') - base, nextval('matters_matter_id_seq'),
       nextval('matters_steptaken_id_seq')
from matters_serialday, generate_series(1, %s) where day = %s
"""
_BEGIN = """insert into matters_serialday (day, base) values (%s, nextval('matters_serial') - 1)
            on conflict (day) do nothing"""


class Taken(NamedTuple):
    """A new matter's day and its serial within it, its id, and the id of its first step."""

    day: dt.date
    serial: int
    matter_id: int
    step_id: int


def take(count: int, *, day: dt.date) -> list[Taken]:
    """Return what ``count`` new matters of that day are known by, all rising.

    What a failed transaction took stays unused; serials are unique, not gapless. The first writer
    of a day fixes for all where its serials begin. While single matters follow each other closely,
    a process takes some ahead, so that most of them ask nothing; not within a transaction, which
    may take back where the serials begin.
    """
    if count == 1 and not connection.in_atomic_block:
        return [AHEAD.next(day)]
    return _asked(count, day)


def _asked(count: int, day: dt.date) -> list[Taken]:
    with scope.unguarded(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [count, day])
        taken = cursor.fetchall()
        if not taken:
            cursor.execute(_BEGIN, [day])
            cursor.execute(_TAKE, [count, day])
            taken = cursor.fetchall()
    return [Taken(day, *row) for row in taken]


class Ahead:
    """What this process has taken and not used: twice as much each time it is soon used up.

    After a second it is thrown away, so that ids and serials of a county rise with the time but
    for a second, whichever process takes them.
    """

    KEPT_SECONDS: Final = 1.0
    MOST: Final = 64

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: deque[Taken] = deque()
        self._taken_at = -math.inf
        self._count = 1

    def next(self, day: dt.date) -> Taken:
        """Return the next one of that day; asks the database when none is left."""
        with self._lock:
            if not (self._is_fresh() and self._left and self._left[0].day == day):
                self._count = min(2 * self._count, self.MOST) if self._is_fresh() else 1
                self._left = deque(_asked(self._count, day))
                self._taken_at = time.monotonic()
            return self._left.popleft()

    def forget(self) -> None:
        """Leave what was taken unused, as after the tables were emptied."""
        with self._lock:
            self._left.clear()
            self._taken_at = -math.inf

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._taken_at < self.KEPT_SECONDS


AHEAD: Final = Ahead()
