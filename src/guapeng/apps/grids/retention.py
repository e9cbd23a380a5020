"""What the grids forget when its time is over, by the rules ``grids.retention.*``."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import CareEntry, CareOpening, HandOver, Leave
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.rules import queries as rules

_DAYS_A_MONTH: Final = 31


@transaction.atomic
def forget(*, at: dt.datetime) -> int:
    """Delete ended care entries, openings, leave and hand-overs; return how many rows."""
    with scope.trusted():
        counts = [
            CareEntry.objects.filter(valid__endswith__lte=_until("care", at)).delete()[0],
            CareOpening.objects.filter(at__date__lte=_until("opening", at)).delete()[0],
            Leave.objects.filter(valid__endswith__lte=_until("leave", at)).delete()[0],
            HandOver.objects.filter(drawn_up_at__date__lte=_until("hand_over", at)).delete()[0],
        ]
    if count := sum(counts):
        told = journal.Told(
            event="grids.forgotten",
            subject="grids",
            at=at,
            says=_("到期删除网格记录%(count)s条") % {"count": count},
            data={"count": count},
        )
        journal.write(told)
    return count


def _until(key: str, at: dt.datetime) -> dt.date:
    """Return the day up to which rows of this kind are forgotten: whole months, the longer way."""
    today = localdate(at)
    months = rules.value(f"grids.retention.{key}", on=today)["months"]
    return today - dt.timedelta(days=months * _DAYS_A_MONTH)
