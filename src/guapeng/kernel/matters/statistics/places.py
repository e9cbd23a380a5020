"""Which places' statistics somebody may see, and how exactly."""

import datetime as dt
from collections.abc import Iterable
from enum import Enum
from typing import Final

from django.core.cache import cache

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.actors import Actor

PUBLIC_STOREYS: Final = (Level.COUNTY, Level.TOWNSHIP)
_KEPT_SECONDS: Final = 30


class Sight(Enum):
    """How much of a place's numbers is shown: all of them, or without the small ones."""

    EXACT = "exact"
    PUBLIC = "public"


def sight(actor: Actor, place: Division) -> Sight | None:
    """Return how ``actor`` sees the numbers of ``place``; None if not at all.

    Those whose posts open the matters of the place see exact numbers. A post with statistics only
    (``s`` in the matrix) sees its own place as the public sees counties and townships: small
    numbers are withheld, for they point at people.
    """
    if set(actor.areas) & set(place.lineage):
        return Sight.EXACT
    if place.level in PUBLIC_STOREYS or _statistics_only(actor) & set(place.lineage):
        return Sight.PUBLIC
    return None


def first_place(actor: Actor, *, on: dt.date) -> Division | None:
    """Return the place to begin with: the widest of the actor's own, else the county."""
    own = [*actor.areas, *_statistics_only(actor)]
    counted = divisions.at(on).filter(level__gte=Level.COUNTY)
    return counted.filter(pk__in=own).first() or county(on=on)


def county(*, on: dt.date) -> Division | None:
    """Return the county that the instance serves: that of the newest matter, as it is today."""
    return cache.get_or_set(f"matters.county.{on}", lambda: _county(on=on), _KEPT_SECONDS)


def _county(*, on: dt.date) -> Division | None:
    counties = divisions.at(on).filter(level=Level.COUNTY)
    newest = Matter.objects.order_by("-id").values_list("county_id", flat=True).first()
    if newest is None:
        return counties.first()
    known = counties.filter(pk=newest).first()
    return known or counties.filter(formerly__contains=[newest]).first()


def parts(place: Division, *, on: dt.date) -> list[Division]:
    """Return the divisions right below ``place``, in the order of their codes: of no rate."""
    return list(divisions.children(place, on=on))


def as_of_now(places: Iterable[int]) -> dict[int, int]:
    """Return the ids of ``places`` and of what became them whole, each with today's id.

    What was renamed or merged counts for its heir; what was split stays by itself.
    """
    past = Division.objects.filter(pk__in=(known := list(places))).values_list("pk", "formerly")
    return dict(zip(known, known, strict=True)) | {
        old: place for place, formerly in past for old in formerly
    }


def _statistics_only(actor: Actor) -> set[int]:
    posts = (post for post in actor.posts if "s" in post.kind.cells["case_text"])
    return {place for post in posts for place in post.places}
