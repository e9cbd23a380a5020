"""What statistics and search read in a concern."""

from collections.abc import Mapping, Sequence

from guapeng.apps.concerns.models import Category, Concern
from guapeng.kernel.matters.statistics.meanings import CategoryName, Meaning
from guapeng.web.words import named


def categories() -> Sequence[CategoryName]:
    """Return the instance's own table of categories."""
    rows = Category.objects.values_list("code", "name", "parent__code")
    return [CategoryName(code, named(name), above or "") for code, name, above in rows]


def words(matters: Sequence[int]) -> Mapping[int, str]:
    """Return the reporters' own words, which those involved may search."""
    return dict(Concern.objects.filter(pk__in=matters).values_list("pk", "text"))


CONCERNS = Meaning(
    workflow="concern",
    contact=("contact",),
    redo=("verify", "judge", "follow_up", "conclude"),
    redo_to=("acting",),
    reopen=("reopen",),
    taken_over="take_over",
    left_out=("returned", "merged", "referred", "withdrawn"),
    categories=categories,
)
