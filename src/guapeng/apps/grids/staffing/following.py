"""Deputies, leave, hand-overs and telephones go with a grid to its only heir.

Where a grid was split or merged, a person says anew who stands in: the coverage page shows it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection

from guapeng.kernel.divisions.following import Handover

_MOVE: Final = """
update {table} set grid_id = pair.heir
from unnest(%(old)s::bigint[], %(new)s::bigint[]) as pair(id, heir) where grid_id = pair.id
"""
_TABLES: Final = ("grids_deputy", "grids_leave", "grids_handover", "grids_gridcontact")


def follow(handover: Handover) -> Mapping[int, Iterable[str]]:
    """Let staffing follow grids that were renamed; nothing waits for a person."""
    alone = {old: new for old, new in handover.heirs.items() if new not in handover.merged}
    if alone:
        given = {"old": list(alone), "new": list(alone.values())}
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(_MOVE.format(table=table), given)
    return {}
