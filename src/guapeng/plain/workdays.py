"""Working days, and when a period of time ends.

Sources: Civil Code art. 201 (a period in days does not count the day it begins on; one in hours
runs at once) and art. 203 (a last day that is a legal rest day moves to the first day after the
rest; the last day ends at 24:00). Which days are rest days follows the State Council's yearly
notice, which also turns some weekends into working days (调休). Art. 203 would let an office's
closing time end the day; a resident's phone has no closing time, so 24:00 holds throughout.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from guapeng.plain.unfit import Unfit, gettext_noop

SHANGHAI = ZoneInfo("Asia/Shanghai")

_DAY = timedelta(days=1)
_FRIDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Working days and rest days as announced, year by year.

    Attributes:
        workdays: days announced as working days.
        rest_days: days announced as rest days; none of them is also in ``workdays``.
        source: the notice or file this was taken from, for the reader of a deadline.
        years: the years of which every day is announced.
    """

    workdays: frozenset[date]
    rest_days: frozenset[date]
    source: str
    years: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "years", _whole_years(self.workdays | self.rest_days))

    @classmethod
    def of(cls, days: Mapping[date, bool], *, source: str) -> Self:
        """Build a calendar from ``{day: is it a working day}``."""
        workdays = frozenset(day for day, is_workday in days.items() if is_workday)
        return cls(workdays, frozenset(days) - workdays, source)

    def knows(self, day: date) -> bool:
        """Whether the whole year of ``day`` has been announced."""
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked; Monday to Friday where nothing is announced."""
        if day in self.rest_days:
            return False
        return day in self.workdays or day.isoweekday() <= _FRIDAY

    def workday_from(self, day: date) -> date:
        """Return the first working day that is ``day`` or later."""
        while not self.is_workday(day):
            day += _DAY
        return day


def _whole_years(days: Iterable[date]) -> frozenset[int]:
    announced = Counter(day.year for day in days)
    return frozenset(year for year, count in announced.items() if count == _length(year))


def _length(year: int) -> int:
    return date(year, 12, 31).timetuple().tm_yday


class Unit(StrEnum):
    """What a limit is counted in; the value is its short form in rules and files."""

    MINUTES = "m"
    HOURS = "h"
    DAYS = "d"
    WORKDAYS = "wd"

    @property
    def wording(self) -> str:
        """The Chinese words of a limit in this unit, a message with the place ``amount``."""
        return _WORDINGS[self]


_WORDINGS = {
    Unit.MINUTES: gettext_noop("%(amount)d分钟"),
    Unit.HOURS: gettext_noop("%(amount)d小时"),
    Unit.DAYS: gettext_noop("%(amount)d天"),
    Unit.WORKDAYS: gettext_noop("%(amount)d个工作日"),
}
_SPELLINGS = {
    "M": Unit.MINUTES, "分": Unit.MINUTES, "分钟": Unit.MINUTES,
    "H": Unit.HOURS, "小时": Unit.HOURS, "个小时": Unit.HOURS,
    "D": Unit.DAYS, "天": Unit.DAYS, "日": Unit.DAYS, "自然日": Unit.DAYS, "个自然日": Unit.DAYS,
    "WD": Unit.WORKDAYS, "工作日": Unit.WORKDAYS, "个工作日": Unit.WORKDAYS,
}  # fmt: skip
_LIMIT = re.compile(r"\s*([1-9][0-9]{0,3})\s*(\D+?)\s*")


class NotALimit(Unfit):
    """The text is not a limit such as ``30m``, ``2h``, ``7d``, ``5wd``."""

    code = "limit"
    wording = gettext_noop("“%(text)s”不是时限，请写成 30分钟、2小时、7天 或 5个工作日")


@dataclass(frozen=True)
class Limit:
    """How long somebody has: 1 to 9,999 of a unit."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``30m``, ``2h``, ``7d``, ``5wd`` or the Chinese words for them.

        Raises:
            NotALimit: anything else.
        """
        match = _LIMIT.fullmatch(unicodedata.normalize("NFKC", text).upper())
        if not match or match[2] not in _SPELLINGS:
            raise NotALimit(text=text)
        return cls(int(match[1]), _SPELLINGS[match[2]])

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def in_words(self) -> str:
        """The limit in Chinese, as printed on an order: 5个工作日."""
        return self.unit.wording % {"amount": self.amount}


@dataclass(frozen=True)
class Deadline:
    """When a period ends.

    Attributes:
        at: the first moment that is too late, in UTC. A period in days ends at 24:00 local time
            of its last day, which is the midnight that begins the next day.
        provisional: an unannounced year was counted Monday to Friday; shown with a warning and
            computed again when the notice has been imported.
    """

    at: datetime
    provisional: bool

    def last_day(self, zone: ZoneInfo = SHANGHAI) -> date:
        """Return the last local day on which there is still time: the day to print."""
        return (self.at - datetime.resolution).astimezone(zone).date()


def due(start: datetime, limit: Limit, calendar: Calendar, zone: ZoneInfo = SHANGHAI) -> Deadline:
    """Return when ``limit`` ends if it begins at ``start``.

    Minutes and hours run on through nights and holidays. Days leave out the day of ``start`` and
    end with their last day: natural days on the next working day if the last is a rest day,
    working days on the last one counted.

    Raises:
        ValueError: ``start`` has no time zone.
    """
    if start.utcoffset() is None:
        raise ValueError("a period starts at a moment with a time zone")
    if pace := _PACES.get(limit.unit):
        return Deadline(start.astimezone(UTC) + limit.amount * pace, provisional=False)
    return _after_day(start.astimezone(zone).date(), limit, calendar, zone)


def extend(
    deadline: Deadline, limit: Limit, calendar: Calendar, zone: ZoneInfo = SHANGHAI
) -> Deadline:
    """Return the deadline that gives ``limit`` more, counted from where the first one ends."""
    if pace := _PACES.get(limit.unit):
        return Deadline(deadline.at + limit.amount * pace, deadline.provisional)
    longer = _after_day(deadline.last_day(zone), limit, calendar, zone)
    return Deadline(longer.at, deadline.provisional or longer.provisional)


_PACES = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


def _after_day(day: date, limit: Limit, calendar: Calendar, zone: ZoneInfo) -> Deadline:
    if limit.unit is Unit.DAYS:
        first_asked = day + limit.amount * _DAY
        last = calendar.workday_from(first_asked)
    else:
        first_asked = day + _DAY
        last = day
        for _ in range(limit.amount):
            last = calendar.workday_from(last + _DAY)
    return _end_of(last, zone, provisional=not _all_known(first_asked, last, calendar))


def _all_known(first: date, last: date, calendar: Calendar) -> bool:
    return calendar.years.issuperset(range(first.year, last.year + 1))


def _end_of(day: date, zone: ZoneInfo, *, provisional: bool) -> Deadline:
    midnight = datetime.combine(day + _DAY, time.min, zone)
    return Deadline(midnight.astimezone(UTC), provisional)


class CalendarDay(NamedTuple):
    """One line of a calendar file; ``kind`` and ``holiday`` may be empty."""

    day: date
    is_workday: bool
    kind: str
    holiday: str


class MissingColumn(Unfit):
    """The file's first row lacks a column."""

    code = "calendar.column"
    wording = gettext_noop("第1行缺少“%(column)s”列")


