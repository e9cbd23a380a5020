"""Chinese text that can be searched, compared and quoted.

Words are not marked in Chinese, and word lists lose the names of people and places; so text is
indexed by its neighbouring pairs of characters, which find every part of two characters or more.
Latin words and numbers stay whole. Characters are code points: GB 18030-2022 level 3 asks for
the planes beyond U+FFFF.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Ideographs: radicals, 々〇, extension A, the main block, private use (rare characters of older
# civil registers), compatibility forms, and planes 2 and 3, which hold nothing else.
HAN = (
    "\u2e80-\u2fd5\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)

_HAN_RUN = re.compile(f"[{HAN}]+")
_RUN = re.compile(rf"[{HAN}]+|(?:(?![{HAN}])[^\W_])+")
# Invisible in print: joiners, marks of direction and byte order, variation selectors (Mongolian,
# general, ideographic) and the Mongolian vowel separator.
_INVISIBLE = re.compile(
    "[\u180b-\u180f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


def fold(text: str) -> str:
    """Return ``text`` as it is compared: half-width, lower case, without invisible characters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def grams(text: str) -> list[str]:
    """Return what ``text`` is found by: pairs of ideographs, whole words and numbers.

    A lone ideograph stands by itself. Each gram once, in the order of the text.

    >>> grams("东泉村3号楼，WiFi坏")
    ['东泉', '泉村', '3', '号楼', 'wifi', '坏']
    """
    runs = _RUN.findall(fold(text))
    return list(dict.fromkeys(gram for run in runs for gram in _grams_of(run)))


def query_grams(query: str) -> list[str]:
    """Return the grams that a text must all have to hold the runs of ``query``.

    A run of ideographs may stand anywhere in the text, a word or number must be a whole one
    there. A lone ideograph gives no gram, for the text keeps it inside pairs: an empty list
    means that the index cannot help and the text itself has to be searched.

    >>> query_grams("泉村 3 坏")
    ['泉村', '3']
    """
    return [gram for gram in grams(query) if len(gram) > 1 or not _HAN_RUN.match(gram)]


def _grams_of(run: str) -> Iterator[str]:
    if len(run) == 1 or not _HAN_RUN.match(run):
        yield run
    else:
        yield from map("".join, pairwise(run))


def similarity(text: str, other: str) -> float:
    """Return the share of common grams (Jaccard), from 0.0 to 1.0; 0.0 if neither has any."""
    ours, theirs = frozenset(grams(text)), frozenset(grams(other))
    return len(ours & theirs) / (len(ours | theirs) or 1)


@dataclass(frozen=True)
class Excerpt:
    """A part of a text with the places where a query was found.

    Attributes:
        text: the part on one line, with … where it was cut.
        marks: start and end (exclusive) of every place, in code points of ``text``, in order.
    """

    text: str
    marks: tuple[tuple[int, int], ...]

    @property
    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it was found, for a template to loop over."""
        done = 0
        for start, end in self.marks:
            yield self.text[done:start], False
            yield self.text[start:end], True
            done = end
        yield self.text[done:], False


def excerpt(text: str, query: str, *, width: int = 80) -> Excerpt:
    """Quote about ``width`` characters of ``text`` around the first place of ``query``.

    Every run of ideographs, word or number of the query is marked wherever it stands. Where
    none does, the beginning is quoted without marks.
    """
    marks = _found(text, query)
    first = marks[0][0] if marks else 0
    start = max(0, min(first - width // 4, len(text) - width))
    end = start + width
    before, after = "…" * (start > 0), "…" * (end < len(text))
    shift = len(before) - start
    inside = ((max(a, start) + shift, min(b, end) + shift) for a, b in marks if a < end)
    quoted = re.sub(r"\s", " ", text[start:end])
    return Excerpt(f"{before}{quoted}{after}", tuple(inside))


def _found(text: str, query: str) -> list[tuple[int, int]]:
    """Return start and end of the runs of ``query`` in ``text``, touching ones as one."""
    runs = sorted(_RUN.findall(fold(query)), key=len, reverse=True)
    if not runs:
        return []
    # Folding may lengthen or drop a character, so each folded one remembers where it came from.
    folded = [(char, place) for place, original in enumerate(text) for char in fold(original)]
    joined = "".join(char for char, _ in folded)
    marks: list[tuple[int, int]] = []
    for match in re.finditer("|".join(map(re.escape, runs)), joined):
        start, end = folded[match.start()][1], folded[match.end() - 1][1] + 1
        if marks and start <= marks[-1][1]:
            start = marks.pop()[0]
        marks.append((start, end))
    return marks
