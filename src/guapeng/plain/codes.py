"""Codes of divisions (12 digits) and grids (15 digits).

A division code is region 2, league or city 2, banner or county 2, township 3, village or
community 3 digits, filled up with zeros: the statistics office's code, which continues the
county codes of GB/T 2260. A grid code adds 3 digits to its village or community; 901 to 999 are
special grids (organs, parks, schools). A code tells how the tree was when it was given out; the
tree itself, with dates and successors, is kept in ``kernel.divisions``.

Every function but ``normalise`` takes codes as ``normalise`` returns them.
"""

import re
from bisect import bisect
from enum import IntEnum, StrEnum

from guapeng.plain.unfit import Unfit, gettext_noop, squeeze

# GB/T 2260; 83 begins the numbers on residence permits of people from Taiwan.
REGIONS = frozenset(
    map(str, [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)])
) | frozenset(map(str, [*range(61, 66), 71, 81, 82, 83]))

_DIVISION_DIGITS = 12
_GRID_DIGITS = 15


class Level(IntEnum):
    """How deep a division lies in the tree."""

    REGION = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5
    GRID = 6


class Kind(StrEnum):
    """What a division is, as far as its code tells."""

    REGION = "region"
    CITY = "city"
    COUNTY = "county"
    SUBDISTRICT = "subdistrict"
    TOWN = "town"
    TOWNSHIP = "township"
    QUASI_TOWNSHIP = "quasi_township"
    COMMUNITY = "community"
    VILLAGE = "village"
    QUASI_COMMUNITY = "quasi_community"
    QUASI_VILLAGE = "quasi_village"
    GRID = "grid"
    SPECIAL_GRID = "special_grid"


class NotDigits(Unfit):
    """A character is no digit."""

    code = "division.digits"
    wording = gettext_noop("区划代码只有数字，这里是“%(text)s”")


class WrongLength(Unfit):
    """The number of digits is that of no level."""

    code = "division.length"
    wording = gettext_noop("区划代码应有2、4、6、9或12位数字，网格代码15位，这里有%(found)d位")


class NoSuchRegion(Unfit):
    """The first two digits are no region's."""

    code = "division.region"
    wording = gettext_noop("没有以“%(region)s”开头的区划代码")


class LevelMissing(Unfit):
    """A part that must not be zero is zero though a deeper one is not."""

    code = "division.level"
    wording = gettext_noop("区划代码“%(text)s”缺少中间一级")


# Where the digits of each level begin and end, and the first serial of each kind among them.
_PLACES = {
    Level.REGION: (0, 2),
    Level.CITY: (2, 4),
    Level.COUNTY: (4, 6),
    Level.TOWNSHIP: (6, 9),
    Level.VILLAGE: (9, 12),
    Level.GRID: (12, 15),
}
_KINDS = {
    Level.REGION: {0: Kind.REGION},
    Level.CITY: {0: Kind.CITY},
    Level.COUNTY: {0: Kind.COUNTY},
    Level.TOWNSHIP: {
        0: Kind.SUBDISTRICT,
        100: Kind.TOWN,
        200: Kind.TOWNSHIP,
        400: Kind.QUASI_TOWNSHIP,
    },
    Level.VILLAGE: {
        0: Kind.COMMUNITY,
        200: Kind.VILLAGE,
        400: Kind.QUASI_COMMUNITY,
        500: Kind.QUASI_VILLAGE,
    },
    Level.GRID: {0: Kind.GRID, 901: Kind.SPECIAL_GRID},
}
# A few cities have townships and no counties, so a zero county is whole; nothing else is.
_WHOLE = re.compile(
    r"\d\d (?: 0{10} | (?!00)\d\d (?: 0{8} | (?!00)\d\d 0{6} | \d\d (?!000)\d{3}"
    r"  (?: 0{3} | (?!000)\d{3} (?: (?!000)\d{3} )? ) ) )",
    re.VERBOSE,
)


def normalise(text: str) -> str:
    """Return a division code as 12 digits, a grid code as 15.

    Short forms of 2, 4, 6 and 9 digits are filled up; full-width digits, spaces and dashes are
    read as people type them.

    Raises:
        NotDigits: something else stands among the digits.
        WrongLength: they are too few or too many.
        NoSuchRegion: the code begins with no region.
        LevelMissing: the code skips a level.
    """
    digits = squeeze(text)
    if re.search(r"[^0-9]", digits):
        raise NotDigits(text=text)
    if len(digits) not in {2, 4, 6, 9, _DIVISION_DIGITS, _GRID_DIGITS}:
        raise WrongLength(found=len(digits))
    if digits[:2] not in REGIONS:
        raise NoSuchRegion(region=digits[:2])
    code = digits.ljust(_DIVISION_DIGITS, "0")
    if not _WHOLE.fullmatch(code):
        raise LevelMissing(text=text)
    return code


def level(code: str) -> Level:
    """Return the deepest level whose digits are not zero."""
    return max(level for level, (start, end) in _PLACES.items() if code[start:end].strip("0"))


def kind(code: str) -> Kind:
    """Return what the serial within its level makes of a division."""
    own = level(code)
    start, end = _PLACES[own]
    kinds = _KINDS[own]
    return list(kinds.values())[bisect(list(kinds), int(code[start:end])) - 1]


def parent(code: str) -> str | None:
    """Return the code of the division above; ``None`` for a region."""
    own = level(code)
    if own is Level.REGION:
        return None
    return code[: _PLACES[own][0]].ljust(_DIVISION_DIGITS, "0")


def stem(code: str) -> str:
    """Return the digits that the codes of all divisions below begin with: 152224 of a county."""
    return code[: _PLACES[level(code)][1]]


def grid_code(village: str, serial: int) -> str:
    """Return the code of a grid; serials run from 1, special grids from 901, both to 999.

    Raises:
        ValueError: ``village`` is on another level or the serial is out of range.
    """
    if level(village) is not Level.VILLAGE:
        raise ValueError("a grid belongs to a village or community")
    if serial not in range(1, 1000):
        raise ValueError("a village has grids 1 to 999")
    return f"{village}{serial:03d}"
