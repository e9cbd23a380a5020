"""Numbers and names: the community's 12 digits and 3 more, from north to south, west to east."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from guapeng.apps.grids.partition.county import Community, Floats, Ints
from guapeng.plain.numerals import numeral

_MOST = 900
_MOST_SPECIAL = 999
"""901 to 999 are for grids of organs, parks, schools and hospitals."""
_NUMBER = re.compile(r"[0-9]+|[一二三四五六七八九十百零]+")


def in_reading_order(community: Community, grid: Ints, grids: int) -> Ints:
    """Return the number (from 0) that each grid gets, as one reads a page.

    Middles are sorted into bands from north to south, as many as the square root of the grids, and
    within a band from west to east.
    """
    middles = np.array([_middle(community, grid == g) for g in range(grids)])
    bands = max(1, round(grids**0.5))
    north, south = middles[:, 1].max(), middles[:, 1].min()
    height = max(north - south, 1e-9) / bands
    band = np.minimum(np.floor((north - middles[:, 1]) / height), bands - 1)
    order = np.lexsort((np.arange(grids), middles[:, 0], band))
    number = np.empty(grids, dtype=np.int64)
    number[order] = np.arange(grids)
    return number


def _middle(community: Community, mine: Ints) -> Floats:
    weight = community.households[mine] + 1e-6
    return np.asarray((community.places[mine] * weight[:, None]).sum(axis=0) / weight.sum())


def code_of(community_id: str, number: int) -> str:
    """Return the code of a grid.

    >>> code_of("152224001001", 7)
    '152224001001007'
    """
    return f"{community_id}{number:03d}"


def free_codes(community_id: str, taken: Collection[str]) -> Iterator[str]:
    """Give codes after the highest that was ever given."""
    numbers = [int(code[-3:]) for code in taken if code[:-3] == community_id]
    highest = max((number for number in numbers if number <= _MOST), default=0)
    for number in range(highest + 1, _MOST + 1):
        yield code_of(community_id, number)


def is_special(code: str) -> bool:
    """Tell whether a code is one of an organ, park, school or hospital."""
    return int(code[-3:]) > _MOST


def free_special_codes(community_id: str, taken: Collection[str]) -> Iterator[str]:
    """Give codes of grids of their own, after the highest that was ever given."""
    numbers = [int(code[-3:]) for code in taken if code[:-3] == community_id]
    highest = max((number for number in numbers if number > _MOST), default=_MOST)
    for number in range(highest + 1, _MOST_SPECIAL + 1):
        yield code_of(community_id, number)


def special_name_of(community: str, name: str) -> str:
    """Return the name of a grid of its own.

    >>> special_name_of("德家社区", "实验小学")
    '德家社区实验小学专属网格'
    """
    return f"{community}{name.removesuffix('专属网格')}专属网格"


def name_of(community: str, code: str, siblings: Iterable[tuple[str, str]] = ()) -> str:
    """Return the name of a new grid, in the form that most of its siblings have.

    The form is what stands around their number, and whether that is in digits or in words. Without
    siblings, and where their names have no number, it is 第N网格, with the community's name before
    it unless siblings do without. ``static/grids/js/names.js`` does the same in the editor.

    Args:
        community: its name.
        code: of the grid, whose last three digits are its number.
        siblings: codes and names of the general grids that are there.

    >>> name_of("德家社区", "152224001001007")
    '德家社区第7网格'
    >>> name_of("德家社区", "152224001001012", [("152224001001003", "第三网格")])
    '第十二网格'
    """
    listed = list(siblings)
    forms = Counter(form for sibling, name in listed if (form := _form(sibling, name)))
    if forms:
        before, after, in_words = min(forms, key=lambda form: (-forms[form], form))
    else:
        bears = not listed or any(name.startswith(community) for _, name in listed)
        before, after, in_words = f"{community if bears else ''}第", "网格", False
    number = int(code[-3:])
    return f"{before}{numeral(number) if in_words else number}{after}"


def _form(code: str, name: str) -> tuple[str, str, bool] | None:
    """Return what stands before and after the number of a name, and whether it is in words.

    The last number of the name counts, if 第 stands before it or it is the number of the code.
    """
    found = list(_NUMBER.finditer(name))
    if not found:
        return None
    before, said, after = name[: found[-1].start()], found[-1].group(), name[found[-1].end() :]
    if not before.endswith("第") and said not in {str(int(code[-3:])), numeral(int(code[-3:]))}:
        return None
    return before, after, not said[0].isdecimal()
