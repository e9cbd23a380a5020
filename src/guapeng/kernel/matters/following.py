"""Matters stay where they were raised; whoever answers for the heir of a place answers for them.

Nothing is rewritten: the keys and areas of a post hold what its division was before
(``people.actors``), and lists ask for a place with its past. What is told here is what no post
reaches that way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Count
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.following import Handover
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope


def follow(handover: Handover) -> Mapping[int, list[str]]:
    """Return how many open matters no heir takes over, or not at every storey, by division."""
    left, moved = (
        _("未办结事项%(count)d件"),
        _("此前的未办结事项%(count)d件，上一级仍由原来的上级办完"),
    )
    with scope.trusted():
        told = {
            **{place: left % {"count": count} for place, count in _open(handover.left)},
            **{place: moved % {"count": count} for place, count in _open(_moved(handover.heirs))},
        }
    return {place: [words] for place, words in told.items()}


def _moved(heirs: Mapping[int, int]) -> Iterator[int]:
    """Yield what ended and has its heir under another division above."""
    divisions = Division.objects.defer("outline")
    rows = divisions.in_bulk({*heirs, *heirs.values()})
    above = divisions.in_bulk({id_ for one in rows.values() for id_ in one.lineage})
    for old, new in heirs.items():
        places = {past for id_ in rows[new].lineage[:-1] for past in (id_, *above[id_].formerly)}
        parent = rows[old].parent_id
        if parent and parent not in places:
            yield old


def _open(divisions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the number of open matters of each division that has any."""
    levels = Division.objects.filter(pk__in=list(divisions)).values_list("level", "pk")
    by_level: dict[int, list[int]] = defaultdict(list)
    for level, id_ in levels:
        by_level[level].append(id_)
    for level in range(Level.COUNTY, Level.GRID + 1):
        storey = f"{Level(level).name.lower()}_id"
        if ids := by_level[level]:
            matters = Matter.objects.filter(**{f"{storey}__in": ids}, closed_at=None)
            yield from matters.values_list(storey).annotate(count=Count("pk")).order_by(storey)
