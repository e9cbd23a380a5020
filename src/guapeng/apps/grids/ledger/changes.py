"""The door to the household ledger: each function checks, writes, keeps history, tells the journal.

Every change bears a ``uid`` made by the client, and sent again changes nothing; the ``version``
that the writer saw, and a stale one raises ``Conflict`` with both sides, unless both sides agree;
and a ``source``. The connection acts for ``by`` (``people.scope``). Days are dates, ``until`` and
``last`` the last day that counts. ``noted_at`` is when it was written down; without a signal that
is before ``at``.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.apps.grids.ledger import access, values
from guapeng.apps.grids.ledger.dictionary import require_basis
from guapeng.apps.grids.ledger.errors import Conflict, Ended, NotFit, NotYourLedger, UidTaken
from guapeng.apps.grids.models import LedgerChange, Source
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import actions as people
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.models import Household, HouseholdMember, Person
from guapeng.kernel.people.queries import by_number
from guapeng.plain.names import normal_name
from guapeng.web import words

What = LedgerChange.What
_ADD: Final = """
insert into people_household (uid, division_id, address, kind, members, valid)
values (%s, %s, %s, %s, %s, %s) on conflict (uid) do nothing
"""
FIELDS: Final = {
    "address": gettext_lazy("住址"),
    "kind": gettext_lazy("户别"),
    "members": gettext_lazy("人数"),
    "since": gettext_lazy("入住日期"),
    "until": gettext_lazy("迁出日期"),
    "member": gettext_lazy("成员"),
}


@dataclass(frozen=True)
class Draft:
    """A household as it is first entered; ``members`` is how many they say they are."""

    address: str
    _: KW_ONLY
    since: dt.date
    kind: str = Household.Kind.ORDINARY
    members: int | None = None


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is not known yet, or is known again by the whole telephone number."""

    name: str
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """Who writes, when, from where.

    Attributes:
        uid: of this change, made by the client.
        by: who; the connection acts for them.
        at: when it reaches the ledger.
        source: where it comes from.
        noted_at: when it was written down; ``at`` if nothing else is said.
    """

    uid: UUID
    by: Actor
    at: dt.datetime
    source: Source
    noted_at: dt.datetime | None = None


class _Hand(NamedTuple):
    """Who writes, and under which post, if not as resident."""

    writing: Writing
    post: HeldPost | None


@transaction.atomic
def add(grid: Division, draft: Draft, writing: Writing) -> Household:
    """Enter a household in ``grid``; ``writing.uid`` is its own uid. Return it.

    Raises:
        NotYourLedger: no post of the writer keeps the ledger of the grid.
        NoBasisForField, NotFit: what the dictionary or good sense does not let in.
        UidTaken: the uid names a household elsewhere.
    """
    post = access.keeping_post(writing.by, grid)
    if post is None and not writing.by.system:
        raise NotYourLedger
    given = {"address": draft.address, "kind": draft.kind, "members": draft.members}
    after = _checked(given | {"since": draft.since}, on=localdate(writing.at))
    with scope.trusted():
        known = Household.objects.filter(uid=writing.uid).select_related("division").first()
        if known is None and _inserted(grid, after, writing.uid):
            household = Household.objects.select_related("division").get(uid=writing.uid)
            _keep(household, What.ADDED, {}, after, _Hand(writing, post))
            return household
        known = known or Household.objects.select_related("division").get(uid=writing.uid)
    if known.division_id != grid.pk:
        raise UidTaken
    return known


@transaction.atomic
def change(
    household: UUID, given: Mapping[str, Any], writing: Writing, *, version: int
) -> Household:
    """Set some of ``values.CHANGEABLE`` of a household; return it as it is then.

    What is equal already is no change; where all is, nothing is written.

    Raises:
        NoSuchHousehold: the scope shows none of that uid.
        NotYourLedger: neither the grid's keeper nor the household itself as resident.
        Ended: it has moved away.
        Conflict: it was changed since ``version``, and differs from what is wanted.
        NoBasisForField, NotFit: as ``add``.
    """
    row, hand = _opened(household, writing)
    if _known(row, writing):
        return row
    _require_living(row)
    wanted = _checked(given, on=localdate(writing.at))
    if strange := wanted.keys() - set(values.CHANGEABLE):
        raise NotFit(_("这一项不能这样更改"), field=min(strange))
    return _set(row, What.CHANGED, wanted, hand, version)


