"""Words of fields that are known before anything is learned.

A few hundred handled cases do not have every word that residents use. The words of ``themes.toml``
are known from the start, each with one theme or more, and each theme with its field; what words,
themes and fields speak for is learned.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guapeng.apps.concerns.classify.grams import Letters, keys_of, letters
from guapeng.apps.concerns.classify.vocabulary import Found, KeyIndex


@dataclass(frozen=True)
class Themes:
    """Words with their themes, a row for each word in each of its themes.

    Attributes:
        words: hash of the word; equal ones stand together.
        beginnings: hash of its first two letters.
        lengths: how many letters it has.
        themes: the theme's number, from 0.
        fields: the field's number of each theme, from 0.
    """

    words: NDArray[np.uint64]
    beginnings: NDArray[np.uint64]
    lengths: NDArray[np.uint8]
    themes: NDArray[np.uint8]
    fields: NDArray[np.uint8]

    @cached_property
    def counts(self) -> tuple[int, int, int]:
        """How many words, themes and fields there are."""
        words, _ = self._words
        return len(words.keys), len(self.fields), len(np.unique(self.fields))

    def places(self, batch: Letters) -> tuple[Found, Found, Found]:
        """Return the places of words, of their themes and of the themes' fields.

        Of words that begin at one place, the longest counts.
        """
        words, starts = self._words
        begin, keys = keys_of(batch, 2)
        begin = begin[self._beginnings.find(keys) >= 0]
        word, length = np.full((2, len(batch.codes)), -1, np.int64)
        for letters_long in range(2, int(self.lengths.max(initial=1)) + 1):
            first, keys = keys_of(batch, letters_long, begin)
            found = words.find(keys)
            first, found = first[found >= 0], found[found >= 0]
            word[first], length[first] = found, letters_long
        first = np.flatnonzero(word >= 0)
        alone = Found(word[first], first, length[first])
        themes = self._with_themes(alone, starts)
        fields = self.fields[themes.index].astype(np.int64)
        return alone, themes, Found(fields, themes.first, themes.length)

    def _with_themes(self, words: Found, starts: NDArray[np.int64]) -> Found:
        """Give each word as many places as it has themes."""
        many = starts[words.index + 1] - starts[words.index]
        nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        row = np.repeat(starts[words.index], many) + nth
        return Found(
            self.themes[row].astype(np.int64),
            np.repeat(words.first, many),
            np.repeat(words.length, many),
        )

    @cached_property
    def _words(self) -> tuple[KeyIndex, NDArray[np.int64]]:
        keys, starts = np.unique(self.words, return_index=True)
        return KeyIndex(keys), np.append(starts, len(self.words))

    @cached_property
    def _beginnings(self) -> KeyIndex:
        return KeyIndex(np.unique(self.beginnings))


def shipped_themes() -> Themes:
    """Return the words that come with the product."""
    with Path(__file__).with_name("themes.toml").open("rb") as file:
        listed = [list(field.values()) for field in tomllib.load(file).values()]
    fields = [field for field, themes in enumerate(listed) for _ in themes]
    texts = [text for themes in listed for text in themes]
    words = [(word, theme) for theme, text in enumerate(texts) for word in text.split()]
    batch = letters([word for word, _ in words])
    lengths = np.bincount(batch.rows)
    begin = np.cumsum(lengths) - lengths
    keys = np.zeros(len(words), np.uint64)
    for length in np.unique(lengths):
        same = lengths == length
        keys[same] = keys_of(batch, int(length), begin[same])[1]
    order = np.argsort(keys, kind="stable")
    return Themes(
        keys[order],
        keys_of(batch, 2, begin)[1][order],
        lengths[order].astype(np.uint8),
        np.array([theme for _, theme in words], np.uint8)[order],
        np.array(fields, np.uint8),
    )
