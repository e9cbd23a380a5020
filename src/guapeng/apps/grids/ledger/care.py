"""Care groups: entered by law or by one's own wish, opened for a purpose, each opening shown.

The journal hears that entries were made, ended or opened, never of which group.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.apps.grids.ledger import access, values
from guapeng.apps.grids.ledger.changes import Writing
from guapeng.apps.grids.ledger.dictionary import care_group, care_groups
from guapeng.apps.grids.ledger.errors import (
    Ended,
    NoCarePurpose,
    NoSuchHousehold,
    NotYourLedger,
    OnlyThePersonAgrees,
    UidTaken,
)
from guapeng.apps.grids.models import CareEntry, CareOpening
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.models import Household


@transaction.atomic
def enter_care(household: UUID, group: str, since: dt.date, writing: Writing) -> CareEntry:
    """Enter that somebody in a household belongs to a care group; ``writing.uid`` is the entry's.

    Sent again, or entered already for that time, it is the same entry.

    Raises:
        NoSuchHousehold, NotYourLedger, Ended: as ``changes.change``.
        NoBasisForField: the dictionary of the day has no such group.
        OnlyThePersonAgrees: the group rests on consent, and somebody else tries.
    """
    row = access.found(household)
    post = access.require_writer(writing.by, row, writing.source)
    ground = care_group(group, on=localdate(writing.at))
    if ground.by_consent and not access.lives_there(writing.by, row):
        raise OnlyThePersonAgrees(label=ground.label)
    if row.valid.upper is not None:
        raise Ended
    values.day(since, localdate(writing.at))
    with scope.trusted():
        known = (
            CareEntry.objects.filter(uid=writing.uid).first()
            or row.care.filter(group=group, valid__upper_inf=True).first()
        )
        if known:
            if known.household_id != row.pk:
                raise UidTaken
            return known
        entry = CareEntry.objects.create(
            uid=writing.uid,
            household=row,
            group=group,
            clause=ground.clause,
            valid=values.span(since, None),
            source=writing.source,
            entered_by_id=writing.by.person_id,
            entered_at=writing.at,
        )
    _tell("grids.care_entered", _("登记了关爱对象"), row, writing, post)
    return entry


@transaction.atomic
def end_care(household: UUID, entry: UUID, last: dt.date, writing: Writing) -> CareEntry:
    """End a care entry, ``last`` the last day; the household itself may, at any time.

    Raises:
        NoSuchHousehold: the scope shows no such household, or it has no such entry.
        NotYourLedger: as ``changes.change``.
    """
    row = access.found(household)
    post = access.require_writer(writing.by, row, writing.source)
    values.day(last, localdate(writing.at))
    with scope.trusted():
        found = row.care.filter(uid=entry).first()
        if found is None:
            raise NoSuchHousehold
        if found.valid.upper is not None:
            return found
        last = max(last, found.valid.lower)
        found.valid = values.span(found.valid.lower, last)
        found.ended_by_id, found.ended_at = writing.by.person_id, writing.at
        found.save(update_fields=["valid", "ended_by", "ended_at"])
    _tell("grids.care_ended", _("结束关爱登记"), row, writing, post)
    return found


@transaction.atomic
def open_care(
    households: Iterable[Household], *, by: Actor, at: dt.datetime, purpose: str
) -> dict[int, list[CareEntry]]:
    """Return the care entries of today of the households, by household id; leave a trace of each.

    A household without an entry leaves none, and is missing. ``purpose`` is the looker's own
    words; the household reads it.

    Raises:
        NoCarePurpose: nothing is said.
        NoSuchHousehold: the scope does not show one of them.
        NotYourLedger: no post of ``by`` reads the ledger of one of them.
    """
    if not purpose.strip():
        raise NoCarePurpose
    wanted = {household.pk for household in households}
    shown = Household.objects.filter(pk__in=wanted).select_related("division")
    rows = {household.pk: household for household in shown}
    if wanted != rows.keys():
        raise NoSuchHousehold
    known, today = care_groups(on=localdate(at)), localdate(at)
    opened: dict[int, list[CareEntry]] = {}
    posts: dict[int, HeldPost] = {}
    with scope.trusted():
        entries = CareEntry.objects.filter(household__in=rows, valid__contains=today)
        for entry in entries.select_related("entered_by").order_by("household_id", "pk"):
            if entry.group not in known:
                continue
            place = rows[entry.household_id].division
            post = access.reading_post(by, place, among=known[entry.group].readers)
            if post is None:
                raise NotYourLedger
            posts[entry.household_id] = post
            opened.setdefault(entry.household_id, []).append(entry)
        CareOpening.objects.bulk_create(
            CareOpening(
                household_id=id_,
                by_id=by.known_person,
                acting_as=posts[id_].key,
                title=posts[id_].title,
                at=at,
                purpose=purpose.strip(),
                groups=[entry.group for entry in found],
            )
            for id_, found in opened.items()
        )
    if opened:
        journal.write_all([_told_of(id_, posts[id_], by=by, at=at) for id_ in opened])
    return opened


def _told_of(household: int, post: HeldPost, *, by: Actor, at: dt.datetime) -> journal.Told:
    return journal.Told(
        event="grids.care_opened",
        subject=f"household:{household}",
        at=at,
        actor=by.person_id,
        acting_as=post.key,
        says=_("查看关爱登记"),
        data={"household": household},
    )


def _tell(event: str, says: str, row: Household, writing: Writing, post: HeldPost | None) -> None:
    told = journal.Told(
        event=event,
        subject=f"household:{row.pk}",
        at=writing.at,
        actor=writing.by.person_id,
        acting_as=post.key if post else "",
        says=says,
        data={"household": row.pk},
        given={"uid": writing.uid},
    )
    journal.write(told)
