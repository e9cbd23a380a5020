"""When something is due: limits from dated rules, counted on the working calendar."""

import datetime as dt

from django.utils import timezone

from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.tables import Within
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import Deadline, Limit, due


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
    """Return when ``within`` ends for ``matter``, counted from ``at`` or from a named step."""
    taken = [matter.last_taken[step] for step in within.since if step in matter.last_taken]
    start = max(taken, default=at)
    span = limit(within.rule, urgency=matter.urgency, on=timezone.localdate(start))
    return due(start, span, rules.calendar())