@transaction.atomic
def end(household: UUID, last: dt.date, writing: Writing, *, version: int) -> Household:
    """Let a household move away, ``last`` its last day; return it.

    Members who are still there leave with it. The row is deleted when ``people.ledger_retention``
    is over.

    Raises:
        NoSuchHousehold, NotYourLedger, Conflict, NotFit: as ``change``. One that moved away on
            another day is a conflict.
    """
    row, hand = _opened(household, writing)
    if _known(row, writing):
        return row
    wanted = _checked({"until": last}, on=localdate(writing.at))
    row = _set(row, What.ENDED, wanted, hand, version)
    with scope.trusted():
        for member in row.people.filter(valid__upper_inf=True):
            _leave(member, last)
    return row


@transaction.atomic
def add_member(
    household: UUID,
    person: Person | Newcomer,
    since: dt.date,
    writing: Writing,
    *,
    version: int,
) -> Household:
    """Enter that ``person`` lives in a household; ``writing.uid`` is the member's own uid.

    A newcomer whom no telephone number makes known is enrolled. For the keeper alone: residents do
    not enter each other.

    Raises:
        NoSuchHousehold, NotYourLedger, Ended, Conflict: as ``change``.
        NotFit: the telephone is another name's; or as ``change``.
        Unfit: the telephone cannot be one.
    """
    row, hand = _opened(household, writing)
    if _known(row, writing):
        return row
    if hand.post is None and not writing.by.system:
        raise NotYourLedger
    _require_living(row)
    require_basis({"person"}, on=localdate(writing.at))
    day = values.day(since, localdate(writing.at))
    if isinstance(person, Newcomer):
        person = _enrolled(person, row.division, at=writing.at)
    with scope.trusted():
        if row.people.filter(person=person, valid__overlap=values.span(since, None)).exists():
            return row
        after = {"member": str(writing.uid), "since": day}
        _require_fresh(row, after, version)
        HouseholdMember.objects.create(
            uid=writing.uid, household=row, person=person, valid=values.span(since, None)
        )
        return _write(row, What.MEMBER_ADDED, {}, after, hand)


@transaction.atomic
def end_member(
    household: UUID, member: UUID, last: dt.date, writing: Writing, *, version: int
) -> Household:
    """Let a member leave, ``last`` the last day; residents may do so for themselves.

    Raises:
        NoSuchHousehold, NotYourLedger, Conflict, NotFit: as ``change``.
    """
    row, hand = _opened(household, writing)
    if _known(row, writing):
        return row
    day = values.day(last, localdate(writing.at))
    with scope.trusted():
        left = row.people.filter(uid=member).first()
        if left is None:
            raise NotFit(_("这一户没有这位成员"), field="member")
        if hand.post is None and not writing.by.system and left.person_id != writing.by.person_id:
            raise NotYourLedger
        if left.valid.upper is not None:
            return row
        after = {"member": str(member), "until": day}
        _require_fresh(row, after, version)
        _leave(left, last)
        return _write(row, What.MEMBER_ENDED, {}, after, hand)


def told_at(household: Household, version: int) -> dict[str, Any]:
    """Return the fields of a household, as ``values.told`` does, as they stood at ``version``.

    For a caller to whom the scope has shown the household.
    """
    return _rolled_back(household, _since(household, version))


def _opened(uid: UUID, writing: Writing) -> tuple[Household, _Hand]:
    row = access.found(uid)
    return row, _Hand(writing, access.require_writer(writing.by, row, writing.source))


def _known(row: Household, writing: Writing) -> bool:
    """Tell whether this very change was written before."""
    with scope.trusted():
        earlier = LedgerChange.objects.filter(uid=writing.uid).first()
    if earlier and earlier.household_id != row.pk:
        raise UidTaken
    return earlier is not None


