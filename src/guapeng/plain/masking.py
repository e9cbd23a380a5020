"""What may be shown of a person without opening the record, and what a public text must lose.

Sources: the product's rule for masked display (phone 138****1234, first character of a name,
last four of an identity number), and PIPL art. 6: no more than the purpose needs. Masks have one
length, for the true one tells something: a long name points to its bearer's people.
"""

import re
import unicodedata
from collections.abc import Iterable

from guapeng.plain import identity
from guapeng.plain.names import DOT, DOTS, normal_name
from guapeng.plain.numbers import MatterNumber
from guapeng.plain.unfit import Unfit, squeeze

HIDDEN_PHONE = "〔电话〕"
HIDDEN_NUMBER = "〔证件号码〕"
HIDDEN_EMAIL = "〔邮箱〕"
HIDDEN_ACCOUNT = "〔账号〕"
HIDDEN_NAME = "〔姓名〕"

_MASK = "****"
_ID_LENGTH = 18
_SHORTEST_WITH_TAIL = 9


def mask_phone(phone: str) -> str:
    """Keep network and last four of a mobile, area code and last two of a land line.

    In a small exchange four digits would name one household, hence two. What is no Chinese
    number is hidden whole.

    >>> mask_phone("+86 138 1234 1234"), mask_phone("0471-6512345")
    ('138****1234', '0471-*****45')
    """
    try:
        whole, *local = identity.phone(phone).split("-")
    except identity.NotAPhone:
        return _MASK
    return f"{whole}-*****{local[0][-2:]}" if local else f"{whole[:3]}{_MASK}{whole[-4:]}"


def mask_name(name: str) -> str:
    """Keep the first character, whatever the length and the plane it is from.

    >>> mask_name("阿拉腾·巴根那")
    '阿*'
    """
    return f"{normal_name(name)[:1]}*"


def mask_id_number(number: str) -> str:
    """Keep the last four of an identity, passport or permit number; hide a short one whole.

    >>> mask_id_number("11010519491231002X")
    '**************002X'
    """
    squeezed = squeeze(number)
    tail = squeezed[-4:] if len(squeezed) >= _SHORTEST_WITH_TAIL else ""
    return tail.rjust(_ID_LENGTH, "*")


def mask_email(address: str) -> str:
    """Keep the first character and the domain; hide what is no address.

    >>> mask_email("bagena@example.com")
    'b****@example.com'
    """
    local, at, domain = address.strip().rpartition("@")
    return f"{local[0]}{_MASK}@{domain}" if local and at and domain else _MASK


# The divisions that an address begins with, from the region down to village or community, each
# optional; 小区 and 超市 end in the same characters and are not among them.
_DIVISIONS = re.compile(
    r"(?:[^\W\d]{2,8}?(?:省|自治区))?"
    r"(?:[^\W\d]{1,8}?(?:(?<!超)市|盟|地区|自治州))?"
    r"(?:[^\W\d]{1,10}?(?:县|旗|(?<!小)区|(?<!超)市))?"
    r"(?:[^\W\d]{1,10}?(?:街道|镇|乡|苏木))?"
    r"(?:[^\W\d]{1,10}?(?:社区|嘎查|(?<!新)村))?"
)


def mask_address(address: str) -> str:
    """Keep the divisions down to village or community; road, building and door are hidden.

    >>> mask_address("兴安盟突泉县东杜尔基镇东泉村三组15号")
    '兴安盟突泉县东杜尔基镇东泉村****'
    """
    divisions = _DIVISIONS.match(re.sub(r"\s", "", unicodedata.normalize("NFKC", address)))
    return f"{divisions[0] if divisions else ''}{_MASK}"


