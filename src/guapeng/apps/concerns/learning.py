"""What the desk's suggestions are learned from: the instance's own cases and categories."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from guapeng.apps.concerns.models import CatalogueLine, Category, Concern
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

Told = list[tuple[str, str]]
"""Texts with the labels that they speak for."""

_MOST: Final = 20_000


def closed_cases(*, most: int = _MOST) -> Told:
    """Return the words of the concerns closed last with the names of their categories."""
    closed = Concern.objects.filter(matter__state="closed", category__isnull=False)
    told = closed.exclude(text="").order_by("-pk").values_list("text", "category__name")
    with scope.acting(SYSTEM):
        return list(told[:most])


def known_of_categories(labels: Collection[str], *, on: dt.date) -> Told:
    """Return what the table of categories and that day's catalogue say about labels.

    A text has a category's name, the one above it, and the law that its line rests on. A category
    that no case has speaks for the one above if cases have that; else for itself, so that what
    nobody reported yet can be suggested. Nothing is known about labels that are no categories.

    Args:
        labels: the names or the codes of the cases' categories; none if there is no case.
        on: the day.
    """
    categories = list(Category.objects.select_related("parent").order_by("code"))
    codes = {one.code for one in categories}
    called = {one.pk: one.name if codes.isdisjoint(labels) else one.code for one in categories}
    if labels and set(called.values()).isdisjoint(labels):
        return []
    lines = CatalogueLine.objects.filter(valid__contains=on)
    bases = dict(lines.values_list("category", "basis"))
    headings = {one.parent_id for one in categories}
    told = []
    for one in categories:
        above = called[one.parent_id] if one.parent_id else ""
        if above in labels and called[one.pk] not in labels:
            told.append((_said(one, bases), above))
        elif called[one.pk] in labels or one.pk not in headings:
            told.append((_said(one, bases), called[one.pk]))
    return told


def _said(category: Category, bases: dict[int, str]) -> str:
    above = category.parent.name if category.parent else ""
    return f"{category.name}\n{above} {bases.get(category.pk, '')}".strip()
