"""The pieces of text that a model knows: single letters and neighbouring pairs.

Chinese is not split into words first: pairs of characters tell as much, cost a fraction, and are
the same whether a text came as it was written or split by somebody's word list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from guapeng.apps.concerns.classify.grams import Letters, keys_of

LENGTHS: Final = (1, 2)
"""Letters of a gram."""

_MOST: Final = 200_000
"""Grams a model knows at most; the commonest stay."""

_SLOT_BITS: Final = 20


@dataclass(frozen=True)
class Found:
    """Places of known pieces in a batch.

    Attributes:
        index: the piece's index in what is known.
        first: index of its first letter in ``Letters``.
        length: how many letters it has.
    """

    index: NDArray[np.int64]
    first: NDArray[np.int64]
    length: NDArray[np.int64]


@dataclass(frozen=True)
class KeyIndex:
    """Hashes, sorted and each once, and quickly found."""

    keys: NDArray[np.uint64]

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the index of each key, -1 for an unknown one."""
        slots = _slots(keys)
        at, end = self._starts[slots], self._starts[slots + 1]
        found = np.full(len(keys), -1, np.int64)
        looking = np.flatnonzero(at < end)
        while len(looking):
            same = self.keys[at[looking]] == keys[looking]
            found[looking[same]] = at[looking[same]]
            at[looking] += 1
            looking = looking[~same & (at[looking] < end[looking])]
        return found

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where the keys of each slot begin: they are sorted, so those of one stand together."""
        counts = np.bincount(_slots(self.keys), minlength=1 << _SLOT_BITS)
        return np.concatenate(([0], np.cumsum(counts)))


@dataclass(frozen=True)
class Vocabulary(KeyIndex):
    """The grams of a model.

    Attributes:
        rarity: how much more a rare gram says (inverse document frequency).
    """

    rarity: NDArray[np.float32]

    def places(self, batch: Letters) -> Found:
        """Return the places of the grams that are known."""
        parts = []
        for length in LENGTHS:
            first, keys = keys_of(batch, length)
            index = self.find(keys)
            known = index >= 0
            parts.append((index[known], first[known], np.full(known.sum(), length)))
        return Found(*map(np.concatenate, zip(*parts, strict=True)))

    def strongest(self, strength: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """Return the indices of the grams that say most, in order."""
        return np.sort(np.argsort(-strength * self.rarity, kind="stable")[:most])


def learn_vocabulary(batches: Iterable[Letters]) -> Vocabulary:
    """Return the grams that at least two texts of the batches have."""
    texts = 0
    keys, counts = np.empty(0, np.uint64), np.empty(0, np.int64)
    for batch in batches:
        texts += batch.texts
        new_keys, new_counts = _texts_with(batch)
        keys, spread = np.unique(np.concatenate((keys, new_keys)), return_inverse=True)
        counts = np.bincount(spread, np.concatenate((counts, new_counts))).astype(np.int64)
    kept = np.flatnonzero(counts > 1)
    kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:_MOST]])
    rarity = np.log((texts + 1) / (counts[kept] + 1)) + 1
    return Vocabulary(keys[kept], rarity.astype(np.float32))


def _texts_with(batch: Letters) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of a batch, sorted, and in how many texts each stands."""
    firsts, found = zip(*(keys_of(batch, length) for length in LENGTHS), strict=True)
    keys, index = np.unique(np.concatenate(found), return_inverse=True)
    pairs = np.unique(index * batch.texts + batch.rows[np.concatenate(firsts)])
    return keys, np.bincount(pairs // batch.texts, minlength=len(keys))


def _slots(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (keys >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)
