"""Writing field work: visits, their pictures, and the places that are looked at."""

import datetime as dt
import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.grids.field.posts import beats
from guapeng.apps.grids.field.records import RecordRefused
from guapeng.apps.grids.models import PatrolPlace, Visit, VisitPhoto
from guapeng.kernel.files.actions import Kept
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Household
from guapeng.kernel.rules import queries as rules


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What somebody says of a visit; exactly one of ``household`` and ``place`` is given."""

    uid: uuids.UUID
    on: dt.date
    how: Visit.How
    found: str
    household: uuids.UUID | None = None
    place: uuids.UUID | None = None


@transaction.atomic
def keep_visit(seen: Seen, *, by: Actor, at: dt.datetime) -> bool:
    """Keep a visit; tell whether it is new. Sent again, it is the same visit.

    Raises:
        RecordRefused: the household or the place is not in a grid of ``by``.
    """
    household = Household.objects.filter(uid=seen.household).first() if seen.household else None
    place = PatrolPlace.objects.filter(uid=seen.place).first() if seen.place else None
    where = household or place
    acting_as = _acting_as(where.division_id if where else None, by=by, on=timezone.localdate(at))
    with scope.trusted():
        visit, is_new = Visit.objects.get_or_create(
            uid=seen.uid,
            defaults={
                "household": household,
                "place": place,
                "on": seen.on,
                "how": seen.how,
                "found": seen.found,
                "acting_as": acting_as,
            },
        )
    if is_new:
        subject = f"visit:{visit.pk}"
        says = _("记下一次走访") if seen.household else _("记下一次巡查")
        _tell("field.visit", subject, says, by=by, at=at, acting_as=acting_as)
    return is_new


def add_photos(visit: Visit, kept: Sequence[Kept], *, most: int) -> None:
    """Add pictures to a visit; those that it has are not added again.

    Raises:
        RecordRefused: the visit would have more than ``most``.
    """
    with scope.trusted():
        Visit.objects.select_for_update().get(pk=visit.pk)
        known = set(visit.photos.values_list("blob_id", flat=True))
        fresh = [one for one in kept if one.blob.pk not in known]
        if len(known) + len(fresh) > most:
            raise RecordRefused(_("一次走访最多%(most)d张照片") % {"most": most})
        VisitPhoto.objects.bulk_create(
            VisitPhoto(visit=visit, blob=one.blob, name=one.name) for one in fresh
        )


@transaction.atomic
def add_place(
    uid: uuids.UUID,
    division_id: int,
    *,
    name: str,
    looks_for: str,
    by: Actor,
    at: dt.datetime,
    lon: float | None = None,
    lat: float | None = None,
) -> bool:
    """Add a patrol place from today on; tell whether it is new. The caller has checked the grid."""
    today = timezone.localdate(at)
    with scope.trusted():
        place, is_new = PatrolPlace.objects.get_or_create(
            uid=uid,
            defaults={
                "division_id": division_id,
                "name": name,
                "looks_for": looks_for,
                "lon": lon,
                "lat": lat,
                "valid": DateRange(today, None),
            },
        )
    if is_new:
        _tell("field.place_added", f"patrol_place:{place.pk}", _("增加一个巡查点"), by=by, at=at)
    return is_new


@transaction.atomic
def end_place(place: PatrolPlace, *, by: Actor, at: dt.datetime) -> None:
    """Let a patrol place be looked at no more, from today on."""
    today = timezone.localdate(at)
    with scope.trusted():
        begun = place.valid.lower or today
        PatrolPlace.objects.filter(pk=place.pk).update(valid=DateRange(min(begun, today), today))
    _tell("field.place_ended", f"patrol_place:{place.pk}", _("停用一个巡查点"), by=by, at=at)


@transaction.atomic
def forget_visits(*, at: dt.datetime) -> int:
    """Delete visits older than the rule ``field.visit_retention``; return how many."""
    today = timezone.localdate(at)
    days = rules.value("field.visit_retention", on=today)["days"]
    with scope.trusted():
        old = Visit.objects.filter(on__lt=today - dt.timedelta(days=days))
        count = old.count()
        old.delete()
    if count:
        says = _("到期删除%(count)d次走访巡查记录") % {"count": count}
        _tell("field.forget_visits", "visits", says, by=None, at=at)
    return count


def _acting_as(division_id: int | None, *, by: Actor, on: dt.date) -> str:
    """Return the post in whose grid something is."""
    for beat in beats(by, on=on):
        if division_id in beat.places:
            return beat.post.key
    raise RecordRefused(_("这一户或这个巡查点现在不在您的网格里"))


def _tell(
    event: str, subject: str, says: str, *, by: Actor | None, at: dt.datetime, acting_as: str = ""
) -> None:
    journal.write(
        journal.Told(
            event=event,
            subject=subject,
            at=at,
            actor=by.person_id if by else None,
            acting_as=acting_as,
            says=says,
        )
    )
