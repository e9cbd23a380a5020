"""Known pieces of texts as the weighted rows that linear models read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from guapeng.apps.concerns.classify.grams import Letters
from guapeng.apps.concerns.classify.themes import Themes
from guapeng.apps.concerns.classify.vocabulary import Found, Vocabulary

View = Callable[[Letters], NDArray[np.float32]]

_OPENING: Final = 30
"""Letters in which people who write no heading usually say what it is about."""

_SHARES: Final = (1.0, 0.5, 0.35, 0.2)
"""How much grams, words, themes and fields weigh; found by cross-validation on split and written
messages, where anything near it did as well."""


def falling(batch: Letters) -> NDArray[np.float32]:
    """What is said first counts most, a heading most of all, but nothing counts nothing."""
    behind = batch.ranks - batch.heading
    body = np.where(batch.headed, 0.4 * np.exp(-behind / 100), 2 * np.exp(-behind / _OPENING))
    return np.where(behind < 0, 2, body + 0.2).astype(np.float32)


def even(batch: Letters) -> NDArray[np.float32]:
    """Everything counts alike."""
    return np.ones(len(batch.codes), np.float32)


VIEWS: Final[tuple[View, ...]] = (falling, even)
"""The ways in which a text is looked at: how much each of its letters counts."""


@dataclass(frozen=True)
class Pieces:
    """What is known of texts, a column each: grams, then words, themes and fields.

    Attributes:
        vocabulary: the grams that were learned.
        themes: the words that were known before.
    """

    vocabulary: Vocabulary
    themes: Themes

    @property
    def grams(self) -> int:
        """How many columns are of grams."""
        return len(self.vocabulary.keys)

    @property
    def count(self) -> int:
        """How many columns there are."""
        return self.grams + sum(self.themes.counts)

    def look(self, batch: Letters) -> list["Seen"]:
        """Return the pieces of a batch, in the order of the columns."""
        alike = (np.ones(count, np.float32) for count in self.themes.counts)
        known = [self.vocabulary.rarity, *alike]
        found = [self.vocabulary.places(batch), *self.themes.places(batch)]
        starts = np.cumsum([0, *map(len, known)])
        return [
            Seen(one, weights, share, int(start))
            for one, weights, share, start in zip(found, known, _SHARES, starts, strict=False)
        ]


@dataclass(frozen=True)
class Seen:
    """The pieces of one kind in a batch.

    Attributes:
        found: where they stand.
        rarity: how much each piece of the kind says, shape (pieces,).
        share: how much the kind weighs.
        start: the first column of the kind.
    """

    found: Found
    rarity: NDArray[np.float32]
    share: float
    start: int

    @property
    def columns(self) -> slice:
        """The columns of the kind."""
        return slice(self.start, self.start + len(self.rarity))


@dataclass(frozen=True)
class Weighed:
    """The pieces of one kind in a batch, in one view.

    Attributes:
        rows: one of the kind's length per text, shape (texts, pieces); zero if nothing is known.
        spoken: for every place, what its piece counts there in its text's row, about.
    """

    rows: csr_matrix
    spoken: NDArray[np.float32]


def weigh(batch: Letters, seen: Seen, letters_count: NDArray[np.float32]) -> Weighed:
    """Return the pieces of one kind weighed; ``letters_count`` is a view of the batch."""
    found, rarity = seen.found, seen.rarity
    of, counts = batch.rows[found.first], letters_count[found.first]
    rows = csr_matrix((counts, (of, found.index)), shape=(batch.texts, len(rarity)))
    rows.data = np.log1p(rows.data) * rarity[rows.indices]
    entries = np.repeat(np.arange(batch.texts), np.diff(rows.indptr))
    squares = np.bincount(entries, rows.data**2, minlength=batch.texts)
    scale = (seen.share / np.sqrt(np.maximum(squares, 1e-9))).astype(np.float32)
    rows.data *= scale[entries]
    return Weighed(rows, counts * rarity[found.index] * scale[of])


def views(batch: Letters, pieces: Pieces) -> Iterator[list[tuple[Seen, Weighed]]]:
    """Give the batch in each of ``VIEWS``: its pieces of each kind, weighed."""
    look = pieces.look(batch)
    for view in VIEWS:
        letters_count = view(batch)
        yield [(seen, weigh(batch, seen, letters_count)) for seen in look]
