"""Reading field work: the places of a grid, the pictures of a visit."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Max, QuerySet

from guapeng.apps.grids.models import PatrolPlace, VisitPhoto


def patrol_places(divisions: Collection[int], *, on: dt.date) -> QuerySet[Any]:
    """Return the places of some divisions that are looked at on a day, each with ``last_on``."""
    found = PatrolPlace.objects.filter(division__in=divisions, valid__contains=on)
    return found.annotate(last_on=Max("visits__on")).order_by("name", "pk")


def photo(pk: int) -> VisitPhoto:
    """Return one picture.

    Raises:
        VisitPhoto.DoesNotExist: there is none, or the scope does not show it.
    """
    return VisitPhoto.objects.select_related("blob", "visit").get(pk=pk)
