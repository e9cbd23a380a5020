"""Reading notices, preferences and devices, in the scope of whoever they belong to."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from guapeng.kernel.notices.models import Notice, Preference, Subscription
from guapeng.kernel.notices.quiet import Quiet
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.rules import queries as rules

PAGE_ROWS = 30

_COUNT_NEW = "select count(*) from notices_notice where person_id = %s and is_new"


class Place(NamedTuple):
    """Where in the list a page ends: whether that notice was new, and its id."""

    was_new: bool
    id: int


def notices_of(
    actor: Actor, *, after: Place | None = None, rows: int = PAGE_ROWS
) -> QuerySet[Notice]:
    """Return what the actor was told, new first, then the latest."""
    found = Notice.objects.filter(person_id=actor.known_person)
    if after:
        further = Q(is_new=after.was_new, id__lt=after.id)
        found = found.filter(further | Q(is_new=False) if after.was_new else further)
    return found.order_by("-is_new", "-id")[:rows]


def new_count(request: HttpRequest) -> int:
    """Return how many notices the visitor has neither opened nor had settled."""
    person_id = request.actor.person_id  # type: ignore[attr-defined]  # ActorMiddleware sets it
    if not person_id:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_NEW, [person_id])
        return int(cursor.fetchone()[0])


def devices_of(actor: Actor) -> QuerySet[Subscription]:
    """Return the browsers that get web push for the actor, the newest first."""
    return Subscription.objects.filter(person_id=actor.known_person).order_by("-id")


def preference_of(person_id: int, *, on: dt.date) -> Preference:
    """Return what a person chose, or an unsaved row with what the rule says."""
    return preferences_of([person_id], on=on)[person_id]


def preferences_of(person_ids: Collection[int], *, on: dt.date) -> dict[int, Preference]:
    """Return what each person chose, or an unsaved row with what the rule says."""
    hours = rules.value("notices.quiet_hours", on=on)
    usual = {
        "quiet_from": dt.time.fromisoformat(hours["start"]),
        "quiet_until": dt.time.fromisoformat(hours["end"]),
    }
    chosen = Preference.objects.in_bulk(person_ids)
    return {
        id_: chosen.get(id_) or Preference(person_id=id_, muted=[], **usual) for id_ in person_ids
    }


def quiet_hours(preference: Preference) -> Quiet:
    """Return when the person wants to be left in peace."""
    return Quiet(preference.quiet_from, preference.quiet_until)
