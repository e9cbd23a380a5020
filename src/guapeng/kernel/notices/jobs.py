"""What the clock does with notices."""

import datetime as dt

from django.utils import timezone

from guapeng.kernel.clockwork import daily
from guapeng.kernel.notices.models import Notice
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules import queries as rules


@daily(hour=3)
def forget_old(*, at: dt.datetime) -> int:
    """Delete notices, and how they were delivered, after the days of the rule; return how many."""
    kept = rules.value("notices.delivery", on=timezone.localdate(at))["kept_days"]
    with scope.acting(SYSTEM):
        old = Notice.objects.filter(created_at__lt=at - dt.timedelta(days=kept))
        return old.delete()[1].get("notices.Notice", 0)
