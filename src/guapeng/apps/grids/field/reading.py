"""Reading field work: the places of a grid, the visits of a household, their pictures."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Max, QuerySet

from guapeng.apps.grids.models import PatrolPlace, Visit, VisitPhoto


def patrol_places(divisions: Collection[int], *, on: dt.date) -> QuerySet[Any]:
    """Return the places of some divisions that are looked at on a day, each with ``last_on``."""
    found = PatrolPlace.objects.filter(division__in=divisions, valid__contains=on)
    return found.annotate(last_on=Max("visits__on")).order_by("name", "pk")


def visits_of(household: int) -> QuerySet[Visit]:
    """Return the visits of a household with their pictures, the newest first."""
    found = Visit.objects.filter(household=household).prefetch_related("photos")
    return found.order_by("-on", "-pk")


def photo(pk: int) -> VisitPhoto:
    """Return one picture.

    Raises:
        VisitPhoto.DoesNotExist: there is none, or the scope does not show it.
    """
    return VisitPhoto.objects.select_related("blob", "visit").get(pk=pk)
