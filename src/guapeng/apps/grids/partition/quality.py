"""How good a division is, in figures that people can picture."""

from collections.abc import Mapping

import numpy as np

from guapeng.apps.grids.partition.county import Community, Ints, Range, Shapes
from guapeng.apps.grids.partition.graph import Graph
from guapeng.apps.grids.partition.pieces import sides_of


def quality(
    community: Community, graph: Graph, grid: Ints, areas: Shapes, rule: Range
) -> Mapping[str, float]:
    """Return the figures of a division.

    Args:
        community: with n buildings.
        graph: of its buildings.
        grid: (n) from 0.
        areas: (k) polygons.
        rule: the range.

    ``walk`` is the mean way in metres from a household to the middle of its grid;
    ``compactness`` the mean of 4 pi area / perimeter² (Polsby and Popper); ``splits`` the parts of
    compounds beyond what ``rule.most`` forces; ``road`` and ``hard`` the grids that lie on both
    sides of a main road, or of a river, railway or expressway; ``spread`` the standard deviation of
    households in a grid.
    """
    households = community.households
    loads = np.bincount(grid, weights=households, minlength=len(areas))
    east, north = (
        np.bincount(grid, weights=households * community.places[:, axis], minlength=len(areas))
        / np.maximum(loads, 1)
        for axis in (0, 1)
    )
    ways = np.hypot(community.places[:, 0] - east[grid], community.places[:, 1] - north[grid])
    return {
        "walk": round(float((ways * households).sum()) / max(1, community.total), 1),
        "compactness": round(
            float(np.mean([4 * np.pi * area.area / area.length**2 for area in areas])), 3
        ),
        "splits": _splits(community, grid, rule),
        "road": _crossings(community, graph, grid, hard=False),
        "hard": _crossings(community, graph, grid, hard=True),
        "spread": round(float(loads.std()), 1),
    }


def _splits(community: Community, grid: Ints, rule: Range) -> int:
    total = 0
    for number in range(len(community.compounds)):
        mine = community.compound == number
        forced = max(1, -(-int(community.households[mine].sum()) // rule.most))
        total += max(0, len(np.unique(grid[mine])) - forced)
    return total


def _crossings(community: Community, graph: Graph, grid: Ints, *, hard: bool) -> int:
    total = 0
    for line, sides in sides_of(community, len(grid), graph.one, graph.other, graph.crosses):
        if line.hard == hard:
            pairs = np.unique(np.stack([grid, sides], axis=1), axis=0)
            total += len(pairs) - len(np.unique(grid))
    return total
