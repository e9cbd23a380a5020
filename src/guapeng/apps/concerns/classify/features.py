"""Known pieces of texts as the weighted rows that linear models read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from guapeng.apps.concerns.classify.grams import Letters
from guapeng.apps.concerns.classify.vocabulary import Found

Weigh = Callable[[NDArray[np.int64]], NDArray[np.float32]]

_OPENING: Final = 30
"""Letters in which people usually say what it is about: a heading's length."""


def falling(ranks: NDArray[np.int64]) -> NDArray[np.float32]:
    """What is said first counts most, but nothing counts nothing."""
    return (2 * np.exp(-ranks / _OPENING) + 0.2).astype(np.float32)


def even(ranks: NDArray[np.int64]) -> NDArray[np.float32]:
    """Everything counts alike."""
    return np.ones(len(ranks), np.float32)


def opening(ranks: NDArray[np.int64]) -> NDArray[np.float32]:
    """Only the beginning counts."""
    return (ranks < _OPENING).astype(np.float32)


VIEWS: Final[tuple[Weigh, ...]] = (falling, even, opening)
"""The ways in which a text is looked at, by how many letters stand before."""


@dataclass(frozen=True)
class Weighed:
    """A batch in one view.

    Attributes:
        rows: one of length 1 per text, shape (texts, pieces); zero if nothing is known.
        share: for every place, what its piece counts there in its text's row, about.
    """

    rows: csr_matrix
    share: NDArray[np.float32]


def weigh(batch: Letters, found: Found, view: Weigh, *, rarity: NDArray[np.float32]) -> Weighed:
    """Return the batch in one view; ``rarity`` is how much each piece says, shape (pieces,)."""
    of, counts = batch.rows[found.first], view(batch.ranks[found.first])
    rows = csr_matrix((counts, (of, found.index)), shape=(batch.texts, len(rarity)))
    rows.data = np.log1p(rows.data) * rarity[rows.indices]
    entries = np.repeat(np.arange(batch.texts), np.diff(rows.indptr))
    squares = np.bincount(entries, rows.data**2, minlength=batch.texts)
    scale = (1 / np.sqrt(np.maximum(squares, 1e-9))).astype(np.float32)
    rows.data *= scale[entries]
    return Weighed(rows, counts * rarity[found.index] * scale[of])
