"""What the cells of a hotline's row say, each read on its own."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from guapeng.apps.concerns.models import Category
from guapeng.apps.concerns.words import CHANNELS, URGENCIES
from guapeng.kernel.exchange.running import Misfit
from guapeng.kernel.matters.models import Channel, Urgency
from guapeng.plain import identity
from guapeng.plain.moments import read_moment
from guapeng.plain.text import fold
from guapeng.plain.unfit import Unfit, gettext_noop
from guapeng.plain.workdays import SHANGHAI

_LONGEST_TEXT: Final = 20_000
_LONGEST_NUMBER: Final = 100
_SHOWN: Final = 30
_EARLIEST: Final = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_DAY: Final = dt.timedelta(days=1)
_AHEAD: Final = _DAY
"""Clocks of other systems may go a little before ours."""
_NUMBER: Final = re.compile(r"\d{4}")
_CONTROL: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
NOTHING: Final = frozenset(("", "-", "--", "—", "/", "无", "空"))
"""How lists say that there is none."""


class NothingSaid(Unfit):
    """A row without a word of what it is about."""

    code = "concern.nothing_said"
    wording = gettext_noop("没有内容")


class TextTooLong(Unfit):
    """A text that no caller dictates: an unclosed quotation mark has joined rows."""

    code = "concern.too_long"
    wording = gettext_noop("内容有%(found)d字，超过%(most)d字；可能是引号没有成对，几行并成了一行")


class NumberTooLong(Unfit):
    """What stands in the column of numbers is none."""

    code = "concern.number"
    wording = gettext_noop("原编号超过%(most)d字，请核对列的对应关系")


class NotYet(Unfit):
    """A time to come."""

    code = "concern.not_yet"
    wording = gettext_noop("时间“%(text)s”还没有到")


class TooEarly(Unfit):
    """A time before there were hotlines."""

    code = "concern.too_early"
    wording = gettext_noop("时间“%(text)s”早于1980年，请核对")


class NoBeginning(Unfit):
    """A closed case of which nobody says when it was raised."""

    code = "concern.no_beginning"
    wording = gettext_noop("已办结的要有提出时间，否则算不出办理用了多久")


class ClosedBefore(Unfit):
    """A case that was closed before it was raised."""

    code = "concern.closed_before"
    wording = gettext_noop("办结时间“%(text)s”早于提出时间")


class NotAPoint(Unfit):
    """Longitude or latitude is no number in range, or one is missing."""

    code = "concern.point"
    wording = gettext_noop("经纬度“%(lon)s，%(lat)s”有误：经度-180至180，纬度-90至90，两个都要有")


def moment(text: str, *, at: dt.datetime, field: str = "time") -> dt.datetime | None:
    """Return when it was raised, or what else ``field`` names; ``at`` the latest.

    None if the row does not say.

    Raises:
        Misfit: it is no moment, lies ahead, or before there were hotlines.
    """
    if not text:
        return None
    try:
        raised = read_moment(text)
        _require_past(raised, text, at=at)
    except Unfit as fault:
        raise Misfit(field, fault) from None
    return min(raised, at)


def _require_past(raised: dt.datetime, text: str, *, at: dt.datetime) -> None:
    if raised > at + _AHEAD:
        raise NotYet(text=text[:_SHOWN])
    if raised < _EARLIEST:
        raise TooEarly(text=text[:_SHOWN])


def end(text: str, raised: dt.datetime | None, *, at: dt.datetime) -> dt.datetime | None:
    """Return when a closed case was closed; None if the row does not say.

    A day without an hour, which reads as its beginning, may be the very day on which it was raised.

    Raises:
        Misfit: it is no moment, lies ahead or before the case was raised, or nobody says when that
            was: how long it took could not be told.
    """
    if raised is None:
        raise Misfit("time", NoBeginning())
    closed = None if text in NOTHING else moment(text, at=at, field="closed")
    if closed is None or closed >= raised:
        return closed
    if closed + _DAY <= raised or closed.astimezone(SHANGHAI).time() != dt.time.min:
        raise Misfit("closed", ClosedBefore(text=text[:_SHOWN]))
    return raised


def number(text: str) -> str:
    """Return the row's number in its own system, empty if it has none.

    Raises:
        Misfit: it is too long for one.
    """
    if len(text) > _LONGEST_NUMBER:
        raise Misfit("id", NumberTooLong(most=_LONGEST_NUMBER))
    return text


def words(values: Mapping[str, str], label: str) -> str:
    """Return what was said: subject and body, without either the label.

    Raises:
        Misfit: nothing, or more than anybody says.
    """
    subject, body = values.get("subject", ""), values.get("body", "")
    parts = [subject, body] if not body.startswith(subject) else [body]
    text = _CONTROL.sub("", "\n".join(filter(None, parts))).strip() or label
    if not text:
        raise Misfit("body", NothingSaid())
    if len(text) > _LONGEST_TEXT:
        raise Misfit("body", TextTooLong(found=len(text), most=_LONGEST_TEXT))
    return text


def phone(text: str) -> str:
    """Return a number that can be called; what is none is not kept."""
    try:
        return identity.phone(text) if text else ""
    except identity.NotAPhone:
        return ""


def name(text: str) -> str:
    """Return a caller's name; one with a number in it is none, and would be kept unsealed."""
    return "" if _NUMBER.search(text) else text


def urgency(word: str, category: Category | None) -> Urgency:
    """Return how soon, in their words or else by the category."""
    if word and (found := _urgency(word)):
        return found
    return Urgency(category.urgency) if category else Urgency.ORDINARY


@lru_cache
def _urgency(word: str) -> Urgency | None:
    return URGENCIES.get(fold(word))


@lru_cache
def channel(word: str) -> Channel:
    """Return how it came in; ``import`` if no word of ours is in theirs."""
    if not word:
        return Channel.IMPORT
    folded = fold(word)
    return next((way for part, way in CHANNELS.items() if part in folded), Channel.IMPORT)


def point(lon: str, lat: str) -> tuple[float, float] | None:
    """Return longitude and latitude; zero and zero is what systems write that know none.

    Raises:
        Misfit: one is missing, no number, or out of range.
    """
    if not lon and not lat:
        return None
    try:
        found = float(lon), float(lat)
    except ValueError:
        raise Misfit("lon", NotAPoint(lon=lon[:20], lat=lat[:20])) from None
    if not (abs(found[0]) <= 180 and abs(found[1]) <= 90):  # noqa: PLR2004  # degrees; not for NaN
        raise Misfit("lon", NotAPoint(lon=lon[:20], lat=lat[:20]))
    return found if any(found) else None
