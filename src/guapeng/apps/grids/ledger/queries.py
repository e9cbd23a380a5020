"""Reading the ledger, in the scope of whoever asks."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from guapeng.apps.grids.ledger import access
from guapeng.apps.grids.ledger.errors import NoSuchHousehold
from guapeng.apps.grids.models import CareEntry, CareOpening, LedgerChange
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Household, HouseholdCount, HouseholdMember, Person
from guapeng.plain.masking import mask_name

PAGE_ROWS: Final = 30


@dataclass(frozen=True)
class Member:
    """Somebody who lives in a household; ``name`` is masked, except for themself."""

    uid: UUID
    person: int
    name: str
    since: dt.date | None
    is_self: bool


def household(uid: UUID) -> Household:
    """Return a household with its grid.

    Raises:
        NoSuchHousehold: the scope shows none of that uid.
    """
    found = Household.objects.filter(uid=uid).select_related("division").first()
    if found is None:
        raise NoSuchHousehold
    return found


def grids_of(by: Actor, *, on: dt.date) -> list[Division]:
    """Return the grids whose ledgers the posts of ``by`` read, by code."""
    areas = access.areas_of(by)
    found = Division.objects.filter(lineage__overlap=areas, level=Level.GRID, valid__contains=on)
    return list(found.defer("outline").order_by("code")) if areas else []


def counts(grids: list[Division]) -> dict[int, int]:
    """Return how many households each grid has, for who reads its ledger."""
    with scope.trusted_transaction():
        kept = HouseholdCount.objects.filter(place__in=grids)
        return dict(kept.values_list("place_id", "households"))


def households(
    grid: Division, *, text: str = "", gone: bool = False, after: int | None = None
) -> QuerySet[Household]:
    """Return the households of a grid by address; those that moved away where ``gone``.

    ``text`` is a part of the address; ``after`` the id of the last row that the caller has.
    """
    found = Household.objects.filter(
        division__in=[grid.pk, *grid.formerly], valid__upper_inf=not gone
    )
    if text:
        found = found.filter(address__icontains=text)
    last = Household.objects.filter(pk=after).first() if after else None
    if last:
        found = found.filter(Q(address__gt=last.address) | Q(address=last.address, pk__gt=last.pk))
    return found.order_by("address", "pk")


def members(found: Household, *, by: Actor) -> list[Member]:
    """Return who lives in a household that the scope has shown to ``by``, names masked.

    Those who live there read of themselves alone; who reads the ledger, of all.
    """
    reads = access.reading_post(by, found.division) is not None
    with scope.trusted_transaction():
        rows = HouseholdMember.objects.filter(household=found, valid__contains=localdate())
        if not reads:
            rows = rows.filter(person=by.person_id)
        return [_member(row, by) for row in rows.select_related("person").order_by("pk")]


def _member(row: HouseholdMember, by: Actor) -> Member:
    is_self = row.person_id == by.person_id
    name = row.person.name if is_self else mask_name(row.person.name)
    return Member(row.uid, row.person_id, name, row.valid.lower, is_self)


def history(found: Household) -> QuerySet[LedgerChange]:
    """Return the changes of a household, the newest first."""
    return LedgerChange.objects.filter(household=found).select_related("by").order_by("-version")


def own_care(found: Household) -> list[CareEntry]:
    """Return the care entries of today; the scope shows them to the household alone."""
    shown = CareEntry.objects.filter(household=found, valid__contains=localdate())
    return list(shown.order_by("pk"))


def openings(found: Household) -> QuerySet[CareOpening]:
    """Return who opened the care entries, the newest first, as far as the scope shows it."""
    return CareOpening.objects.filter(household=found).select_related("by").order_by("-pk")


def homes_of(person: Person) -> QuerySet[Household]:
    """Return the households in which ``person`` lives today, in the person's own scope."""
    today = localdate()
    return Household.objects.filter(people__person=person, people__valid__contains=today)


def own_homes(by: Actor) -> list[Household]:
    """Return the households in which ``by`` lives today, each with its grid."""
    if by.person_id is None:
        return []
    return list(homes_of(Person(pk=by.person_id)).select_related("division"))
