"""When something is due: limits from dated rules, counted on the working calendar."""

import datetime as dt

from django.utils import timezone

from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.tables import Within
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import SHANGHAI, Deadline, Limit, due


def limit(rule: str, *, urgency: int, on: dt.date) -> Limit:
    """Return the limit that the rule ``rule`` gives on that day for an urgency.

    The rule's value is ``{"limit": "1wd"}`` for all, or ``{"limits": {"1": "2h", "3": "5wd"}}``
    by urgency.

    Raises:
        NoRule: no row covers the day.
    """
    value = rules.value(rule, on=on)
    return Limit.parse(value["limit"] if "limit" in value else value["limits"][str(urgency)])


def deadline(within: Within, matter: Matter, *, at: dt.datetime) -> Deadline:
    """Return when ``within`` ends for ``matter``, counted from ``at`` or from a named step.

    Where the case names the day, it is the midnight with which that day begins.
    """
    if within.day:
        return Deadline(_midnight(_case_day(within, matter)), provisional=False)
    taken = [matter.last_taken[step] for step in within.since if step in matter.last_taken]
    start = max(taken, default=at)
    span = limit(within.rule, urgency=matter.urgency, on=timezone.localdate(start))
    return due(start, span, rules.calendar())


def _case_day(within: Within, matter: Matter) -> dt.date:
    case = tables.of(matter).case.objects.only(within.day).get(pk=matter.pk)
    day: dt.date = getattr(case, within.day)
    return day


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)
