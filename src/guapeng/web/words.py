"""Days, moments and deadlines in words: formatted once in the view, never in a row loop."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SOON: Final = DAY
MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Due(NamedTuple):
    """A deadline, ready for ``<c-due>``: words, tone, exact moment for people and for machines."""

    text: str
    tone: str
    until: str
    iso: str


def day(on: date, *, at: datetime) -> str:
    """Return a day as people write it, ``6月3日``; with the year if it is not that of ``at``."""
    year = on.year if on.year != _year_of(at) else None
    if get_language() == "en":
        return f"{on.day} {MONTHS[on.month - 1]}" + (f" {year}" if year else "")
    return (f"{year}年" if year else "") + f"{on.month}月{on.day}日"


@lru_cache(maxsize=16)  # a list asks for each of its rows
def _year_of(at: datetime) -> int:
    return timezone.localtime(at).year


def moment(when: datetime, *, at: datetime) -> str:
    """Return a moment in local time, ``6月3日 14:05``."""
    local = timezone.localtime(when)
    return f"{day(local.date(), at=at)} {local:%H:%M}"


def deadline(until: datetime, *, at: datetime) -> str:
    """Return a deadline in local time; the end of a day as such, ``6月3日 24:00``."""
    local = timezone.localtime(until)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return moment(until, at=at)
    return f"{day(local.date() - DAY, at=at)} 24:00"


def due(until: datetime, *, at: datetime) -> Due:
    """Say how long is left until a deadline, or how long it has passed.

    Whole units, rounded so that nothing sounds longer than it is: 1 day 23 hours left are
    ``还有1天``, 1 hour 59 minutes late are ``已超1小时``. The last day counts as soon.
    """
    left = until - at
    late = left < timedelta(0)
    tone = "overdue" if late else "waiting" if left <= SOON else "quiet"
    text = _left(*_in_units(abs(left)), late=late, language=get_language())
    return Due(text, tone, deadline(until, at=at), until.isoformat())


def named(name: str) -> str:
    """Return a name that came with the product in the reader's language; any other as it is.

    Names of categories, units and posts are data and kept in Chinese. The catalogue of a language
    knows those that are shipped, under the context ``name``.
    """
    return _named(name, get_language()) if name else name


@lru_cache(maxsize=4096)
def _named(name: str, _language: str | None) -> str:
    found = pgettext("name", name)
    return found if found != name else _(name)


def listed(items: Iterable[object]) -> str:
    """Return things in a row, with what the language puts between them."""
    return _("、").join(map(str, items))


def span(length: timedelta) -> str:
    """Return a length of time in its largest whole unit: days, hours or minutes (at least one)."""
    return _span(*_in_units(length), language=get_language())


def _in_units(length: timedelta) -> tuple[int, timedelta]:
    """Return how many of its largest whole unit a length holds, and the unit."""
    unit = DAY if length >= DAY else HOUR if length >= HOUR else MINUTE
    return max(1, length // unit), unit


# Lists say the same lengths again and again: a catalogue is asked once for each.
@lru_cache(maxsize=4096)
def _left(count: int, unit: timedelta, *, late: bool, language: str) -> str:
    told = {"span": _span(count, unit, language=language)}
    return (_("已超%(span)s") if late else _("还有%(span)s")) % told


@lru_cache(maxsize=4096)
def _span(count: int, unit: timedelta, *, language: str) -> str:  # noqa: ARG001  # of the catalogue
    told = {
        DAY: ngettext("%(count)d天", "%(count)d天", count),
        HOUR: ngettext("%(count)d小时", "%(count)d小时", count),
        MINUTE: ngettext("%(count)d分钟", "%(count)d分钟", count),
    }
    return told[unit] % {"count": count}
