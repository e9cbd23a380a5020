"""Changes of the household ledger from a telephone: the ledger's own door, in a record's words."""

import datetime as dt
from typing import Any

from django.utils import timezone

from guapeng.apps.grids.field.posts import Beat
from guapeng.apps.grids.field.records import HouseholdRecord, Later
from guapeng.apps.grids.ledger import changes
from guapeng.apps.grids.ledger.errors import Conflict
from guapeng.apps.grids.models import LedgerChange, Source
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Household


def change(
    record: HouseholdRecord, beat: Beat | None, *, by: Actor, at: dt.datetime
) -> tuple[bool, int]:
    """Change the ledger, or enter a household in the grid ``beat``.

    Return whether it is new, and which version it made: upon that the same writer may go on. What
    stood there already makes none, and gives back the version that was seen.

    Raises:
        Later: the record was written upon a change that has not come yet.
        LedgerRefused: as ``ledger.changes``; of these ``Conflict`` has both sides.
    """
    given, wanted = record.cleaned_data, record.group("set")
    writing = changes.Writing(
        uid=given["id"], by=by, at=at, source=Source.VISIT, noted_at=_noted(given["on"], at=at)
    )
    if (made := _made(given["id"])) is not None:
        return False, made
    if beat:
        since = dt.date.fromisoformat(str(wanted.get("since") or given["on"]))
        draft = changes.Draft(
            str(wanted.get("address") or ""),
            since=since,
            kind=str(wanted.get("kind") or Household.Kind.ORDINARY),
            members=wanted.get("members"),
        )
        return True, changes.add(beat.division, draft, writing).version
    uid, version = given["household"], given["version"]
    if version > _version(uid):
        raise Later
    if given["until"]:
        changes.end(uid, given["until"], writing, version=version)
    else:
        changes.change(uid, wanted, writing, version=version)
    return True, _made(given["id"]) or version


def both_sides(conflict: Conflict) -> dict[str, Any]:
    """Return what each side says of the fields wanted, and upon what to write if one insists."""
    last = conflict.between[-1] if conflict.between else None
    return {
        "version": conflict.household.version,
        "mine": dict(conflict.wanted),
        "theirs": dict(conflict.present),
        "before": dict(conflict.base),
        "who": last.title if last else "",
        "on": timezone.localdate(last.at) if last else None,
    }


def _made(uid: Any) -> int | None:
    """Return the version that a change made; None if there was no such change."""
    return LedgerChange.objects.filter(uid=uid).values_list("version", flat=True).first()


def _version(uid: Any) -> int:
    """Return the version of a household as it stands, 0 where the scope shows none."""
    known = Household.objects.filter(uid=uid).values_list("version", flat=True).first()
    return known or 0


def _noted(on: dt.date, *, at: dt.datetime) -> dt.datetime:
    """Return the beginning of the day on which it was written down: the hour is nobody's matter."""
    return min(timezone.make_aware(dt.datetime.combine(on, dt.time.min)), at)
