"""Why grids are out of range, and what else could be done: sentences for those who decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from guapeng.apps.grids.partition.count import Count
from guapeng.apps.grids.partition.county import Community, Ints, Range
from guapeng.apps.grids.partition.graph import Graph
from guapeng.plain.unfit import gettext_noop

_WORDINGS: Final = {
    "small": gettext_noop(
        "共%(households)s户，不足%(least)s户，整村（社区）设一个网格；可与邻村商议合管，但网格不跨村"
    ),
    "between": gettext_noop(
        "共%(households)s户：设%(few)s个网格则平均%(few_each)s户，设%(many)s个则平均%(many_each)s户，"
        "都不在%(least)s至%(most)s户之内；这里取%(grids)s个"
    ),
    "cut_off": gettext_noop(
        "被“%(lines)s”隔开的一片有%(households)s户：设%(few)s个网格则平均%(few_each)s户，"
        "设%(many)s个则平均%(many_each)s户，都不在%(least)s至%(most)s户之内；这里取%(grids)s个，"
        "也可以跨线与另一侧合并"
    ),
    "cut_off_small": gettext_noop(
        "被“%(lines)s”隔开的一片有%(households)s户，不足%(least)s户，单独设一个网格；也可以跨线并入另一侧"
    ),
    "tied_on": gettext_noop(
        "被“%(lines)s”隔开的一片有%(households)s户，单独划不进范围，与另一侧一起划分；也可以单独设一个网格"
    ),
    "large_building": gettext_noop(
        "楼栋“%(building)s”一栋就有%(households)s户，超过%(most)s户；楼栋不拆开，可按单元另行划分"
    ),
    "refuted": gettext_noop(
        "%(households)s户分成%(grids)s个网格，受楼栋大小和相连关系所限，已证明不可能都在"
        "%(least)s至%(most)s户之内；范围外的网格里最大的楼栋是“%(building)s”（%(building_households)s户）；"
        "放宽到%(low)s至%(high)s户即可，或把这栋按单元分开"
    ),
    "not_found": gettext_noop(
        "%(households)s户分成%(grids)s个网格，没有找到都在%(least)s至%(most)s户之内的办法；"
        "范围外的网格里最大的楼栋是“%(building)s”（%(building_households)s户）；"
        "放宽到%(low)s至%(high)s户即可，或换一个种子再算"
    ),
    "one_more_refuted": gettext_noop(
        "最少应为%(fewest)s个网格，已证明不可能都在范围内，所以设%(grids)s个"
    ),
    "one_more_not_found": gettext_noop(
        "最少应为%(fewest)s个网格，没有找到都在范围内的办法，所以设%(grids)s个"
    ),
}


@dataclass(frozen=True)
class Reason:
    """A reason.

    Attributes:
        code: what programs compare.
        given: what fills the sentence.
    """

    code: str
    given: Mapping[str, Any]

    @property
    def wording(self) -> str:
        """The sentence with its places still open."""
        return _WORDINGS[self.code]

    @property
    def told(self) -> str:
        """The sentence."""
        return self.wording % self.given


def why(  # noqa: PLR0917 - what is divided, and how
    community: Community,
    graph: Graph,
    rows: Ints,
    grid: Ints,
    wanted: Count,
    rule: Range,
    *,
    refuted: bool = False,
) -> Reason | None:
    """Return why grids are out of range, None if all are in it.

    Args:
        community: that is divided.
        graph: of its buildings.
        rows: (p) buildings of the part.
        grid: (p) their grids, from 0.
        wanted: what was asked of the search.
        rule: the range.
        refuted: whether it is proven that they cannot all be in range.
    """
    loads = np.bincount(grid, weights=community.households[rows]).astype(np.int64)
    beyond = (loads < rule.least) | (loads > rule.most)
    if not beyond.any():
        return None
    counted = {
        "households": int(loads.sum()),
        "grids": len(loads),
        "least": rule.least,
        "most": rule.most,
    }
    if not wanted.fits:
        return _none_fits(community, graph, rows, counted, rule)
    heavy = rows[int(community.households[rows].argmax())]
    if community.households[heavy] > rule.most:
        large = {"building": community.ids[heavy], "households": int(community.households[heavy])}
        return Reason("large_building", {**counted, **large})
    blocking = rows[int(np.where(beyond[grid], community.households[rows], -1).argmax())]
    options = {
        "building": community.ids[blocking],
        "building_households": int(community.households[blocking]),
        "low": min(rule.least, int(loads.min())),
        "high": max(rule.most, int(loads.max())),
    }
    return Reason("refuted" if refuted else "not_found", {**counted, **options})


def one_more(fewest: int, grids: int, *, refuted: bool) -> Reason:
    """Tell that more grids were made than the households alone would need."""
    code = "one_more_refuted" if refuted else "one_more_not_found"
    return Reason(code, {"fewest": fewest, "grids": grids})


def tied_on(community: Community, graph: Graph, rows: Ints) -> tuple[Reason, ...]:
    """Tell of each small part that was tied to the others in ``rows``, and across which line."""
    mine = set(rows.tolist())
    return tuple(
        Reason("tied_on", {"households": households, "lines": names})
        for one, other, households in graph.ties.tolist()
        if one in mine and households
        if (names := _lines_between(community, np.array([[one, other]])))
    )


def _lines_between(community: Community, pairs: Ints) -> str:
    """Return the names of the hard lines that lie between buildings."""
    ways = shapely.linestrings(community.places[pairs])
    crossed = [
        line.name or line.id
        for line in community.lines
        if line.hard and shapely.intersects(line.path, ways).any()
    ]
    return "、".join(dict.fromkeys(crossed))


def _none_fits(
    community: Community, graph: Graph, rows: Ints, counted: Mapping[str, Any], rule: Range
) -> Reason:
    households = counted["households"]
    inside = np.isin(graph.beside, rows)
    lines = _lines_between(community, graph.beside[inside[:, 0] != inside[:, 1]])
    if households < rule.least:
        return (
            Reason("cut_off_small", {**counted, "lines": lines})
            if lines
            else Reason("small", counted)
        )
    few = households // rule.least
    choices = {
        "few": few,
        "few_each": round(households / few),
        "many": few + 1,
        "many_each": round(households / (few + 1)),
    }
    if len(rows) == len(community.ids):
        return Reason("between", {**counted, **choices})
    return Reason("cut_off", {**counted, **choices, "lines": lines})
