"""Reading the rule of a day, and the working calendar."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from guapeng.kernel.rules.models import CalendarDay, Rule
from guapeng.plain.workdays import Calendar

_KEPT_SECONDS = 30


class NoRule(LookupError):
    """No row says what holds on the day."""

    def __init__(self, key: str, on: dt.date) -> None:
        super().__init__(_("规则“%(key)s”在%(day)s没有适用的条款") % {"key": key, "day": on})


def value(key: str, *, on: dt.date) -> Any:
    """Return the JSON value of the rule ``key`` in force ``on`` that day.

    Raises:
        NoRule: no row of the key covers the day.
    """
    found = cache.get(_cache_key(key, on))
    if found is None:
        found = in_force(key, on=on).value
        cache.set(_cache_key(key, on), found, _KEPT_SECONDS)
    return found


def in_force(key: str, *, on: dt.date) -> Rule:
    """Return the row itself, for pages that show the source beside the number.

    Raises:
        NoRule: no row of the key covers the day.
    """
    rule = Rule.objects.filter(key=key, valid__contains=on).first()
    if rule is None:
        raise NoRule(key, on)
    return rule


def calendar() -> Calendar:
    """Return the working calendar; years without imported days are unknown to it."""
    return _calendar(cache.get_or_set("rules.calendar", _fingerprint, _KEPT_SECONDS))


def _fingerprint() -> str:
    """Return a word that changes whenever any day of the calendar does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(md5(string_agg(day::text || is_workday, ',' order by day)), '')"
            " from rules_calendarday"
        )
        return str(cursor.fetchone()[0])


@lru_cache(maxsize=2)
def _calendar(_fingerprint: str | None) -> Calendar:
    days = dict(CalendarDay.objects.values_list("day", "is_workday"))
    return Calendar.of(days, source=_("国务院办公厅节假日安排"))


def _cache_key(key: str, on: dt.date) -> str:
    return f"rules.{key}.{on:%Y%m%d}"
