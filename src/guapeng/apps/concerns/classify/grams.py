"""Texts as arrays of letters, and the hashes of short pieces of them.

Everything is done on whole batches at once: a loop over characters would cost a hundred times as
much.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_END: Final = "\0"
_LONGEST_HEADING: Final = 80
_CODES: Final = 0x110000
_FOLDED: Final = 0x10000
_RARE_HAN: Final = slice(0x20000, 0x40000)
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_STIR: Final = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Letters:
    """The letters and digits of a batch, one array element each; all else is left out.

    Attributes:
        codes: code points, half-width and lower case.
        rows: the text's number in the batch.
        places: index of the character in its text.
        ranks: how many letters of the same text stand before it.
        heading: how many letters the heading of its text has, 0 if there is none.
        touching: whether it stands right behind the letter before it, in the same text.
        texts: how many texts the batch has.
    """

    codes: NDArray[np.uint32]
    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    ranks: NDArray[np.int64]
    heading: NDArray[np.int64]
    touching: NDArray[np.bool_]
    texts: int

    @property
    def headed(self) -> NDArray[np.bool_]:
        """Whether the letter's text has a heading."""
        return self.heading > 0


def letters(texts: Sequence[str]) -> Letters:
    """Return the letters of ``texts``; a character never moves, so places hold for the original."""
    joined = "".join(text.replace(_END, " ") + _END for text in texts)
    typed = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    ends = typed == 0
    rows = np.cumsum(ends) - ends
    starts = np.concatenate(([0], np.flatnonzero(ends) + 1))[:-1]
    codes = _folding()[typed]
    kept = np.flatnonzero(codes)
    rows = rows[kept]
    counts = np.bincount(rows, minlength=len(texts))
    before = np.cumsum(counts) - counts
    headings = np.array([_heading(text) for text in texts], np.int64)
    in_heading = kept - starts[rows] < headings[rows]
    heading = np.bincount(rows, in_heading, minlength=len(texts)).astype(np.int64)
    return Letters(
        codes=codes[kept],
        rows=rows,
        places=kept - starts[rows],
        ranks=np.arange(len(kept)) - before[rows],
        heading=heading[rows],
        touching=np.diff(kept, prepend=-2) == 1,
        texts=len(texts),
    )


def keys_of(
    batch: Letters, length: int, starts: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return where ``length`` letters of one text begin, and their hashes.

    What stands between letters does not part them: split texts lack the marks that written ones
    have, and written ones the spaces.

    Args:
        batch: the texts.
        length: letters, at least one.
        starts: where to look; else everywhere.
    """
    last = length - 1
    if starts is None:
        starts = np.arange(len(batch.codes) - last)
    starts = starts[starts < len(batch.codes) - last]
    starts = starts[batch.rows[starts + last] == batch.rows[starts]]
    value = np.zeros(len(starts), np.uint64)
    for further in range(length):
        value = value * _BASE + batch.codes[starts + further] + np.uint64(1)
    return starts, _stirred(value + np.uint64(length))


def _heading(text: str) -> int:
    """Return how many characters a short first line has, before more; 0 if there is none."""
    end = text.find("\n", 0, _LONGEST_HEADING)
    return max(end, 0)


def _stirred(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread hashes over all 64 bits (the finishing step of SplitMix64)."""
    values = (values ^ (values >> np.uint64(29))) * _STIR
    return values ^ (values >> np.uint64(32))


@lru_cache(maxsize=1)
def _folding() -> NDArray[np.uint32]:
    """Return for every code point the one it counts as, 0 if it is no letter or digit."""
    table = np.zeros(_CODES, np.uint32)
    for code in range(_FOLDED):
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).casefold()
        kept = folded if len(folded) == 1 else char
        table[code] = ord(kept) if kept.isalnum() else 0
    table[_RARE_HAN] = np.arange(_RARE_HAN.start, _RARE_HAN.stop)
    return table
