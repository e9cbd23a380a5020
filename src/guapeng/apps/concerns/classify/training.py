"""Learning from handled cases, and finding out how well it went."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from guapeng.apps.concerns.classify.calibration import Council, seat
from guapeng.apps.concerns.classify.features import VIEWS, Pieces
from guapeng.apps.concerns.classify.figures import Figures, figures_of
from guapeng.apps.concerns.classify.grams import letters
from guapeng.apps.concerns.classify.model import Model
from guapeng.apps.concerns.classify.parts import PARTS, parts_of
from guapeng.apps.concerns.classify.themes import shipped_themes
from guapeng.apps.concerns.classify.vocabulary import Vocabulary, learn_vocabulary
from guapeng.apps.concerns.classify.voters import VOTERS, Learned, batches, rows_of_voters
from guapeng.plain.terminal import Advance
from guapeng.plain.unfit import Unfit, gettext_noop

_FEW_EXAMPLES: Final = 20
_MOST_WEIGHTS: Final = 4_000_000
_UNSEEN: Final = -2.0
"""The margin of a label that was not in the training part: below what others usually get."""

_NEVER_ASKED: Final = -1
"""The part of what all parts may learn from."""

_STEPS: Final = len(VOTERS) * (PARTS + 1)


class TooFewLabels(Unfit):
    """There is nothing to tell apart."""

    code = "classify.labels"
    wording = gettext_noop("至少要有两种类别，才能学习分类")


def train(
    cases: Sequence[tuple[str, str]],
    *,
    known: Sequence[tuple[str, str]] = (),
    at: dt.datetime,
    advance: Advance,
) -> tuple[Model, Figures]:
    """Return a model of texts with their labels, and the figures of its cross-validation.

    Figures and probabilities come from texts that the models of ten parts had not seen. Texts
    that begin alike stay in one part: one who writes twice must not make it look better.

    Args:
        cases: texts with their labels.
        known: what is known without any case: short texts that say what a label is about. They
            are learned like cases, but nothing is judged by them. Each label's own name counts
            as one.
        at: when it is learned.
        advance: told how far it is.

    Raises:
        TooFewLabels: fewer than two.
    """
    names = sorted({label for _, label in (*cases, *known)})
    if len(names) < 2:  # noqa: PLR2004, a choice takes two
        raise TooFewLabels
    told = [*cases, *known, *((name, name) for name in names if _is_word(name))]
    texts = [text for text, _ in told]
    truth = np.searchsorted(names, [label for _, label in told]).astype(np.int64)
    pieces = Pieces(_vocabulary(texts, truth, len(cases)), shipped_themes())
    rows = rows_of_voters(texts, pieces)
    parts = np.full(len(told), _NEVER_ASKED)
    parts[: len(cases)] = parts_of(texts[: len(cases)], truth[: len(cases)])
    margins, learned = _heard(rows, truth, parts, len(names), advance)
    margins, truth, parts = margins[:, : len(cases)], truth[: len(cases)], parts[: len(cases)]
    figures = figures_of(names, truth, _crossed_chances(margins, truth, parts))
    council = _council(margins, truth)
    weights, bias = _together(learned, council, pieces.count)
    vocabulary, kept = pieces.vocabulary, _kept(pieces, weights)
    model = Model(
        labels=tuple(names),
        pieces=Pieces(Vocabulary(vocabulary.keys[kept], vocabulary.rarity[kept]), pieces.themes),
        weights=np.concatenate((weights[:, kept], weights[:, pieces.grams :]), axis=1),
        bias=bias,
        belief=council.belief,
        about={"trained_at": at.isoformat(), "texts": len(cases), **figures.summary},
    )
    return model, figures


def _heard(
    rows: list[csr_matrix],
    truth: NDArray[np.int64],
    parts: NDArray[np.int64],
    labels: int,
    advance: Advance,
) -> tuple[NDArray[np.float32], list[Learned]]:
    """Return all voters' margins of cases not seen, and what they learn from all cases."""
    margins = np.full((len(VOTERS), len(truth), labels), _UNSEEN, np.float32)
    learned = []
    for number, voter in enumerate(VOTERS):
        for part in range(PARTS):
            advance(number * (PARTS + 1) + part, _STEPS)
            _cross(number, rows[number], truth, parts == part, margins)
        learned.append(voter.learn(rows[number], truth, labels))
    advance(_STEPS, _STEPS)
    return margins, learned


def _is_word(label: str) -> bool:
    """A code's digits say nothing, and stand in many texts."""
    return any(map(str.isalpha, label))


def _vocabulary(texts: Sequence[str], truth: NDArray[np.int64], cases: int) -> Vocabulary:
    """A gram of one text only tells nothing about others, unless there are hardly any others.

    The first ``cases`` texts are cases; what is known without them is all said on purpose.
    """
    few = np.bincount(truth[:cases], minlength=truth.max() + 1)[truth] < _FEW_EXAMPLES
    few[cases:] = True
    again = [text for text, is_rare in zip(texts, few, strict=True) if is_rare]
    return learn_vocabulary(letters(part) for part in batches([*texts, *again]))


def _cross(
    number: int,
    rows: csr_matrix,
    truth: NDArray[np.int64],
    tested: NDArray[np.bool_],
    margins: NDArray[np.float32],
) -> None:
    """Fill a voter's margins of the tested texts with those of a model of the others."""
    seen = np.unique(truth[~tested])
    if len(seen) < 2 or not tested.any():  # noqa: PLR2004, a choice takes two
        return
    others = np.searchsorted(seen, truth[~tested])
    weights, bias = VOTERS[number].learn(rows[~tested], others, len(seen))
    margins[number][np.ix_(np.flatnonzero(tested), seen)] = rows[tested] @ weights + bias


def _council(margins: NDArray[np.float32], truth: NDArray[np.int64]) -> Council:
    """Seat the voters by the texts whose label they could know."""
    fair = margins[0, np.arange(len(truth)), truth] != _UNSEEN
    return seat(margins[:, fair], truth[fair])


def _crossed_chances(
    margins: NDArray[np.float32], truth: NDArray[np.int64], parts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return chances by a council that has not seen the text either."""
    chances = np.empty(margins.shape[1:], np.float32)
    for part in range(PARTS):
        tested = parts == part
        council = _council(margins[:, ~tested], truth[~tested])
        chances[tested] = council.chances(margins[:, tested])
    return chances


def _together(
    learned: list[Learned], council: Council, pieces: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return one set of weights a view and one bias: all voters are linear."""
    labels = len(council.shifts)
    weights = np.zeros((len(VIEWS), pieces, labels), np.float32)
    bias = council.shifts.copy()
    for voter, voice, (own, own_bias) in zip(VOTERS, council.voices, learned, strict=True):
        weights[voter.view, : len(own)] += voice * own
        bias += voice * own_bias
    return weights, bias


def _kept(pieces: Pieces, weights: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the indices of the grams that a model has room for."""
    strength = np.abs(weights[:, : pieces.grams]).max(axis=(0, 2))
    return pieces.vocabulary.strongest(strength, _MOST_WEIGHTS // weights.shape[2])
