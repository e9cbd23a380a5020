"""From an approved version to the grids of the house: dated rows, heirs, areas, and what waits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guapeng.apps.grids.models import Redivision
from guapeng.apps.grids.partition.lineage import Load, Way, heirs
from guapeng.apps.grids.partition.tile import areas
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.draft import Draft, ways
from guapeng.apps.grids.plans.errors import NotReady
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.specials import OwnGrid, own_grids
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.imports import take_list
from guapeng.kernel.divisions.models import Division

Waiting = list[dict[str, Any]]


def publish(case: Redivision, *, at: dt.datetime) -> Waiting:
    """Make the version's grids those of the community from its day on; return what waits.

    The community's grids are told to the divisions as a list with its own past (``formerly``), so
    heirs, posts, units, households and open matters follow as they do for every list. A grid that
    goes on keeps its row and is given its new area. So do grids of organs, parks and schools (901
    to 999) that the version has; one that the version in force had and this one has not ends, and
    one of which no survey knew stays as it is. Within the caller's transaction; the same again
    changes nothing.

    Raises:
        NotReady: the community has ended without an only heir meanwhile, or its list is refused.
    """
    survey, day = case.plan.survey, case.effective_on
    ground = Ground.of(survey, queries.options(on=day))
    draft = Draft.of_version(case.version)
    made = _Made(draft, own_grids(case.version, ground), ground)
    communities = divisions.successors(case.plan.division, on=day)
    if len(communities) != 1:
        raise NotReady(_("这个社区（村）已经拆分或撤销，须重新划分"))
    community = communities[0]
    standing = queries.grids_of(community, on=day)
    before, names = queries.assignment_today(community, ground.surveyed, on=day, with_own=True)
    went = ways(before, made.of, made.households)
    kept = _unknown(community, made, standing, on=day)
    past = _past(heirs(went), made, standing)
    listed = _listed(community, made, kept, past)
    report = take_list(
        list(enumerate(listed, start=1)), scheme=community.scheme, valid_from=day, at=at
    )
    if report.problems:
        raise NotReady(report.problems[0].told(_))
    _draw(community, made, day=day, datum=survey.system)
    waiting: Waiting = [
        {"code": one.code, "name": one.name, "words": list(one.words)} for one in report.waiting
    ]
    wording = _("不在底图里，仍是原来的范围，可能与别的网格重叠")
    overlaps = [
        {"code": one.code, "name": one.name, "words": [wording]} for one in kept if one.outline
    ]
    return [*waiting, *_changed_hands(went, {**names, **made.names}), *overlaps]


@dataclass(frozen=True)
class _Made:
    """The grids of a version: the general ones and those of their own."""

    draft: Draft
    own: tuple[OwnGrid, ...]
    ground: Ground

    @cached_property
    def names(self) -> dict[str, str]:
        """By code."""
        general = {one.code: one.name for one in self.draft.grids}
        return general | {one.code: one.name for one in self.own}

    @cached_property
    def of(self) -> dict[str, str]:
        """The code by building, of all that are surveyed."""
        ids = self.ground.surveyed.ids
        inside = {ids[row]: one.code for one in self.own for row in one.own.rows.tolist()}
        return {**self.draft.of, **inside}

    @cached_property
    def households(self) -> dict[str, int]:
        """By building."""
        surveyed = self.ground.surveyed
        return dict(zip(surveyed.ids, surveyed.households.tolist(), strict=True))


def _unknown(
    community: Division, made: _Made, standing: list[Division], *, on: dt.date
) -> list[Division]:
    """Return the grids of their own that stand and of which no survey has known."""
    force = queries.in_force(community, on=on)
    known = {one["code"] for one in force.version.specials} if force else set()
    return [
        one
        for one in standing
        if not queries.is_general(one.code) and one.code not in (known | made.names.keys())
    ]


def _past(lived_on: Iterable[Way], made: _Made, standing: list[Division]) -> dict[str, list[str]]:
    """Return by code the codes of what a grid was made of.

    A new grid of its own in which nobody's building stood, a park, is a part of the grid that had
    most of its land.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for old, new in sorted(lived_on):
        found[new].append(old)
    codes = {one.code for one in standing}
    for one in made.own:
        if one.code not in codes and one.code not in found:
            found[one.code] = _land_of(one, standing, made.ground)
    return found


def _land_of(own: OwnGrid, standing: list[Division], ground: Ground) -> list[str]:
    area = shapely.transform(own.own.area, ground.community.plane.degrees)
    drawn = [one for one in standing if one.outline]
    outlines = shapely.from_wkb([bytes(one.outline or b"") for one in drawn])
    shared = shapely.area(shapely.intersection(outlines, area)) if drawn else np.empty(0)
    return [drawn[int(shared.argmax())].code] if shared.any() else []


def _listed(
    community: Division,
    made: _Made,
    kept: list[Division],
    past: Mapping[str, Sequence[str]],
) -> list[dict[str, str]]:
    """Return the rows of the list: the community, and every grid that it has from now on."""
    above = Division.objects.get(pk=community.parent_id) if community.parent_id else None
    row = {"code": community.code, "name": community.name, "parent": above.code if above else ""}
    stay = [{"code": one.code, "name": one.name, "parent": community.code} for one in kept]
    drawn = [
        {
            "code": code,
            "name": name,
            "parent": community.code,
            "formerly": " ".join(past.get(code, ())),
        }
        for code, name in made.names.items()
    ]
    return [row, *drawn, *stay]


def _draw(community: Division, made: _Made, *, day: dt.date, datum: str) -> None:
    """Give the grids their areas and households."""
    ground = made.ground
    place = made.draft.places(ground.community)
    drawn = areas(ground.community, ground.graph, place, len(made.draft.grids))
    loads = np.bincount(
        place, weights=ground.community.households, minlength=len(made.draft.grids)
    ).astype(int)
    general = [one.code for one in made.draft.grids]
    found = [
        *zip(general, drawn, loads.tolist(), strict=True),
        *((one.code, one.own.area, one.households) for one in made.own),
    ]
    rows = {one.code: one for one in queries.grids_of(community, on=day)}
    changed = []
    for code, metres, households in found:
        area = shapely.transform(metres, ground.community.plane.degrees)
        inside = area.representative_point()
        row = rows[code]
        row.outline, row.datum = shapely.to_wkb(area), datum.upper()
        row.lon, row.lat = inside.x, inside.y
        row.households = households
        changed.append(row)
    Division.objects.bulk_update(changed, ["outline", "datum", "lon", "lat", "households"])


def _changed_hands(went: Mapping[Way, Load], names: Mapping[str, str]) -> Waiting:
    """Return how many buildings left a grid without being what it lives on in."""
    lived_on = heirs(went)
    return [
        {"code": old, "name": names[old], "words": [_went(names[new], load)]}
        for (old, new), load in sorted(went.items())
        if old != new and (old, new) not in lived_on
    ]


def _went(to: str, load: Load) -> str:
    households, buildings = load
    wording = ngettext(
        "%(count)d栋楼（%(households)d户）划入%(grid)s，台账里的住户和未办结事项须核对",
        "%(count)d栋楼（%(households)d户）划入%(grid)s，台账里的住户和未办结事项须核对",
        buildings,
    )
    return wording % {"count": buildings, "households": households, "grid": to}
