"""How well a classifier did on texts that it had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guapeng.apps.concerns.classify.calibration import calibration_error
from guapeng.plain.terminal import _


@dataclass(frozen=True)
class LabelFigures:
    """One label's figures, all from 0.0 to 1.0.

    Attributes:
        label: its name.
        texts: how many have it.
        precision: of those suggested to have it, how many do.
        recall: of those that have it, how many were suggested.
        f1: harmonic mean of both.
    """

    label: str
    texts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Figures:
    """All labels' figures.

    Attributes:
        labels: one each, in the model's order.
        macro_f1: mean of their F1, each label that a text has counting alike.
        accuracy: how many suggestions were right.
        calibration_error: how far confidence and outcome lie apart.
    """

    labels: tuple[LabelFigures, ...]
    macro_f1: float
    accuracy: float
    calibration_error: float

    @property
    def summary(self) -> dict[str, Any]:
        """The totals, rounded, by name."""
        return {
            "macro_f1": round(self.macro_f1, 4),
            "accuracy": round(self.accuracy, 4),
            "calibration_error": round(self.calibration_error, 4),
        }

    def told(self) -> str:
        """Return the figures as a table in plain text, the labels last."""
        rows = [
            f"{one.texts:8,}{_percents(one.precision, one.recall, one.f1)}  {one.label}"
            for one in self.labels
        ]
        return "\n".join(
            [
                _("    篇数  精确率  召回率      F1  类别"),
                *rows,
                _(
                    "宏平均F1 {macro:.4f}，正确率 {right:.4f}，置信度误差 {error:.4f}（交叉验证）"
                ).format(macro=self.macro_f1, right=self.accuracy, error=self.calibration_error),
            ]
        )


def _percents(*shares: float) -> str:
    return "".join(f"{share:8.1%}" for share in shares)


def figures_of(
    names: Sequence[str], truth: NDArray[np.int64], chances: NDArray[np.float32]
) -> Figures:
    """Return the figures of suggestions made with ``chances``, shape (texts, labels)."""
    suggested = chances.argmax(axis=1)
    right = suggested == truth
    hits = np.bincount(truth[right], minlength=len(names))
    having = np.bincount(truth, minlength=len(names))
    told = np.bincount(suggested, minlength=len(names))
    precision, recall = hits / np.maximum(told, 1), hits / np.maximum(having, 1)
    f1 = 2 * hits / np.maximum(told + having, 1)
    rows = zip(names, having, precision, recall, f1, strict=True)
    return Figures(
        labels=tuple(
            LabelFigures(n, int(h), float(p), float(r), float(f)) for n, h, p, r, f in rows
        ),
        macro_f1=float(f1.sum() / max(np.count_nonzero(having), 1)),
        accuracy=float(hits.sum() / max(len(truth), 1)),
        calibration_error=calibration_error(chances.max(axis=1), right),
    )
