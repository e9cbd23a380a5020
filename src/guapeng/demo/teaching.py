"""The dispatch desk's suggestions, learned from the demo's own closed cases."""

import datetime as dt
from typing import Final

from guapeng.apps.concerns.classify.model import default_path, save
from guapeng.apps.concerns.classify.training import train
from guapeng.apps.concerns.models import Concern
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.plain.terminal import Advance

_MOST: Final = 3_000


def teach(*, at: dt.datetime, progress: Advance) -> None:
    """Train the classifier on what was closed last, as ``guapeng concerns train`` would."""
    closed = Concern.objects.filter(matter__state="closed", category__isnull=False)
    told = closed.exclude(text="").order_by("-pk").values_list("text", "category__name")
    with scope.acting(SYSTEM):
        cases = list(told[:_MOST])
    model, _figures = train(cases, at=at, advance=progress)
    save(model, default_path())
