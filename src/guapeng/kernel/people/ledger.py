"""How many households a place has, and who may read it: column ``household_ledger`` of the matrix.

The database keeps the numbers by division (``people.guards``), so that a county of thousands of
grids costs one small sum.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db import connection, transaction

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost

_SUBJECT: Final = "household_ledger"
_COUNT: Final = """
select coalesce(sum(kept.households), 0), coalesce(sum(kept.herding), 0),
       coalesce(sum(kept.people), 0), coalesce(sum(kept.untold), 0)
from people_householdcount kept join divisions_division place on place.id = kept.place_id
where place.lineage && %s::bigint[]
"""


class Counted(NamedTuple):
    """Households of a place that have not ended.

    ``herding`` are those of them that herd; ``people`` live in those that told how many they are,
    ``untold`` is how many did not.
    """

    households: int
    herding: int
    people: int
    untold: int


def keeps_exactly(by: Actor, place: Division) -> bool:
    """Tell whether a post of ``by`` opens the ledger of ``place``, and so its exact numbers."""
    return _covers((post for post in by.posts if post.kind.sees_area(_SUBJECT)), place)


def reads_counts(by: Actor, place: Division) -> bool:
    """Tell whether a post of ``by`` reads statistics of the ledger of ``place``."""
    return _covers((post for post in by.posts if post.kind.may("s", _SUBJECT)), place)


def counted(place: Division) -> Counted:
    """Return the numbers of ``place``, which the caller has found to be for whoever asks."""
    with transaction.atomic(), scope.trusted(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [[place.pk, *place.formerly]])
        return Counted(*map(int, cursor.fetchone()))


def _covers(posts: Iterable[HeldPost], place: Division) -> bool:
    return any(not set(post.places).isdisjoint(place.lineage) for post in posts)
