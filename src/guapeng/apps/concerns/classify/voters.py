"""Linear models that each look at texts in their own way.

Each label is told from the rest, and rare labels count as much as common ones. A voter gives
weights, shape (pieces, labels), and a bias a label.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack

from guapeng.apps.concerns.classify.features import Pieces, views
from guapeng.apps.concerns.classify.grams import letters

Learned = tuple[NDArray[np.float32], NDArray[np.float32]]

_BATCH: Final = 1000
_NEAR_ENOUGH: Final = 0.05
"""When a machine stops (tolerance): finer costs half as much again and tells nothing better."""


@dataclass(frozen=True)
class Voter:
    """A linear model.

    Attributes:
        view: which of ``VIEWS`` it reads.
        learn: makes it from rows of pieces, the labels' numbers and how many labels there are.
        grams_only: whether it leaves words, themes and fields out.
    """

    view: int
    learn: Callable[[csr_matrix, NDArray[np.int64], int], Learned]
    grams_only: bool = False


def batches(texts: Sequence[str]) -> list[Sequence[str]]:
    """Return the texts in parts that fit in memory while they are read."""
    return [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]


def rows_of_voters(texts: Sequence[str], pieces: Pieces) -> list[csr_matrix]:
    """Return the texts as each of ``VOTERS`` reads them, shape (texts, pieces)."""
    parts = [_rows(part, pieces) for part in batches(texts)]
    tables = [vstack(rows, format="csr") for rows in zip(*parts, strict=True)]
    return [
        tables[voter.view][:, : pieces.grams] if voter.grams_only else tables[voter.view]
        for voter in VOTERS
    ]


def _rows(texts: Sequence[str], pieces: Pieces) -> list[csr_matrix]:
    return [
        hstack([weighed.rows for _, weighed in view], format="csr")
        for view in views(letters(texts), pieces)
    ]


def _margin(rows: csr_matrix, truth: NDArray[np.int64], labels: int) -> Learned:
    """A support vector machine."""
    machine = _machine(1.2, class_weight="balanced").fit(rows, truth)
    weights, bias = machine.coef_.T, machine.intercept_
    if labels == 2:  # noqa: PLR2004, the library gives one margin for both
        weights, bias = np.hstack((-weights, weights)), np.concatenate((-bias, bias))
    return weights.astype(np.float32), bias.astype(np.float32)


def _counting(rows: csr_matrix, truth: NDArray[np.int64], labels: int) -> Learned:
    """A support vector machine on how much oftener a gram stands with the label than without.

    Wang and Manning, Baselines and Bigrams, 2012.
    """
    weights = np.zeros((rows.shape[1], labels), np.float32)
    bias = np.zeros(labels, np.float32)
    total = np.asarray(rows.sum(axis=0)).ravel()
    for label in range(labels):
        having = np.asarray(rows[truth == label].sum(axis=0)).ravel()
        with_it, without = having + 1, total - having + 1
        ratio = np.log(with_it / with_it.sum()) - np.log(without / without.sum())
        rated = csr_matrix((rows.data * ratio[rows.indices], rows.indices, rows.indptr), rows.shape)
        machine = _machine(1.0).fit(rated, truth == label)
        weights[:, label] = machine.coef_[0] * ratio
        bias[label] = machine.intercept_[0]
    return weights, bias


def _machine(freedom: float, **more: Any) -> Any:
    from sklearn.svm import LinearSVC  # slow, and only training needs it

    return LinearSVC(C=freedom, random_state=0, tol=_NEAR_ENOUGH, **more)


VOTERS: Final = (
    Voter(0, _margin),
    Voter(1, _margin),
    Voter(0, _counting, grams_only=True),
)
"""Found by cross-validation on split and on written messages: each makes the others better."""
