"""Why a grid is as it is: sentences that name the building, compound or line that decides."""

from collections.abc import Iterator

import numpy as np
import shapely
from django.utils.translation import gettext as _

from guapeng.apps.grids.partition import Range
from guapeng.apps.grids.partition.county import Ints
from guapeng.apps.grids.plans.draft import Draft, facts
from guapeng.apps.grids.plans.ground import Ground


def explain(draft: Draft, ground: Ground, code: str) -> list[str]:
    """Return what is to be said of one grid: its size, and what keeps it from another one."""
    (told,) = [one for one in facts(draft, ground) if one.grid.code == code]
    community, rule = ground.community, ground.rule
    rows = np.array([at for at, one in enumerate(community.ids) if draft.of[one] == code], np.int64)
    said = {"households": told.households, "least": rule.least, "most": rule.most}
    sentences = [_("共%(households)d户，规定%(least)d至%(most)d户") % said]
    if told.missing > 0:
        sentences.append(_("还差%(count)d户") % {"count": told.missing})
    if told.missing < 0:
        sentences.append(_("超过%(count)d户") % {"count": -told.missing})
    if told.loose:
        wording = _("有%(count)d栋楼与其余不相连，如%(building)s")
        sentences.append(wording % {"count": len(told.loose), "building": told.loose[0]})
    sentences += _of_part(ground, rows, rule)
    sentences += _of_buildings(ground, rows, rule)
    sentences += _of_compounds(ground, rows, rule)
    sentences += _of_lines(ground, rows)
    return sentences


def _of_part(ground: Ground, rows: Ints, rule: Range) -> Iterator[str]:
    """Tell of the connected part in which the grid lies, where no number of grids fits it."""
    part = ground.graph.part
    for number in np.unique(part[rows]).tolist():
        total = int(ground.community.households[part == number].sum())
        if -(-total // rule.most) > total // rule.least:
            wording = _("所在的一片共%(total)d户，无论分成几个网格都不能全在规定之内")
            yield wording % {"total": total}


def _of_buildings(ground: Ground, rows: Ints, rule: Range) -> Iterator[str]:
    community = ground.community
    heavy = rows[int(community.households[rows].argmax())]
    households = int(community.households[heavy])
    if households > rule.most - rule.least:
        wording = _("楼栋%(building)s有%(households)d户，不拆开")
        yield wording % {"building": community.ids[heavy], "households": households}


def _of_compounds(ground: Ground, rows: Ints, rule: Range) -> Iterator[str]:
    community = ground.community
    for number in np.unique(community.compound[rows]).tolist():
        if number < 0:
            continue
        mine = community.compound == number
        total = int(community.households[mine].sum())
        inside = int(community.households[rows][community.compound[rows] == number].sum())
        said = {"name": community.compounds[number].name, "total": total, "inside": inside}
        if inside < total and total > rule.most:
            yield _("小区“%(name)s”共%(total)d户，超过上限，只能分开；这里有%(inside)d户") % said
        elif inside < total:
            yield _("小区“%(name)s”共%(total)d户，其中%(inside)d户在这里") % said
        else:
            yield _("小区“%(name)s”%(total)d户整个在这里") % said


def _of_lines(ground: Ground, rows: Ints) -> Iterator[str]:
    """Tell which hard lines lie between the grid and its surroundings."""
    community, graph = ground.community, ground.graph
    mine = np.zeros(len(community.ids), dtype=bool)
    mine[rows] = True
    beside = graph.beside[mine[graph.beside[:, 0]] != mine[graph.beside[:, 1]]]
    if not len(beside):
        return

    ways = shapely.linestrings(community.places[beside])
    for line in community.lines:
        if shapely.intersects(line.path, ways).any():
            wording = _("以“%(name)s”为界，只在过点通行") if line.hard else _("以“%(name)s”为界")
            yield wording % {"name": line.name or line.id}
