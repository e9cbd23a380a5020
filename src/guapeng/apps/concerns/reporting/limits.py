"""How often visitors may try something: counted in the database, so that all processes agree.

Who tries is kept as a keyed hash that holds the day, so that yesterday's rows tell nothing of
today's visitors; rows older than a day are thrown away.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.concerns.models import Attempt
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import Limit, due
from guapeng.supervisor.secrets import instance_secret
from guapeng.web import words

_COUNT = """
insert into concerns_attempt (what, by, since, times) values (%s, %s, %s, 1)
on conflict (what, by, since) do update set times = concerns_attempt.times + 1 returning times
"""


class TooOften(Exception):
    """Somebody tried more often than the rule allows; ``message`` says when to come again."""

    status = 429

    def __init__(self, again: str) -> None:
        super().__init__(again)
        self.message = _("这里提交的次数太多了，请%(again)s后再试；急事请直接打电话。") % {
            "again": again
        }


def spend(rule: str, marks: Mapping[str, str], *, at: dt.datetime) -> None:
    """Count one attempt for each mark, e.g. ``{"per_address": "10.0.0.7"}``.

    The names of the marks are fields of the rule, which hold how often within its ``limit``.

    Raises:
        TooOften: one of them has used up what the rule allows.
    """
    value = rules.value(rule, on=timezone.localdate(at))
    start, end = _window(Limit.parse(value["limit"]), at)
    counted = {name: _count(rule, f"{name} {mark}", start) for name, mark in marks.items()}
    if any(times > value[name] for name, times in counted.items()):
        raise TooOften(words.span(end - at))


def address(request: HttpRequest) -> str:
    """Return where the request came from, as far as the server knows."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _window(limit: Limit, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return the span of the rule's length in which ``at`` lies, counted from midnight."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    length = due(midnight, limit, rules.calendar()).at - midnight
    start = midnight + (at - midnight) // length * length
    return start, start + length


def _count(what: str, mark: str, since: dt.datetime) -> int:
    key = instance_secret("follow").encode()
    by = hmac.digest(key, f"{since:%Y%m%d} {mark}".encode(), hashlib.sha256)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [what, by, since])
        times = int(cursor.fetchone()[0])
    if times == 1:
        Attempt.objects.filter(since__lt=since - dt.timedelta(days=1)).delete()
    return times
