"""Deputies, leave, hand-overs and telephones go with a grid to its only heir.

Leave follows wherever the posts went that cover it (``people.following``). Where a grid was split
or merged, a person names anew who stands in: the coverage page shows that nobody does.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connection

from guapeng.kernel.divisions.following import Handover

_PAIRS: Final = "unnest(%(old)s::bigint[], %(new)s::bigint[]) as pair(id, heir)"
_MOVE: Final = f"""
update {{table}} set grid_id = pair.heir from {_PAIRS} where grid_id = pair.id
"""  # noqa: S608  # ours
_TABLES: Final = ("grids_deputy", "grids_handover", "grids_gridcontact")
_MOVE_LEAVE: Final = f"""
update grids_leave leave set grid_id = pair.heir from {_PAIRS}
where leave.grid_id = pair.id and not exists (
    select from grids_leave other where other.grid_id = pair.heir
        and other.person_id = leave.person_id and other.valid && leave.valid)
"""  # noqa: S608  # ours
# A post that had begun ends at the old row; the one that goes on is the cover from now on.
_COVER: Final = """
update grids_leave leave set cover_id = (
    select post.id from people_post post
    where post.division_id = leave.grid_id and post.role = 'grid_worker'
      and post.person_id = leave.deputy_id and upper(post.valid) = upper(leave.valid)
      and lower(post.valid) = greatest(lower(leave.valid), %(day)s))
where leave.grid_id = any (%(new)s::bigint[]) and leave.deputy_id is not null
  and upper(leave.valid) > %(day)s
"""


def follow(handover: Handover) -> Mapping[int, Iterable[str]]:
    """Let staffing follow the grids; nothing waits for a person here."""
    alone = {old: new for old, new in handover.heirs.items() if new not in handover.merged}
    with connection.cursor() as cursor:
        for table in _TABLES if alone else ():
            cursor.execute(_MOVE.format(table=table), _given(alone, handover))
        if handover.heirs:
            for statement in (_MOVE_LEAVE, _COVER):
                cursor.execute(statement, _given(handover.heirs, handover))
    return {}


def _given(pairs: Mapping[int, int], handover: Handover) -> dict[str, Any]:
    return {"old": list(pairs), "new": list(pairs.values()), "day": handover.day}
