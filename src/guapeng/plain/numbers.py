"""The number of a matter, made to be read over the telephone and typed on its keypad.

``152224-261124-00017-3`` is the county (6 digits of its division code), the day (yymmdd), the
serial of that day (5 digits, more when a day has more than 99,999) and a check digit. Digits
only: letters are misheard, and a telephone has none. The check digit is Damm's (H. M. Damm,
"Total anti-symmetrische Quasigruppen", 2004): it catches every single wrong digit and every
swap of neighbours, the two slips people make; ISO 7064 MOD 11-10 lets some swaps through.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from stdnum import damm

from guapeng.plain.unfit import Unfit, gettext_noop, squeeze

_CENTURY = 2000
_SERIAL_DIGITS = 5
_DIGITS = re.compile(r"(\d{6})(\d{6})(\d{5,})(\d)")
_SHORTEST = 18


class NotDigits(Unfit):
    """A character is neither digit, space nor dash."""

    code = "number.digits"
    wording = gettext_noop("编号只有数字，“%(found)s”不是数字")


class TooShort(Unfit):
    """Digits are missing."""

    code = "number.short"
    wording = gettext_noop("编号至少有%(expected)d位数字，这里只有%(found)d位")


class Misread(Unfit):
    """The check digit, the day or the serial does not fit: a digit was misheard or mistyped."""

    code = "number.misread"
    wording = gettext_noop("编号 %(number)s 不存在，请核对每一位数字")


@dataclass(frozen=True, order=True)
class MatterNumber:
    """County, day and serial of a matter; ``str()`` is the form shown and printed.

    Attributes:
        county: the first 6 digits of the county's division code.
        on: the day the number was given, in local time, in the years 2000 to 2099.
        serial: from 1 within county and day, without an upper bound.

    Raises:
        ValueError: a part is out of its range.
    """

    county: str
    on: date
    serial: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[1-9][0-9]{5}", self.county):
            raise ValueError("a county has 6 digits, the first of them not 0")
        if self.on.year // 100 * 100 != _CENTURY:
            raise ValueError("a matter is numbered in the years 2000 to 2099")
        if self.serial < 1:
            raise ValueError("serials start at 1")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number as people write it: full-width digits, spaces and any dashes allowed.

        Raises:
            NotDigits: it has other characters.
            TooShort: digits are missing.
            Misread: the digits do not belong together.
        """
        digits = squeeze(text)
        if foreign := re.search(r"[^0-9]", digits):
            raise NotDigits(found=foreign[0])
        match = _DIGITS.fullmatch(digits)
        if not match:
            raise TooShort(expected=_SHORTEST, found=len(digits))
        try:
            number = cls(match[1], _day(match[2]), int(match[3]))
        except ValueError:
            raise Misread(number=text.strip()) from None
        # One matter has one number: this refuses a wrong check digit and a padded serial alike.
        if number.digits != digits:
            raise Misread(number=text.strip())
        return number

    @property
    def digits(self) -> str:
        """All digits without dashes, the form to store and compare."""
        return str(self).replace("-", "")

    def __str__(self) -> str:
        groups = (self.county, f"{self.on:%y%m%d}", f"{self.serial:0{_SERIAL_DIGITS}d}")
        return "-".join((*groups, damm.calc_check_digit("".join(groups))))


def _day(yymmdd: str) -> date:
    return datetime.strptime(f"{_CENTURY // 100}{yymmdd}", "%Y%m%d").date()  # noqa: DTZ007
