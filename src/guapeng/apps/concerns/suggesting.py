"""What the desk is offered for a report: a category with its reasons, and the units in charge.

A suggestion fills in a form that a dispatcher reads and sends; nothing is decided by it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from guapeng.apps.concerns.models import CatalogueLine, Category, Concern
from guapeng.kernel.matters.models import Matter

_LIKELY: Final = 0.02


@dataclass(frozen=True)
class Suggested:
    """A category for a report.

    Attributes:
        confidence: from 0 to 1, calibrated on handled cases.
        reasons: the words of the report that weighed most.
    """

    category: Category
    confidence: float
    reasons: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The confidence as people read it."""
        return round(100 * self.confidence)


def categories_for(concern: Concern) -> list[Suggested]:
    """Return what the classifier makes of the report's words, the likeliest first.

    Others beside it where they may well be meant.
    Nothing without words, without a trained model, or where its labels are no categories of ours.
    """
    from guapeng.apps.concerns import classify  # numpy is slow to load, and only needed here

    model = classify.present() if concern.text else None
    if model is None:
        return []
    (found,) = model.suggest([concern.text])
    ranked = [(found.label, found.confidence, found.reasons), *_others(found)]
    labels = [label for label, _, _ in ranked]
    known = Category.objects.filter(Q(code__in=labels) | Q(name__in=labels))
    by_label = {label: one for one in known for label in (one.code, one.name)}
    return [
        Suggested(by_label[label], confidence, tuple(reasons))
        for label, confidence, reasons in ranked
        if label in by_label
    ]


def line_for(category: Category, *, on: dt.date) -> CatalogueLine | None:
    """Return the line of the dispatch catalogue that is valid for ``category`` on that day.

    A category without a line of its own goes where the one above it goes.
    """
    wanted = [category.pk, *([category.parent_id] if category.parent_id else [])]
    lines = CatalogueLine.objects.filter(category__in=wanted, valid__contains=on)
    found = {line.category_id: line for line in lines.select_related("lead")}
    return next((found[pk] for pk in wanted if pk in found), None)


def filled_in(matter: Matter, category: Category | None) -> dict[str, Any]:
    """Return what a dispatch form begins with: how urgent, and whose job the category is."""
    if category is None:
        return {"urgency": matter.urgency}
    line = line_for(category, on=timezone.localdate())
    given = {"category": category, "urgency": min(category.urgency, matter.urgency)}
    return given | ({"lead": line.lead, "assisting": line.assisting.all()} if line else {})


def _others(found: Any) -> list[tuple[str, float, tuple[str, ...]]]:
    return [
        (label, confidence, ()) for label, confidence in found.runners_up if confidence >= _LIKELY
    ]
