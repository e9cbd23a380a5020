"""A trained classifier: from texts to suggestions with their reasons."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from guapeng.apps.concerns.classify import modelfile
from guapeng.apps.concerns.classify.calibration import Belief
from guapeng.apps.concerns.classify.features import Pieces, Weighed, views
from guapeng.apps.concerns.classify.grams import Letters, letters
from guapeng.apps.concerns.classify.reasons import reasons
from guapeng.apps.concerns.classify.themes import Themes
from guapeng.apps.concerns.classify.vocabulary import Found, Vocabulary
from guapeng.supervisor.home import home

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 256
_RUNNERS_UP: Final = 2
_THEMES: Final = ("words", "beginnings", "lengths", "themes", "fields")


@dataclass(frozen=True)
class Suggestion:
    """What a text may be about; a person decides.

    Attributes:
        label: empty if the text is empty or nothing in it is known.
        confidence: the chance that ``label`` is right, 0.0 to 1.0.
        reasons: words or phrases of the text, strongest first.
        runners_up: the next labels with their chances.
    """

    label: str
    confidence: float
    reasons: tuple[str, ...]
    runners_up: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Model:
    """A trained classifier.

    Attributes:
        labels: what may be suggested.
        pieces: what it knows of texts.
        weights: how much a piece speaks for a label, shape (views, pieces, labels).
        bias: a margin a label, before anything is said.
        belief: how far its margins are believed.
        about: when and from what it was trained, and its figures.
    """

    labels: tuple[str, ...]
    pieces: Pieces
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    belief: Belief
    about: Mapping[str, Any] = field(default_factory=dict)

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """Return a suggestion for each text, in order."""
        waiting = iter(texts)
        parts = iter(lambda: list(islice(waiting, _AT_ONCE)), [])
        return [suggestion for part in parts for suggestion in self._suggest(part)]

    def _suggest(self, texts: list[str]) -> Iterator[Suggestion]:
        batch = letters(texts)
        votes = list(self._votes(batch))
        margins = self.bias + sum(vote.weighed.rows @ vote.weights for vote in votes)
        chances = self.belief.chances(margins)
        order = np.argsort(-chances, axis=1, kind="stable")[:, : _RUNNERS_UP + 1]
        said = [(vote.found, vote.speak_for(order[:, 0], batch)) for vote in votes]
        told = reasons(texts, batch, said)
        known = np.bincount(batch.rows[votes[0].found.first], minlength=len(texts))
        for row, reason in enumerate(told):
            ranked = [(self.labels[at], float(chances[row, at])) for at in order[row]]
            yield (
                Suggestion(*ranked[0], reason, tuple(ranked[1:]))
                if known[row]
                else Suggestion("", 0.0, (), ())
            )

    def _votes(self, batch: Letters) -> Iterator["_Vote"]:
        for view, weights in zip(views(batch, self.pieces), self.weights, strict=True):
            for seen, weighed in view:
                yield _Vote(seen.found, weighed, weights[seen.columns])


@dataclass(frozen=True)
class _Vote:
    """The pieces of one kind in one view, and what they say, shape (pieces, labels)."""

    found: Found
    weighed: Weighed
    weights: NDArray[np.float32]

    def speak_for(self, labels: NDArray[np.int64], batch: Letters) -> NDArray[np.float32]:
        """Return how much each place speaks for the label of its text."""
        rows = batch.rows[self.found.first]
        speaks: NDArray[np.float32] = (
            self.weights[self.found.index, labels[rows]] * self.weighed.spoken
        )
        return speaks


def default_path() -> Path:
    """Return where an instance keeps its model."""
    return home() / "concerns" / "classifier.npz"


def present() -> Model | None:
    """Return the instance's model, None if there is none that can be read."""
    try:
        return load(default_path())
    except FileNotFoundError:
        return None
    except modelfile.ModelUnreadable as damage:
        _log.warning("classifier: %s", damage)
        return None


def load(path: Path) -> Model:
    """Return the model of the file, which is read again only after it was changed.

    Raises:
        FileNotFoundError: there is none.
        ModelUnreadable: it is damaged, of another version or no model.
    """
    known = path.stat()
    return _load(path, known.st_mtime_ns, known.st_size)


def save(model: Model, path: Path) -> None:
    """Write the model in one go: readers find the old file or the new one, whole."""
    modelfile.write(
        path,
        {
            "keys": model.pieces.vocabulary.keys,
            "rarity": model.pieces.vocabulary.rarity.astype(np.float16),
            "weights": model.weights.astype(np.float16),
            "bias": model.bias,
            **{name: getattr(model.pieces.themes, name) for name in _THEMES},
        },
        {
            "labels": list(model.labels),
            "belief": [model.belief.trust, model.belief.offset],
            "about": dict(model.about),
        },
    )


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int, _size: int) -> Model:
    arrays, header = modelfile.read(path)
    return Model(
        labels=tuple(header["labels"]),
        pieces=Pieces(
            Vocabulary(arrays["keys"], arrays["rarity"].astype(np.float32)),
            Themes(*(arrays[name] for name in _THEMES)),
        ),
        weights=arrays["weights"].astype(np.float32),
        bias=arrays["bias"],
        belief=Belief(*header["belief"]),
        about=header["about"],
    )