def _enrolled(newcomer: Newcomer, home: Division, *, at: dt.datetime) -> Person:
    phone = newcomer.phone
    known = by_number(phone, on=localdate(at)) if phone else None
    if known is None:
        return people.enrol(at=at, name=newcomer.name, phone=phone, home=home)
    if known.name != normal_name(newcomer.name):
        raise NotFit(_("这个手机号登记的是另一个姓名，请核对"), field="phone")
    return known


def _require_living(row: Household) -> None:
    if row.valid.upper is not None:
        raise Ended


def _checked(given: Mapping[str, Any], *, on: dt.date) -> dict[str, Any]:
    require_basis(set(given), on=on)
    return values.checked(given, on=on)


def _set(
    row: Household,
    what: LedgerChange.What,
    wanted: Mapping[str, Any],
    hand: _Hand,
    version: int,
) -> Household:
    present = values.told(row)
    after = {field: value for field, value in wanted.items() if present[field] != value}
    if not after:
        return row
    _require_fresh(row, wanted, version)
    values.put(row, after)
    before = {field: present[field] for field in after}
    with scope.trusted():
        return _write(row, what, before, after, hand)


def _require_fresh(row: Household, wanted: Mapping[str, Any], version: int) -> None:
    if version == row.version:
        return
    between = _since(row, version)
    present = {field: values.told(row).get(field) for field in wanted}
    seen = _rolled_back(row, between)
    base = {field: seen.get(field) for field in wanted}
    raise Conflict(household=row, base=base, wanted=wanted, present=present, between=between)


def _since(row: Household, version: int) -> list[LedgerChange]:
    with scope.trusted_transaction():
        later = row.changes.filter(version__gt=version).select_related("by")
        return list(later.order_by("version"))


def _rolled_back(row: Household, later: Sequence[LedgerChange]) -> dict[str, Any]:
    fields = values.told(row)
    for one in reversed(later):
        fields |= {field: value for field, value in one.before.items() if field in fields}
    return fields


def _inserted(grid: Division, after: Mapping[str, Any], uid: UUID) -> bool:
    valid = values.span(dt.date.fromisoformat(after["since"]), None)
    row = (uid, grid.pk, after["address"], after["kind"], after["members"], valid)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, row)
        return bool(cursor.rowcount)


def _leave(member: HouseholdMember, last: dt.date) -> None:
    """Let a member leave; one who came later was never there."""
    if member.valid.lower and member.valid.lower > last:
        member.delete()
        return
    member.valid = values.span(member.valid.lower, last)
    member.save(update_fields=["valid"])


def _write(
    row: Household,
    what: LedgerChange.What,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    hand: _Hand,
) -> Household:
    row.version += 1
    row.save(update_fields=["address", "kind", "members", "valid", "version"])
    _keep(row, what, before, after, hand)
    return row


def _keep(
    row: Household,
    what: LedgerChange.What,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    hand: _Hand,
) -> None:
    writing, post = hand
    kept = LedgerChange.objects.create(
        uid=writing.uid,
        household=row,
        version=row.version,
        what=what,
        source=writing.source,
        by_id=writing.by.person_id,
        acting_as=post.key if post else "",
        title=post.title if post else "",
        at=writing.at,
        noted_at=min(writing.noted_at or writing.at, writing.at),
        before=before,
        after=after,
    )
    journal.write(_told(kept))


def _told(kept: LedgerChange) -> journal.Told:
    """Return the line of the journal: which fields changed, never what stands in them."""
    fields = words.listed(str(FIELDS[field]) for field in kept.after)
    says = _("%(what)s（%(fields)s），来源：%(source)s")
    given = {"what": kept.get_what_display(), "source": kept.get_source_display()}
    return journal.Told(
        event=f"grids.household_{kept.what}",
        subject=f"household:{kept.household_id}",
        at=kept.at,
        actor=kept.by_id,
        acting_as=kept.acting_as,
        says=says % (given | {"fields": fields}),
        data={"household": kept.household_id, "version": kept.version, "fields": [*kept.after]},
        given={"before": kept.before, "after": kept.after},
    )
