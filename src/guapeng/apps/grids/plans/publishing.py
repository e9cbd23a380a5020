"""From an approved version to the grids of the house: dated rows, heirs, areas, and what waits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guapeng.apps.grids.models import Redivision
from guapeng.apps.grids.partition.tile import areas
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.draft import Draft, lineage, moved
from guapeng.apps.grids.plans.errors import NotReady
from guapeng.apps.grids.plans.ground import Ground
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.imports import take_list
from guapeng.kernel.divisions.models import Division

Waiting = list[dict[str, Any]]


def publish(case: Redivision, *, at: dt.datetime) -> Waiting:
    """Make the version's grids those of the community from its day on; return what waits.

    The community's grids are told to the divisions as a list with its own past (``formerly``), so
    heirs, posts, units, households and open matters follow as they do for every list. A grid that
    goes on keeps its row and is given its new area. Grids of organs, parks and schools (901 to
    999) stay as they are. Within the caller's transaction; the same again changes nothing.

    Raises:
        NotReady: the community has ended without an only heir meanwhile, or its list is refused.
    """
    survey, day = case.plan.survey, case.effective_on
    ground = Ground.of(survey, least=queries.rule_of(survey.kind, on=day).least)
    draft = Draft.of_version(case.version)
    communities = divisions.successors(case.plan.division, on=day)
    if len(communities) != 1:
        raise NotReady(_("这个社区（村）已经拆分或撤销，须重新划分"))
    community = communities[0]
    standing = queries.grids_of(community, on=day)
    before, _names = queries.assignment_today(community, ground.community, on=day)
    listed = _listed(community, draft, standing, lineage(before, draft.of))
    report = take_list(
        list(enumerate(listed, start=1)), scheme=community.scheme, valid_from=day, at=at
    )
    if report.problems:
        raise NotReady(report.problems[0].told(_))
    _draw(community, draft, ground, day=day, datum=survey.system)
    waiting: Waiting = [
        {"code": one.code, "name": one.name, "words": list(one.words)} for one in report.waiting
    ]
    return [*waiting, *_changed_hands(draft, before, ground)]


def _listed(
    community: Division,
    draft: Draft,
    standing: list[Division],
    made_of: Mapping[str, tuple[str, ...]],
) -> list[dict[str, str]]:
    """Return the rows of the list: the community, and every grid that it has from now on."""
    above = Division.objects.get(pk=community.parent_id) if community.parent_id else None
    row = {"code": community.code, "name": community.name, "parent": above.code if above else ""}
    special = [one for one in standing if not queries.is_general(one.code)]
    kept = [{"code": one.code, "name": one.name, "parent": community.code} for one in special]
    general = [
        {
            "code": one.code,
            "name": one.name,
            "parent": community.code,
            "formerly": " ".join(made_of.get(one.code, ())),
        }
        for one in draft.grids
    ]
    return [row, *general, *kept]


def _draw(community: Division, draft: Draft, ground: Ground, *, day: dt.date, datum: str) -> None:
    """Give the grids their areas and households."""
    place = draft.places(ground.community)
    drawn = areas(ground.community, ground.graph, place, len(draft.grids))
    rows = {one.code: one for one in queries.grids_of(community, on=day)}
    changed = []
    for at, one in enumerate(draft.grids):
        area = shapely.transform(drawn[at], ground.community.plane.degrees)
        inside = area.representative_point()
        row = rows[one.code]
        row.outline, row.datum = shapely.to_wkb(area), datum.upper()
        row.lon, row.lat = inside.x, inside.y
        row.households = int(ground.community.households[place == at].sum())
        changed.append(row)
    Division.objects.bulk_update(changed, ["outline", "datum", "lon", "lat", "households"])


def _changed_hands(draft: Draft, before: Mapping[str, str], ground: Ground) -> Waiting:
    """Return how many buildings went from one grid to another that both go on."""
    goes_on = {one.code for one in draft.grids} & set(before.values())
    counted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in moved(before, draft.of, ground.community):
        if one.before in goes_on and one.after in goes_on:
            counted[one.before, one.after].append(one.households)
    names = {one.code: one.name for one in draft.grids}
    return [
        {"code": old, "name": names[old], "words": [_went(names[new], households)]}
        for (old, new), households in sorted(counted.items())
    ]


def _went(to: str, households: list[int]) -> str:
    wording = ngettext(
        "%(count)d栋楼（%(households)d户）划入%(grid)s，台账里的住户和未办结事项须核对",
        "%(count)d栋楼（%(households)d户）划入%(grid)s，台账里的住户和未办结事项须核对",
        len(households),
    )
    return wording % {"count": len(households), "households": sum(households), "grid": to}
