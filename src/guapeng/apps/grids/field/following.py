"""Patrol places go with a grid to its only heir."""

from collections.abc import Mapping
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import PatrolPlace
from guapeng.kernel.divisions.following import Handover
from guapeng.kernel.people import scope

_MOVE: Final = """
update grids_patrolplace set division_id = pair.heir
from unnest(%s::bigint[], %s::bigint[]) as pair(id, heir) where division_id = pair.id
"""


def follow(handover: Handover) -> Mapping[int, list[str]]:
    """Let places follow; return how many stay where there is no heir, or are several."""
    with scope.trusted():
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [[*handover.heirs], [*handover.heirs.values()]])
        left: dict[int, int] = {}
        stay = PatrolPlace.objects.filter(division__in=handover.left, valid__contains=handover.day)
        for place in stay.values_list("division_id", flat=True):
            left[place] = left.get(place, 0) + 1
    return {id_: [_("巡查点%(count)d个") % {"count": count}] for id_, count in left.items()}
