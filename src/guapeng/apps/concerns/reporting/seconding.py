"""“Me too”: somebody has the same trouble, which is counted instead of reported twice."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guapeng.apps.concerns.models import Seconding
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.middleware import actor

_BROWSER: Final = "guapeng_browser"


def second(matter: Matter, who: dict[str, Any], *, at: dt.datetime) -> bool:
    """Count ``who`` among those with the same trouble; return whether that is new."""
    return _stand(matter, who, at=at, withdrawn=False)


def take_back(matter: Matter, who: dict[str, Any], *, at: dt.datetime) -> bool:
    """Count ``who`` no longer; return whether that changed anything."""
    return _stand(matter, who, at=at, withdrawn=True)


def whoever(request: HttpRequest) -> dict[str, Any]:
    """Return who asks: the person, or a browser that gets a name of its own now."""
    if person := actor(request).person_id:
        return {"person_id": person}
    name = request.session.setdefault(_BROWSER, str(uuid.uuid4()))
    return {"browser": uuid.UUID(name)}


def known(request: HttpRequest) -> dict[str, Any] | None:
    """Return who asks, ``None`` for a browser that has seconded nothing."""
    return whoever(request) if actor(request).person_id or _BROWSER in request.session else None


def counts(matters: Iterable[int]) -> dict[int, int]:
    """Return how many second each matter, those with none left out. One query."""
    stands = Seconding.objects.filter(matter__in=list(matters), withdrawn_at__isnull=True)
    with transaction.atomic(), scope.trusted():
        counted = stands.values_list("matter").annotate(times=Count("pk"))
        return dict(counted.values_list("matter", "times"))


def seconded_by(who: dict[str, Any] | None) -> list[int]:
    """Return the ids of the matters that ``who`` seconds, the newest first."""
    if who is None:
        return []
    mine = Seconding.objects.filter(**who, withdrawn_at__isnull=True).order_by("-id")
    with transaction.atomic(), scope.trusted():
        return list(mine.values_list("matter_id", flat=True)[:50])


def _stand(matter: Matter, who: dict[str, Any], *, at: dt.datetime, withdrawn: bool) -> bool:
    wanted = at if withdrawn else None
    with transaction.atomic(), scope.trusted():
        if withdrawn:
            before = Seconding.objects.select_for_update().filter(matter=matter, **who).first()
            made = False
        else:
            before, made = Seconding.objects.get_or_create(
                matter=matter, **who, defaults={"at": at}
            )
        if before is None or (not made and (before.withdrawn_at is not None) == withdrawn):
            return False
        before.withdrawn_at = wanted
        before.save(update_fields=["withdrawn_at"])
        _tell(matter, who, at=at, withdrawn=withdrawn)
        return True


def _tell(matter: Matter, who: dict[str, Any], *, at: dt.datetime, withdrawn: bool) -> None:
    journal.write(
        journal.Told(
            event="concern.unseconded" if withdrawn else "concern.seconded",
            subject=f"matter:{matter.pk}",
            at=at,
            actor=who.get("person_id"),
            acting_as="anyone",
            says=_("一人收回了“我也遇到”") if withdrawn else _("又有一人遇到同一件事"),
        )
    )
