"""The words of a text that spoke most for what is suggested."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from guapeng.apps.concerns.classify.grams import Letters
from guapeng.apps.concerns.classify.vocabulary import Found

MOST: Final = 4
"""Reasons that a suggestion carries at most."""

_SHARE: Final = 0.2
"""A letter belongs to a reason if it says at least this share of what the strongest one says."""

_LONGEST: Final = 12


def reasons(
    texts: Sequence[str],
    batch: Letters,
    said: Iterable[tuple[Found, NDArray[np.float32]]],
) -> list[tuple[str, ...]]:
    """Return the strongest words or phrases of each text, strongest first, as they stand there.

    Args:
        texts: the batch.
        batch: its letters.
        said: places of known pieces, and how much each speaks there for the suggestion.
    """
    strength = sum(_strengths(len(batch.codes), *one) for one in said) + np.zeros(len(batch.codes))
    begins, ends = _runs(batch, strength)
    totals = np.concatenate(([0.0], np.cumsum(strength)))
    sums = totals[ends] - totals[begins]
    told: list[list[str]] = [[] for _ in texts]
    for run in np.lexsort((-sums, batch.rows[begins])):
        row = batch.rows[begins[run]]
        if len(told[row]) < MOST:
            phrase = texts[row][batch.places[begins[run]] : batch.places[ends[run] - 1] + 1]
            if not any(phrase in other for other in told[row]):
                told[row].append(phrase)
    return [tuple(phrases) for phrases in told]


def _strengths(count: int, found: Found, speaks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share what each gram says among its letters."""
    share = speaks / found.length
    strength = np.zeros(count)
    for further in range(int(found.length.max(initial=1))):
        reaching = found.length > further
        strength += np.bincount(found.first[reaching] + further, share[reaching], minlength=count)
    return strength


def _runs(
    batch: Letters, strength: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of at least two strong letters that touch begin and end (exclusive)."""
    strongest = np.zeros(batch.texts)
    np.maximum.at(strongest, batch.rows, strength)
    strong = (strength > 0) & (strength >= _SHARE * strongest[batch.rows])
    goes_on = strong & np.concatenate(([False], strong[:-1])) & batch.touching
    begins = np.flatnonzero(strong & ~goes_on)
    ends = np.flatnonzero(strong & ~np.concatenate((goes_on[1:], [False]))) + 1
    long = ends - begins > 1
    begins = begins[long].astype(np.int64)
    return begins, np.minimum(ends[long], begins + _LONGEST)
