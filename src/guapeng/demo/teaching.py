"""The dispatch desk's suggestions, learned from the demo's own closed cases and categories."""

import datetime as dt
from typing import Final

from guapeng.apps.concerns.classify.model import default_path, save
from guapeng.apps.concerns.classify.training import train
from guapeng.apps.concerns.learning import closed_cases, known_of_categories
from guapeng.plain.terminal import Advance

_MOST: Final = 3_000


def teach(*, at: dt.datetime, progress: Advance) -> None:
    """Train the classifier on what was closed last, as ``guapeng concerns retrain`` would."""
    cases = closed_cases(most=_MOST)
    known = known_of_categories({label for _, label in cases}, on=at.date())
    model, _figures = train(cases, known=known, at=at, advance=progress)
    save(model, default_path())
