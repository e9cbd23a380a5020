"""Reading surveys and plans: what is newest, what is in force, which codes were ever given."""

import datetime as dt
from collections.abc import Mapping, Sequence

import shapely
from django.db.models import Max, QuerySet

from guapeng.apps.grids.models import Plan, Redivision, Survey, Version
from guapeng.apps.grids.partition import Community, Options
from guapeng.apps.grids.sizes import Settings
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.rules import queries as rules

IN_FORCE = "effective"
"""The state of a redivision that has taken effect."""


def options(*, on: dt.date) -> Options:
    """Return how communities are divided on a day, by the dated rules."""
    keys = ("grids.urban", "grids.rural", "grids.choices")
    return Settings.of(*(rules.value(key, on=on) for key in keys)).options()


def newest_surveys() -> QuerySet[Survey]:
    """Return the newest survey of every community that the scope shows, by code."""
    newest = Survey.objects.values("division").annotate(pk_=Max("pk")).values("pk_")
    return (
        Survey.objects.filter(pk__in=newest).select_related("division").order_by("division__code")
    )


def newest_version(plan: Plan) -> Version:
    """Return the last saved state of a plan."""
    found = plan.versions.order_by("-number").first()
    assert found, "a plan begins with a version"
    return found


def in_force(community: Division, *, on: dt.date) -> Redivision | None:
    """Return the redivision of a community that has taken effect last, by a day."""
    found = Redivision.objects.filter(
        plan__division__code=community.code, matter__state=IN_FORCE, effective_on__lte=on
    )
    return found.select_related("version", "plan").order_by("-effective_on", "-pk").first()


def grids_of(community: Division, *, on: dt.date) -> list[Division]:
    """Return the grids of a community on a day, with their outlines, by code."""
    found = divisions.children(community, on=on).filter(level=Level.GRID)
    return list(found.defer(None).order_by("code"))


def out_of_range(surveys: Sequence[Survey], *, on: dt.date) -> dict[int, tuple[int, int]]:
    """Return by survey how many grids its community has on a day, and how many are out of range.

    As the register counts households; a grid of which nothing is known is not out of range.
    """
    codes = {one.division.code: one for one in surveys}
    found = divisions.at(on).filter(level=Level.GRID, parent__code__in=codes)
    ranges = options(on=on).rules
    counted = {one.pk: (0, 0) for one in surveys}
    for grid, parent, households in found.values_list("code", "parent__code", "households"):
        survey = codes[parent]
        rule = ranges.of(survey.kind)
        wrong = households is not None and not rule.least <= households <= rule.most
        total, odd = counted[survey.pk]
        counted[survey.pk] = total + 1, odd + (wrong and is_general(grid))
    return counted


def given_codes(community: Division) -> frozenset[str]:
    """Return every code that a grid of the community ever had."""
    ever = Division.objects.filter(level=Level.GRID, code__startswith=community.code)
    return frozenset(ever.values_list("code", flat=True))


def retired_codes(community: Division, *, on: dt.date) -> frozenset[str]:
    """Return the codes that were given once and stand for no grid on that day."""
    valid = divisions.at(on).filter(level=Level.GRID, code__startswith=community.code)
    return given_codes(community) - frozenset(valid.values_list("code", flat=True))


def assignment_today(
    community: Division, ground: Community, *, on: dt.date, with_own: bool = False
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the grid of each building as it is on a day, and the name of each grid.

    From the version in force; what that does not know, and all where there is none, by the
    outlines of the grids. Buildings in no grid are left out, and without ``with_own`` those in a
    grid of their own, which come before others where outlines overlap.
    """
    grids = [one for one in grids_of(community, on=on) if with_own or is_general(one.code)]
    grids.sort(key=lambda one: is_general(one.code))
    names = {one.code: one.name for one in grids}
    found = dict(_by_outline(grids, ground))
    standing = in_force(community, on=on)
    if standing:
        known = standing.version.assignment
        found.update({b: known[b] for b in ground.ids if known.get(b) in names})
    return found, names


def is_general(code: str) -> bool:
    """Tell whether a code is of a general grid: 901 to 999 are those of organs, parks, schools."""
    return int(code[-3:]) <= 900  # noqa: PLR2004 - as partition.codes has it


def _by_outline(grids: list[Division], ground: Community) -> Mapping[str, str]:
    drawn = [one for one in grids if one.outline]
    if not drawn or not ground.ids:
        return {}
    outlines = shapely.from_wkb([bytes(one.outline or b"") for one in drawn])
    points = shapely.points(ground.plane.degrees(ground.places))
    at, which = shapely.STRtree(outlines).query(points, predicate="intersects")
    first = dict(zip(at[::-1].tolist(), which[::-1].tolist(), strict=True))
    return {ground.ids[row]: drawn[grid].code for row, grid in sorted(first.items())}
