"""Names of people as they are written, sorted and looked for.

A name is up to 100 characters of any script and is never split into surname and given name:
Mongolian names in Chinese characters are often one word of four to seven. Its parts are joined
by the middle dot U+00B7; keyboards produce a dozen others. The name as its bearer writes it is
kept beside the normal form made here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import prod

from pypinyin import Style, pinyin

from guapeng.plain.text import HAN, fold

DOT = "\u00b7"
DOTS = "\u00b7\u0387\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb\uff65"

_DOTS = re.compile(rf"\s*[{DOTS}]\s*")
_FULL_STOPS = re.compile(rf"(?<=[{HAN}])\s*\.\s*(?=[{HAN}])")
_SPACES_IN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
_UNIT = re.compile(rf"[{HAN}]|(?:(?![{HAN}])[^\s{DOTS}])+")

_LONGEST_PART = 12
_MOST_READINGS = 3
_MOST_SPELLINGS = 9
# Readings a character has as a surname where pypinyin expects the common word. Left out are those
# that begin Mongolian names with their common reading (查 in 查干, 那, 华).
_SURNAMES = {
    "仇": "qiu2", "任": "ren2", "区": "ou1", "单": "shan4", "员": "yun4", "折": "she2",
    "曾": "zeng1", "朴": "piao2", "盖": "ge3", "种": "chong2", "缪": "miao4", "覃": "qin2",
    "解": "xie4",
}  # fmt: skip


def normal_name(name: str) -> str:
    """Return the one form of a name that is compared and searched.

    Half-width letters, one kind of dot, no spaces around dots or between ideographs (forms are
    filled in as 张　伟), single spaces between words, nothing invisible at all but Mongolian
    selectors, which are part of the spelling.

    >>> normal_name(" 阿拉腾 ． 巴根 "), normal_name("张　伟")
    ('阿拉腾·巴根', '张伟')
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", name))
    text = _FULL_STOPS.sub(DOT, _DOTS.sub(DOT, text))
    return " ".join(_SPACES_IN_HAN.sub("", text).split())


def sort_key(name: str) -> str:
    """Return what to sort a name by: its pinyin with tones, syllable by syllable, then itself.

    Compare by code point (collation ``C``). A surname is read as a surname, every other character
    in its usual reading, whatever stands beside it: the same character, the same place.

    >>> sort_key("单于")
    'shan4 yu2 单于'
    """
    normal = normal_name(name)
    syllables = [_toned(unit) for unit in _UNIT.findall(fold(normal))]
    if surname := _SURNAMES.get(normal[:1]):
        syllables[0] = surname
    return " ".join([*syllables, normal])


def search_keys(name: str) -> frozenset[str]:
    """Return the keys that ``query_key(query)`` is one of if ``query`` is a part of the name.

    Every part of up to 12 characters (a word of letters counts as one) is a key, as it is
    written, in full pinyin and in initials, each in the three most usual readings of a character.
    Where a part has many such characters, one at a time departs from the usual.

    >>> sorted(search_keys("巴根"))
    ['b', 'ba', 'bagen', 'bg', 'g', 'gen', '巴', '巴根', '根']
    """
    units = _UNIT.findall(fold(normal_name(name)))
    readings = [_readings(unit) for unit in units]
    spelled = ([(unit,) for unit in units], readings, [_initials(found) for found in readings])
    return frozenset(
        key
        for start in range(len(units))
        for end in range(start + 1, min(len(units), start + _LONGEST_PART) + 1)
        for spellings in spelled
        for key in _spellings(spellings[start:end])
    )


def query_key(query: str) -> str:
    """Return a search for a name in the form of ``search_keys``: no spaces, no dots, ü as v."""
    units = _UNIT.findall(fold(normal_name(query)))
    return "".join(units[:_LONGEST_PART]).replace("ü", "v")


def _spellings(readings: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if prod(map(len, readings)) <= _MOST_SPELLINGS:
        return map("".join, product(*readings))
    return map("".join, _one_unusual(readings))


def _one_unusual(readings: Sequence[tuple[str, ...]]) -> Iterator[list[str]]:
    """Yield the usual spelling, then those that differ from it in one reading."""
    usual = [unit_readings[0] for unit_readings in readings]
    yield usual
    for place, unit_readings in enumerate(readings):
        for other in unit_readings[1:]:
            yield [*usual[:place], other, *usual[place + 1 :]]


@lru_cache(maxsize=8192)
def _readings(unit: str) -> tuple[str, ...]:
    """Return the readings of an ideograph, the usual first; of a word or unread one, itself."""
    if len(unit) > 1:
        return (unit,)
    return _once(pinyin(unit, style=Style.NORMAL, heteronym=True)[0])[:_MOST_READINGS]


@lru_cache(maxsize=8192)
def _toned(unit: str) -> str:
    return unit if len(unit) > 1 else pinyin(unit, style=Style.TONE3)[0][0]


def _initials(readings: Iterable[str]) -> tuple[str, ...]:
    return _once(reading[0] for reading in readings)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
