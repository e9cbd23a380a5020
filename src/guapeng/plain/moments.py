"""Days and times as offices write them in their lists."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from guapeng.plain.unfit import Unfit, gettext_noop
from guapeng.plain.workdays import SHANGHAI


class NotAMoment(Unfit):
    """It can be read as no day and time, or in two ways."""

    code = "moment"
    wording = gettext_noop("“%(text)s”不是日期时间，请写成 2026-03-02 14:05")


_SHOWN = 30
_MOMENT = re.compile(
    r"""
    (?: (?P<year>\d{4}) \s*[-/.年]\s* (?P<month>\d{1,2}) \s*[-/.月]\s* (?P<day>\d{1,2}) \s*日?
      | (?P<year_>\d{4}) (?P<month_>\d\d) (?P<day_>\d\d)
      | (?P<month__>\d{1,2}) / (?P<day__>\d{1,2}) / (?P<year__>\d{4})
    )
    (?: \s* (?:星期|周) [一二三四五六日天] )?
    (?:
        [T\s]* (?P<early>上午|早上|凌晨|中午)? (?P<late>下午|晚上)? \s*
        (?P<hour>\d{1,2}) \s* (?: [:时点] \s* (?P<minute>\d{1,2})? \s* 分? )
        (?: \s*:? \s* (?P<second>\d{1,2}) (?:\.\d+)? \s* 秒? )?
        \s* (?: (?P<am>AM) | (?P<pm>PM) )?
        \s* (?P<zone> Z | [+-]\d\d:?\d\d )?
      | \s* (?P<hour_>\d\d) (?P<minute_>\d\d) (?P<second_>\d\d)?
    )?
    """,
    re.VERBOSE | re.ASCII,
)
# A spreadsheet's own count of days, from 1980 to 2173: no year has five digits.
_SERIAL = re.compile(r"[2-9]\d{4}(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # local, like everything in a spreadsheet
_NOON = 12


def read_moment(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return the moment that ``text`` names; one without a zone is in ``zone``, a day its start.

    ISO 8601, ``2024/4/16 3:05``, ``2024年4月16日 下午3时5分``, ``20240416``, ``20240416030315``,
    the American ``12/25/2013 11:59:08 PM`` (month first, never the day), and the number that a
    spreadsheet keeps of a date.

    Raises:
        NotAMoment: none of these, or a day or hour that there is not.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = _read(unicodedata.normalize("NFKC", text).strip().upper(), text)
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _read(folded: str, text: str) -> datetime:
    try:
        if _SERIAL.fullmatch(folded):
            return _SERIAL_ZERO + timedelta(seconds=round(float(folded) * 86_400))
        match = _MOMENT.fullmatch(folded)
        if match:
            return _built({name: value for name, value in match.groupdict().items() if value})
    except ValueError:
        pass
    raise NotAMoment(text=text[:_SHOWN])


def _built(parts: dict[str, str]) -> datetime:
    """Return the moment of the named parts; names differ by underscores where a form repeats them.

    Raises:
        ValueError: there is no such day or hour.
    """
    found = {name.rstrip("_"): value for name, value in parts.items()}
    hour = int(found.get("hour", 0))
    if found.keys() & {"late", "pm"} and hour < _NOON:
        hour += _NOON
    elif found.keys() & {"early", "am"} and hour == _NOON and found.get("early") != "中午":
        hour = 0
    read = datetime(  # noqa: DTZ001  # the caller knows the zone
        int(found["year"]),
        int(found["month"]),
        int(found["day"]),
        hour,
        int(found.get("minute", 0)),
        int(found.get("second", 0)),
    )
    return read if "zone" not in found else _zoned(read, found["zone"])


def _zoned(read: datetime, zone: str) -> datetime:
    if zone == "Z":
        return read.replace(tzinfo=UTC)
    return datetime.strptime(f"{read:%Y-%m-%dT%H:%M:%S}{zone}", "%Y-%m-%dT%H:%M:%S%z")
