"""Whether somebody told of the same thing already: open public concerns near by, or alike in words.

Other people's words are compared, never shown: a hint holds number, title, state and distance.
Where they stood is known here as the public knows it, by squares of some 200 m: whoever asks again
and again from other places does not find out at whose door it was.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from guapeng.apps.concerns.models import Category, Concern
from guapeng.apps.concerns.reporting.places import Where
from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.models import Matter, Visibility
from guapeng.kernel.people import scope
from guapeng.kernel.rules import queries as rules
from guapeng.plain import geo
from guapeng.plain.geo import Box, Position, box_around, distance
from guapeng.plain.text import grams

_FEWEST_GRAMS = 2
_READ_CHARACTERS = 300


class Hint(NamedTuple):
    """An open concern that may be the same: metres to its square (if known), and how alike."""

    matter: Matter
    metres: int | None
    likeness: float


@dataclass(frozen=True)
class _Rule:
    """The rule ``concerns.duplicates`` of a day."""

    metres: int
    days: int
    likeness: float
    read: int
    shown: int


def hints(where: Where, *, text: str, category: Category | None, at: dt.datetime) -> list[Hint]:
    """Return the open public concerns that may be about the same thing, the likeliest first.

    The same category counts within the rule's radius, or in the same grid where a point is
    missing; like words count in the whole village too.
    """
    rule = _Rule(**rules.value("concerns.duplicates", on=timezone.localdate(at)))
    ours = frozenset(grams(text[:_READ_CHARACTERS]))
    if len(ours) < _FEWEST_GRAMS and category is None:
        return []
    told = [_hint(other, where, ours) for other in _candidates(where, rule, at=at)]
    found = [
        hint
        for hint, other in told
        if hint.likeness >= rule.likeness
        or (_is_near(hint, where, rule) and _same(category, other))
    ]
    found.sort(key=lambda hint: (-hint.likeness, hint.metres or 0, -hint.matter.pk))
    return found[: rule.shown]


def _candidates(where: Where, rule: _Rule, *, at: dt.datetime) -> list[Concern]:
    """Return the newest open public concerns of the same village, and around the point."""
    near = Q(matter__pk__in=[])
    if (place := where.division).level >= Level.VILLAGE:
        near |= Q(matter__village_id=place.lineage[-1 if place.level == Level.VILLAGE else -2])
    if where.point:
        box = _whole_squares(box_around(where.point, rule.metres))
        near |= Q(
            matter__lat__range=(box.south, box.north), matter__lon__range=(box.west, box.east)
        )
    found = Concern.objects.filter(
        near,
        matter__closed_at__isnull=True,
        matter__visibility=Visibility.PUBLIC,
        matter__opened_at__gte=at - dt.timedelta(days=rule.days),
    )
    with transaction.atomic(), scope.trusted():
        return list(found.select_related("matter", "category").order_by("-matter_id")[: rule.read])


def _whole_squares(box: Box) -> Box:
    """Return the smallest box of whole squares that holds ``box``."""
    first = geo.middle_of(geo.square_of(Position(box.west, box.south)))
    last = geo.middle_of(geo.square_of(Position(box.east, box.north)))
    east, north = geo.SQUARE_EAST / 2, geo.SQUARE_NORTH / 2
    return Box(first.lon - east, first.lat - north, last.lon + east, last.lat + north)


def _hint(other: Concern, where: Where, ours: frozenset[str]) -> tuple[Hint, Concern]:
    matter = other.matter
    metres = None
    if where.point and matter.lon is not None and matter.lat is not None:
        published = geo.middle_of(geo.square_of(Position(matter.lon, matter.lat)))
        metres = round(distance(where.point, published))
    return Hint(matter, metres, _likeness(ours, other.text)), other


def _likeness(ours: frozenset[str], text: str) -> float:
    """Return the share of the shorter text's grams that the longer one has too.

    Not Jaccard's share of all: who has typed five characters would be unlike every long report.
    """
    theirs = frozenset(grams(text[:_READ_CHARACTERS]))
    shorter = min(len(ours), len(theirs))
    return len(ours & theirs) / shorter if shorter >= _FEWEST_GRAMS else 0.0


def _is_near(hint: Hint, where: Where, rule: _Rule) -> bool:
    if hint.metres is not None:
        return hint.metres <= rule.metres
    return where.division.level == Level.GRID and hint.matter.grid_id == where.division.pk


def _same(category: Category | None, other: Concern) -> bool:
    """Tell whether both lie under one heading of the two-level table."""
    if category is None or other.category is None:
        return False
    return _heading(category) == _heading(other.category)


def _heading(category: Category) -> int:
    return category.parent_id or category.pk
