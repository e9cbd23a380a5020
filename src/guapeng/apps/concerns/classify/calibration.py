"""Several voters' margins as probabilities that keep what they promise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_TINY: Final = 1e-6
_BINS: Final = 10
_CAUTION: Final = 1.0
"""How strongly all is held at where it starts; few examples must not move it far."""


@dataclass(frozen=True)
class Belief:
    """How far the likeliest label's lead is believed.

    What is fair to all labels together is not yet so to the one that is suggested; its chance is
    ``sigmoid(trust * logit + offset)``, and the others share what is left as before.
    """

    trust: float
    offset: float

    def chances(self, margins: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return rows that sum to 1, shape (texts, labels)."""
        chances = _softmax(margins)
        each, likeliest = np.arange(len(chances)), chances.argmax(axis=1)
        top = chances[each, likeliest]
        chances[each, likeliest] = 0
        rest = np.maximum(chances.sum(axis=1), _TINY)
        second = chances.max(axis=1, initial=0) / rest
        believed = 1 / (1 + np.exp(-self.trust * _lead(top, rest) - self.offset))
        believed = np.maximum(believed, second / (1 + second))  # it stays the likeliest
        chances *= ((1 - believed) / rest)[:, None]
        chances[each, likeliest] = believed
        return chances


@dataclass(frozen=True)
class Council:
    """How voters decide together.

    Attributes:
        voices: one number a voter, at least 0.
        shifts: one number a label.
        belief: how far their decision is believed.
    """

    voices: NDArray[np.float32]
    shifts: NDArray[np.float32]
    belief: Belief

    def chances(self, margins: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return probabilities, shape (texts, labels); margins are (voters, texts, labels)."""
        return self.belief.chances(np.tensordot(self.voices, margins, 1) + self.shifts)


def seat(margins: NDArray[np.float32], truth: NDArray[np.int64]) -> Council:
    """Return the council under which what was true was most probable.

    Args:
        margins: of texts that the voters had not seen, shape (voters, texts, labels).
        truth: the index of each text's label.
    """
    voters, _, labels = margins.shape
    true = np.eye(labels, dtype=np.float32)[truth]

    def loss(given: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        voices, shifts = given[:voters], given[voters:]
        chances = _softmax(np.tensordot(voices, margins, 1) + shifts)
        wrong = chances - true
        slope = [*np.tensordot(margins, wrong, 2), *wrong.sum(axis=0)] + _CAUTION * (given - start)
        likely = np.log(np.maximum((chances * true).sum(axis=1), _TINY))
        return _CAUTION * ((given - start) ** 2).sum() / 2 - likely.sum(), slope

    start = np.concatenate((np.ones(voters), np.zeros(labels)))
    fitted = _lowest(loss, start, [(0, None)] * voters + [(None, None)] * labels)
    voices, shifts = np.split(fitted.astype(np.float32), [voters])
    chances = _softmax(np.tensordot(voices, margins, 1) + shifts)
    top = chances.max(axis=1)
    right = chances.argmax(axis=1) == truth
    return Council(voices, shifts, _belief(_lead(top, 1 - top), right))


def _belief(lead: NDArray[np.float32], right: NDArray[np.bool_]) -> Belief:
    """Return how far the lead of the likeliest label is to be believed (Platt's scaling)."""

    def loss(given: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = given[0] * lead + given[1]
        wrong = 1 / (1 + np.exp(-said)) - right
        slope = np.array([(wrong * lead).sum(), wrong.sum()]) + _CAUTION * (given - start)
        held = _CAUTION * ((given - start) ** 2).sum() / 2
        return (np.logaddexp(0, said) - right * said).sum() + held, slope

    start = np.array([1.0, 0.0])
    return Belief(*map(float, _lowest(loss, start, [(0, None), (None, None)])))


def calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error: how far promise and outcome lie apart, 0.0 to 1.0.

    Confidences are put into ten equal bins; the gaps of the bins are weighted by their texts.
    """
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, confidence - right, minlength=_BINS)
    return float(np.abs(gaps).sum() / max(len(confidence), 1))


def _lowest(
    loss: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    start: NDArray[np.float64],
    bounds: list[tuple[float | None, float | None]],
) -> NDArray[np.float64]:
    from scipy.optimize import minimize  # slow, and only training needs it

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x)


def _softmax(scaled: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    grown = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = grown / grown.sum(axis=1, keepdims=True)
    return shares


def _lead(top: NDArray[np.float32], rest: NDArray[np.float32]) -> NDArray[np.float32]:
    lead: NDArray[np.float32] = np.log(np.maximum(top, _TINY) / np.maximum(rest, _TINY))
    return lead
