"""Matter numbers: county, day, serial, check digit. Made without a lock that others wait for."""

import datetime as dt

from django.db import connection

from guapeng.plain.numbers import MatterNumber

_BASE = "select base from matters_serialday where day = %s"
_BEGIN = """insert into matters_serialday (day, base) values (%s, nextval('matters_serial') - 1)
            on conflict (day) do nothing"""


def take_numbers(count: int, *, county: str, day: dt.date) -> list[str]:
    """Return ``count`` fresh numbers of that county and day, in rising order.

    ``county`` is the six digits of its code. A number that a failed transaction took stays
    unused; serials are unique, not gapless.
    """
    with connection.cursor() as cursor:
        base = _base(day)
        cursor.execute("select nextval('matters_serial') from generate_series(1, %s)", [count])
        return [
            str(MatterNumber(county=county, on=day, serial=value - base))
            for (value,) in cursor.fetchall()
        ]


def _base(day: dt.date) -> int:
    """Return where the day's serials begin; the first writer of the day fixes it for all."""
    with connection.cursor() as cursor:
        cursor.execute(_BASE, [day])
        if row := cursor.fetchone():
            return int(row[0])
        cursor.execute(_BEGIN, [day])
        cursor.execute(_BASE, [day])
        return int(cursor.fetchone()[0])
