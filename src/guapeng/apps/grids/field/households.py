"""The households of a grid, as a telephone carries them."""

import datetime as dt
import uuid as uuids
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from django.db import connection

from guapeng.kernel.people import scope

_CARRIED: Final = """
select h.uid, h.version, h.division_id, h.address, h.kind, h.members,
       coalesce(lower(h.valid), '2000-01-01'), h.id = any (%(care)s),
       seen.on, coalesce(seen.found, '')
from people_household h
left join lateral (
    select v.on, v.found from grids_visit v
    where v.household_id = h.id order by v.on desc, v.id desc limit 1
) seen on true
where h.division_id = any (%(places)s) and h.valid @> %(on)s::date
order by h.uid
"""


# Which households need care is asked past the walls, whether they do and nothing more: what it is,
# nobody learns without saying why (``ledger.care``).
_CARE: Final = """
select distinct c.household_id from grids_careentry c
join people_household h on h.id = c.household_id
where h.division_id = any (%(places)s) and c.valid @> %(on)s::date
"""


class Carried(NamedTuple):
    """A household with what visiting it needs; whether it needs care, never why."""

    uid: uuids.UUID
    version: int
    division_id: int
    address: str
    kind: str
    members: int | None
    since: dt.date
    needs_care: bool
    last_on: dt.date | None
    last_found: str


def carried(places: Collection[int], *, on: dt.date) -> list[Carried]:
    """Return who lives in some divisions on a day, as far as the connection's scope shows it."""
    given: dict[str, Any] = {"places": list(places), "on": on}
    with connection.cursor() as cursor:
        with scope.trusted_transaction():
            cursor.execute(_CARE, given)
            care = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute(_CARRIED, given | {"care": care})
        return [Carried(*row) for row in cursor.fetchall()]