# Digits as people space them: at most one separator between two.
_GAP = r"[ \t\u3000.\-\u2010-\u2015·]?"
_COUNTRY = rf"(?:(?:\+|(?<!\d)00)86{_GAP})"
_PERSONAL = re.compile(
    rf"""
    (?P<matter> (?<!\d) \d{{6}}-\d{{6}}-\d{{5,}}-\d (?!\d) )
  | (?P<email> [a-z0-9._%+-]{{1,64}} @ [a-z0-9-]+ (?:\.[a-z0-9-]+)+ )
  | (?P<number>
        # identity number of 18: six digits, a birthday from 18.. to 20.., four more
        (?<!\d) [1-9] (?:{_GAP}\d){{5}} {_GAP} (?:1{_GAP}[89]|2{_GAP}0)
            (?:{_GAP}\d){{9}} {_GAP} [\dx] (?!\d)
        # the 15 digits issued until 1999
      | (?<!\d) [1-9]\d{{7}} (?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01]) \d{{3}} (?!\d)
        # bank card, in fours or whole; any other long number
      | (?<!\d) \d{{4}} (?:[ -]\d{{4}}){{3}} (?:[ -]\d{{1,3}})? (?!\d)
      | \d{{16,}} x?
        # passport and travel permit
      | (?<![a-z0-9]) [a-z]{{1,2}}\d{{7,9}} (?![a-z0-9])
    )
  | (?P<phone>
        (?:{_COUNTRY} | (?<!\d)(?:86{_GAP}|0)?) 1{_GAP}[3-9] (?:{_GAP}\d){{9}} (?!\d)
      | (?:{_COUNTRY}[（(]?0? | (?<!\d)[（(]?0) (?:10|2\d|[3-9]\d{{2}}) [)）]?
            {_GAP}[2-8] (?:{_GAP}\d){{6,7}} (?:(?:-|转)\d{{1,6}})? (?!\d)
        # dictated
      | [〇零一二三四五六七八九幺]{{7,}}
    )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# A number too short to tell by itself, or a name of an account, after the word that says so.
_SAYS = r"(?:号码?|[是为:：\s])*"
_SAID_PHONE = re.compile(
    rf"((?:电话|手机|座机|联系方式|拨打|致电){_SAYS})(?![48]00)\d[\d-]{{5,}}", re.ASCII
)
_SAID_ACCOUNT = re.compile(rf"((?:微信|QQ){_SAYS})[a-z0-9_-]{{6,}}", re.IGNORECASE | re.ASCII)
_HIDDEN = {"email": HIDDEN_EMAIL, "number": HIDDEN_NUMBER, "phone": HIDDEN_PHONE}
# Full-width letters, digits and what stands between them; Chinese punctuation stays as it is.
_HALF_WIDTH = {
    ord(wide): half
    for wide in map(chr, range(0xFF01, 0xFF5F))
    if (half := unicodedata.normalize("NFKC", wide)).isalnum() or half in "+-.@"
}
_WIDE = re.compile(f"[{re.escape(''.join(map(chr, _HALF_WIDTH)))}]+")


def scrub(text: str, *, names: Iterable[str] = ()) -> str:
    """Return ``text`` fit for the public: every number that leads to a person is replaced.

    Phones (spaced, dictated, full-width), identity, card and passport numbers, e-mail addresses,
    accounts behind 微信 or QQ, and the ``names`` the caller knows to be in the matter. When in
    doubt it removes; numbers of matters stay, and so do public numbers such as 12345 and
    those that begin with 400.
    Names it is not told, it does not find: a person reads the text before it is published.
    """
    nameless = _without_names(_WIDE.sub(_narrowed, text), names)
    numberless = _SAID_PHONE.sub(rf"\1{HIDDEN_PHONE}", _PERSONAL.sub(_hide, nameless))
    return _SAID_ACCOUNT.sub(rf"\1{HIDDEN_ACCOUNT}", numberless)


def _narrowed(match: re.Match[str]) -> str:
    return match[0].translate(_HALF_WIDTH)


def _hide(match: re.Match[str]) -> str:
    if match.lastgroup == "matter":
        return match[0] if _is_matter_number(match[0]) else HIDDEN_NUMBER
    return _HIDDEN[match.lastgroup or "number"]


def _is_matter_number(text: str) -> bool:
    try:
        MatterNumber.parse(text)
    except Unfit:
        return False
    return True


def _without_names(text: str, names: Iterable[str]) -> str:
    whole = (name for name in map(normal_name, names) if len(name) > 1)
    for name in sorted(whole, key=len, reverse=True):
        text = re.sub(_any_dots(name), HIDDEN_NAME, text)
    return text


def _any_dots(name: str) -> str:
    """Return a pattern of ``name`` with whatever dots and spaces it may be typed with."""
    return rf"[\s{DOTS}.．]*".join(re.escape(char) for char in name if char not in f"{DOT} ")