class NotADay(Unfit):
    """A date is not written as 2026-10-01."""

    code = "calendar.date"
    wording = gettext_noop("第%(row)d行：日期“%(value)s”应写成 2026-10-01 的形式")


class NotAFlag(Unfit):
    """Whether a day is worked is neither 1 nor 0."""

    code = "calendar.is_workday"
    wording = gettext_noop("第%(row)d行：is_workday 应为 1（上班）或 0（休息），这里是“%(value)s”")


class KindDisagrees(Unfit):
    """A row says two things about one day."""

    code = "calendar.kind"
    wording = gettext_noop("第%(row)d行：kind 为“%(value)s”，与 is_workday 不符")


class RepeatedDay(Unfit):
    """A day stands in the file twice."""

    code = "calendar.repeated"
    wording = gettext_noop("第%(row)d行：%(day)s 重复")


class YearIncomplete(Unfit):
    """A year lacks a day. Counting it Monday to Friday in silence would be a wrong deadline."""

    code = "calendar.incomplete"
    wording = gettext_noop("%(year)d年不完整：缺少 %(day)s")


_KINDS = {"workday": True, "makeup_workday": True, "weekend": False, "public_holiday": False}
_FLAGS = {"1": True, "0": False}


def read_days(lines: Iterable[str]) -> list[CalendarDay]:
    """Read a calendar file: CSV with the columns ``date`` and ``is_workday`` (1 or 0).

    ``kind`` (workday, makeup_workday, weekend, public_holiday) and ``holiday`` (its name) are
    read where they exist, other columns ignored. Every year in the file must be whole. ``lines``
    is a text file opened with ``encoding="utf-8-sig", newline=""``.

    Raises:
        Unfit: the first fault found, as ``MissingColumn``, ``NotADay``, ``NotAFlag``,
            ``KindDisagrees``, ``RepeatedDay`` or ``YearIncomplete``; rows count from the
            heading, which is row 1.
    """
    days: dict[date, CalendarDay] = {}
    for row, given in _rows(lines):
        found = _calendar_day(row, given)
        if found.day in days:
            raise RepeatedDay(row=row, day=found.day)
        days[found.day] = found
    _require_whole_years(days)
    return list(days.values())


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(lines, restval="")
    for column in ("date", "is_workday"):
        if column not in (reader.fieldnames or ()):
            raise MissingColumn(column=column)
    return enumerate(reader, start=2)


def _calendar_day(row: int, given: dict[str, str]) -> CalendarDay:
    try:
        day = date.fromisoformat(given["date"].strip())
    except ValueError:
        raise NotADay(row=row, value=given["date"]) from None
    flag, kind = given["is_workday"].strip(), given.get("kind", "").strip()
    if flag not in _FLAGS:
        raise NotAFlag(row=row, value=flag)
    if kind and _KINDS.get(kind) is not _FLAGS[flag]:
        raise KindDisagrees(row=row, value=kind)
    return CalendarDay(day, _FLAGS[flag], kind, given.get("holiday", "").strip())


def _require_whole_years(days: Iterable[date]) -> None:
    listed = frozenset(days)
    for year in sorted({day.year for day in listed} - _whole_years(listed)):
        in_year = (date(year, 1, 1) + number * _DAY for number in range(_length(year)))
        raise YearIncomplete(year=year, day=next(day for day in in_year if day not in listed))
