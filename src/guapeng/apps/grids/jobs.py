"""What the clock does for grids: approved redivisions take effect on their day."""

import datetime as dt

from django.utils import timezone

from guapeng.apps.grids.models import Redivision
from guapeng.kernel.clockwork import every
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

_AT_ONCE = 20


@every(seconds=60)
def take_effect(*, at: dt.datetime) -> int:
    """Let approved redivisions take effect whose day has come; return how many did.

    The day is the case's own, not a limit of a rule, so no task waits for it.
    """
    with scope.acting(SYSTEM):
        due = Redivision.objects.filter(
            matter__state="approved", effective_on__lte=timezone.localdate(at)
        )
        waiting = list(due.select_related("matter").order_by("effective_on", "pk")[:_AT_ONCE])
        return sum(_taken(one, at=at) for one in waiting)


def _taken(case: Redivision, *, at: dt.datetime) -> bool:
    try:
        engine.take("take_effect", case.matter, by=SYSTEM, at=at)
    except StepRefused:  # somebody was quicker
        return False
    return True
