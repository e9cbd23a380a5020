"""Numbers that people and bodies are known by: identity numbers, credit codes, telephones.

All are read as people type them and returned in one form. They are personal data: callers store
them encrypted, show them masked (``masking``) and keep them out of logs and addresses. The
refusals raised here quote no digit of what was typed.
"""

import re
import unicodedata
from datetime import date, datetime

from stdnum.cn import ric, uscc

from guapeng.plain.codes import REGIONS
from guapeng.plain.unfit import Unfit, gettext_noop, squeeze

_FOREIGNER = "9"
_BORN = slice(6, 14)


class NotAResidentId(Unfit):
    """It has not 17 digits and a digit or X."""

    code = "resident_id.form"
    wording = gettext_noop("身份证号码应有18位：17位数字，末位是数字或X")


class NoSuchRegion(Unfit):
    """It begins with no region."""

    code = "resident_id.region"
    wording = gettext_noop("身份证号码的前两位不是省级代码，请核对")


class NoSuchBirthday(Unfit):
    """Digits 7 to 14 are no day, or a day to come."""

    code = "resident_id.birth"
    wording = gettext_noop("身份证号码的第7至14位不是出生日期，请核对")


class WrongIdCheck(Unfit):
    """The check character does not fit the digits."""

    code = "resident_id.check"
    wording = gettext_noop("身份证号码有误（校验位不符），请逐位核对")


def resident_id(text: str, *, on: date) -> str:
    """Return an identity number as 17 digits and a digit or X.

    Citizens' numbers (GB 11643), those on residence permits of people from Hong Kong, Macao and
    Taiwan (regions 81 to 83) and, from 2023, on permanent residence cards of foreigners, which
    begin with 9 and keep the layout. The region is where the number was first given out, often
    long before and never an address, so beyond its first two digits it is not compared with
    lists: those know no county under an older or a later name.

    Args:
        text: what was typed.
        on: the day of typing; nobody is born later.

    Raises:
        NotAResidentId, NoSuchRegion, NoSuchBirthday, WrongIdCheck: the first that holds.
    """
    number = squeeze(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise NotAResidentId
    if number[0] != _FOREIGNER and number[:2] not in REGIONS:
        raise NoSuchRegion
    if not _is_past_day(number[_BORN], on):
        raise NoSuchBirthday
    if number[-1] != ric.calc_check_digit(number):
        raise WrongIdCheck
    return number


def born_on(number: str) -> date:
    """Return the birthday in a number that ``resident_id`` has returned."""
    return _day(number[_BORN])


def _is_past_day(yyyymmdd: str, on: date) -> bool:
    try:
        return _day(yyyymmdd) <= on
    except ValueError:
        return False


def _day(yyyymmdd: str) -> date:
    return datetime.strptime(yyyymmdd, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone


class NotACreditCode(Unfit):
    """It has not the form of a unified social credit code."""

    code = "credit_code.form"
    wording = gettext_noop(
        "统一社会信用代码应有18位数字或大写字母（不含 I、O、S、V、Z），第3至8位是数字"
    )


class WrongCreditCheck(Unfit):
    """The check character does not fit the rest."""

    code = "credit_code.check"
    wording = gettext_noop("统一社会信用代码有误（校验位不符），请逐位核对")


_CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY][0-9][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")


def credit_code(text: str) -> str:
    """Return a unified social credit code (GB 32100-2015) in capitals.

    The first character may be a letter: N is agriculture's, N2 a village's collective economic
    organisation.

    Raises:
        NotACreditCode, WrongCreditCheck: the first that holds.
    """
    code = squeeze(text)
    if not _CREDIT_CODE.fullmatch(code):
        raise NotACreditCode
    if code[-1] != uscc.calc_check_digit(code):
        raise WrongCreditCheck
    return code


class NotAPhone(Unfit):
    """It is no telephone number of the mainland."""

    code = "phone"
    wording = gettext_noop("电话号码有误：手机11位；座机请带区号，如 0471-6512345")


_PHONE = re.compile(
    r"""
    (?:(?:\+|00)?86)? 0? (?P<mobile> 1[3-9]\d{9})
  | (?:(?:\+|00)?86 0? | 0) (?P<area> 10|2\d|[3-9]\d\d)
        (?P<local> [2-8]\d{6,7}) (?:转 (?P<inner>\d{1,6}))?
  | (?P<service> [48]00\d{7})
    """,
    re.VERBOSE | re.ASCII,
)
# A dash before an extension; without it the extension would run into the number.
_INNER_DASH = re.compile(
    r"(?<!\d)([2-8]\d{6,7}|0\d{9,11})\s*[-\u2010-\u2015]\s*(?=\d{1,6}\s*$)", re.ASCII
)


def phone(text: str) -> str:
    """Return ``13812341234``, ``0471-6512345``, ``0471-6512345-801`` or ``4001234567``.

    Country code, brackets, spaces, dashes and full-width digits are read, and an extension behind
    转 or a dash. A land line needs its area code, for nobody can call it back without.

    Raises:
        NotAPhone: anything else.
    """
    half_width = re.sub(r"[()]", "", unicodedata.normalize("NFKC", text))
    match = _PHONE.fullmatch(squeeze(_INNER_DASH.sub(r"\1转", half_width)))
    if not match:
        raise NotAPhone
    if match["area"]:
        return "-".join(filter(None, (f"0{match['area']}", match["local"], match["inner"])))
    return match["mobile"] or match["service"]
