"""Who keeps, reads and corrects which households: column ``household_ledger`` of the matrix.

The connection acts for ``by``; row-level security decides what is found, this who may write.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.utils.timezone import localdate

from guapeng.apps.grids.ledger.errors import NoSuchHousehold, NotYourLedger
from guapeng.apps.grids.models import Source
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.models import Household, HouseholdMember

_SUBJECT: Final = "household_ledger"


def found(uid: UUID) -> Household:
    """Return the household ``uid``, locked, if the scope of the connection shows it.

    Inside a transaction.

    Raises:
        NoSuchHousehold: there is none, or none for whoever asks.
    """
    if not Household.objects.filter(uid=uid).exists():
        raise NoSuchHousehold
    with scope.trusted():
        return (
            Household.objects.select_for_update(of=["self"]).select_related("division").get(uid=uid)
        )


def keeping_post(by: Actor, place: Division) -> HeldPost | None:
    """Return the post of ``by`` that keeps the ledger of ``place``, if one does."""
    return _covering((post for post in by.posts if post.kind.may("w", _SUBJECT)), place)


def reading_post(
    by: Actor, place: Division, *, among: frozenset[str] | None = None
) -> HeldPost | None:
    """Return the post of ``by`` that reads the ledger of ``place``, one of the roles ``among``."""
    posts = (post for post in by.posts if post.kind.sees_area(_SUBJECT))
    return _covering((p for p in posts if among is None or p.role in among), place)


def lives_there(by: Actor, household: Household) -> bool:
    """Tell whether ``by`` is entered as living in ``household`` today."""
    if by.person_id is None:
        return False
    with scope.trusted():
        return HouseholdMember.objects.filter(
            household=household, person=by.person_id, valid__contains=localdate()
        ).exists()


def require_writer(by: Actor, household: Household, source: Source) -> HeldPost | None:
    """Return the post under which ``by`` writes; None for the household itself or the product.

    Raises:
        NotYourLedger: neither keeps this ledger nor corrects their own household as a resident.
    """
    if by.system:
        return None
    post = keeping_post(by, household.division)
    if post is None and not (source is Source.RESIDENT and lives_there(by, household)):
        raise NotYourLedger
    return post


def areas_of(by: Actor) -> list[int]:
    """Return ids of the divisions whose ledgers the posts of ``by`` read."""
    return [place for p in by.posts if p.kind.sees_area(_SUBJECT) for place in p.places]


def _covering(posts: Iterable[HeldPost], place: Division) -> HeldPost | None:
    lineage = set(place.lineage)
    return next((post for post in posts if not lineage.isdisjoint(post.places)), None)
