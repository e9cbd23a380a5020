"""The household ledger: households entered, a grid's or a county's at once, and let go in time."""

import datetime as dt
import uuid as uuids
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.errors import NotYourHouseholds
from guapeng.kernel.people.models import Household
from guapeng.kernel.rules import queries as rules

_AT_ONCE: Final = 10_000
_SUBJECT: Final = "households"
_ENTER: Final = """
insert into people_household (uid, division_id, address, kind, members, valid)
select uid, division_id, address, kind, members, daterange(since, null)
from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::date[])
    as given(uid, division_id, address, kind, members, since)
on conflict (uid) do nothing
"""


_PLACES: Final = "select distinct division_id from people_household where uid = any (%s)"
_MOVE_IN: Final = """
insert into people_householdmember (household_id, person_id, valid)
select home.id, pair.person_id, daterange(%s, null)
from unnest(%s::bigint[], %s::uuid[]) as pair(person_id, uid)
join people_household home on home.uid = pair.uid
on conflict do nothing
"""
_FORGET: Final = """
with past as (
    select id from people_household where upper(valid) <= %s::date - make_interval(years => %s)
),
people as (delete from people_householdmember using past where household_id = past.id)
delete from people_household using past where people_household.id = past.id
"""


class Dwelling(NamedTuple):
    """A household as it is entered. ``uid`` is made by the client; ``since`` is its first day."""

    uid: uuids.UUID
    division_id: int
    address: str
    kind: Household.Kind
    members: int | None
    since: dt.date


def enter_households(dwellings: Iterable[Dwelling], *, by: Actor, at: dt.datetime) -> int:
    """Enter households, ten thousand in a transaction; return how many are new.

    One whose ``uid`` is known is left as it is. A line of the journal tells of every batch.
    Memory is that of one batch.

    Raises:
        NotYourHouseholds: no post of ``by`` keeps the ledger of one of the places; what came in
            earlier batches stays.
        IntegrityError: an address is empty, or there is no such division.
    """
    rest = iter(dwellings)
    batches = iter(lambda: list(islice(rest, _AT_ONCE)), [])
    return sum(_enter(batch, by=by, at=at) for batch in batches)


@transaction.atomic
def move_in(
    pairs: Iterable[tuple[int, uuids.UUID]], *, since: dt.date, by: Actor, at: dt.datetime
) -> int:
    """Enter who lives where, by ids of persons and ``uid`` of households; return how many are new.

    Raises:
        NotYourHouseholds: no post of ``by`` keeps the ledger of one of the places.
    """
    people, uids = map(list, zip(*pairs, strict=True))
    with scope.trusted(), connection.cursor() as cursor:
        cursor.execute(_PLACES, [uids])
        _require_keeper([place for (place,) in cursor.fetchall()], by)
        cursor.execute(_MOVE_IN, [since, people, uids])
        count: int = cursor.rowcount
    if count:
        says = _("登记住户成员%(count)s人") % {"count": count}
        _tell("people.move_in", says, count, by=by, at=at)
    return count


@transaction.atomic
def forget_households(*, at: dt.datetime) -> int:
    """Delete households that ended longer ago than the rule ``people.ledger_retention`` keeps them.

    Return how many. Who lived there is forgotten with them.
    """
    years = rules.value("people.ledger_retention", on=localdate(at))["years"]
    with scope.trusted(), connection.cursor() as cursor:
        cursor.execute(_FORGET, [localdate(at), years])
        count: int = cursor.rowcount
    if count:
        says = _("到期删除%(count)s户") % {"count": count}
        _tell("people.forget_households", says, count, by=None, at=at)
    return count


@transaction.atomic
def _enter(batch: Sequence[Dwelling], *, by: Actor, at: dt.datetime) -> int:
    _require_keeper({one.division_id for one in batch}, by)
    columns = list(map(list, zip(*batch, strict=True)))
    with scope.trusted(), connection.cursor() as cursor:
        cursor.execute(_ENTER, columns)
        count: int = cursor.rowcount
    if count:
        _tell(
            "people.enter_households", _("登记%(count)s户") % {"count": count}, count, by=by, at=at
        )
    return count


def _require_keeper(places: Iterable[int], by: Actor) -> None:
    if by.system:
        return
    keeps = {place for post in by.posts if _keeps(post) for place in post.places}
    lineages = Division.objects.filter(pk__in=places).values_list("lineage", flat=True)
    if not all(keeps.intersection(lineage) for lineage in lineages):
        raise NotYourHouseholds


def _tell(event: str, says: str, count: int, *, by: Actor | None, at: dt.datetime) -> None:
    posts = by.posts if by else ()
    told = journal.Told(
        event=event,
        subject=_SUBJECT,
        at=at,
        actor=by.person_id if by else None,
        acting_as=next((post.key for post in posts if _keeps(post)), ""),
        says=says,
        data={"count": count},
    )
    journal.write(told)


def _keeps(post: HeldPost) -> bool:
    return post.kind.may("w", "household_ledger")
