"""What a new matter is known by: its id, and a number that can be read over the telephone.

Made without a lock that others wait for, and all by one question to the database.
"""

import datetime as dt
from typing import NamedTuple

from django.db import connection

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
    of a day fixes for all where its serials begin.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [count, day])
        taken = cursor.fetchall()
        if not taken:
            cursor.execute(_BEGIN, [day])
            cursor.execute(_TAKE, [count, day])
            taken = cursor.fetchall()
    return [Taken(day, *row) for row in taken]
