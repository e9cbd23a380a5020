"""What statistics and search read in a whistle: coming is the contact, the whistler judges."""

from collections.abc import Mapping, Sequence

from guapeng.apps.whistle.models import Whistle
from guapeng.kernel.matters.statistics.meanings import Meaning


def words(matters: Sequence[int]) -> Mapping[int, str]:
    """Return what the community wrote, which those involved may search."""
    rows = Whistle.objects.filter(pk__in=matters).values_list("pk", "problem", "tried")
    return {pk: f"{problem} {tried}" for pk, problem, tried in rows}


WHISTLES = Meaning(
    workflow="whistle",
    contact=("report_in",),
    left_out=("refused", "ended"),
    solved_at=("closed",),
    unsolved_at=("again",),
)
