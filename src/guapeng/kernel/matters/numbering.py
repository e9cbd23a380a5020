"""Matter numbers: county, day, serial, check digit. Made without a lock that others wait for."""

import datetime as dt

from django.db import connection

from guapeng.plain.numbers import MatterNumber

_TAKE = """select base, nextval('matters_serial') from matters_serialday, generate_series(1, %s)
           where day = %s"""
_BEGIN = """insert into matters_serialday (day, base) values (%s, nextval('matters_serial') - 1)
            on conflict (day) do nothing"""


def take_numbers(count: int, *, county: str, day: dt.date) -> list[str]:
    """Return ``count`` fresh numbers of that county and day, in rising order.

    ``county`` is the six digits of its code. A number that a failed transaction took stays
    unused; serials are unique, not gapless. The first writer of a day fixes for all where its
    serials begin.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [count, day])
        taken = cursor.fetchall()
        if not taken:
            cursor.execute(_BEGIN, [day])
            cursor.execute(_TAKE, [count, day])
            taken = cursor.fetchall()
    return [str(MatterNumber(county=county, on=day, serial=value - base)) for base, value in taken]
