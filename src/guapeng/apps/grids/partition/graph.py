"""Who is a neighbour of whom: Voronoi cells in the community that touch, and lines between them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from guapeng.apps.grids.partition.county import Community, Floats, Ints, Range
from guapeng.apps.grids.partition.voronoi import ridges

_LEAST_RIDGE: Final = 1.0
"""Metres that two cells must share."""
_THREAD: Final = 0.2
"""Of the way between two buildings: a shorter border between their cells is no land to hang
together by, as at a corner, or where two far-off hamlets just meet."""
_CROSSING_REACH: Final = 150.0
"""Metres from a crossing within which a hard line may be passed."""
_OPEN_LAND: Final = 75.0
"""Metres from a building where its own land ends: a border through open land costs nothing."""
_GAP: Final = 1.5
"""Metres between footprints through which a border still fits."""
_FAR: Final = 60.0
"""Metres from middle to middle beyond which buildings never touch; larger ones are rare."""
_STACKED: Final = 5.0
"""Metres of border given to buildings that stand on the same spot."""


@dataclass(frozen=True)
class Graph:
    """The neighbours of n buildings: e edges, each once.

    Attributes:
        one, other: (e) buildings at the ends, the lower first, sorted.
        border: (e) metres of the border between them, without open land.
        length: (e) metres from building to building.
        crosses: (e, l) which of the community's lines an edge crosses.
        touching: (e) whether the footprints are so near that no border fits between.
        part: (n) the connected part of each building, numbered by its first building.
        land: (n) square metres around a building that are its own.
        beside: (t, 2) buildings whose cells touch, whatever lies between.
        ties: (s, 3) buildings that tie a small part on, and the households of that part.
    """

    one: Ints
    other: Ints
    border: Floats
    length: Floats
    crosses: npt.NDArray[np.bool_]
    touching: npt.NDArray[np.bool_]
    part: Ints
    land: Floats
    beside: Ints
    ties: Ints


def neighbours(community: Community, *, least: int, rule: Range | None = None) -> Graph:
    """Return the graph of a community's buildings.

    Two buildings are neighbours if their Voronoi cells, cut by the community's outline, share more
    than a metre, and a fifth of the way between them unless nothing else connects them. A hard line
    (river, railway, expressway) parts them, except within 150 m of a crossing. Parts that fall off
    with fewer than ``least`` households are tied on by their shortest link to a side that, by
    ``rule``, can be in range with them, else to any; larger ones are divided by themselves.
    """
    found = _ridges(community)
    crosses, passable = _crossings(community, found.one, found.other)
    touching = (found.shared > _LEAST_RIDGE) & passable
    kept = _holding(len(community.ids), found, touching)
    tied, ties = _ties(community, found, kept, least, rule)
    used = np.flatnonzero(kept | tied)
    n = len(community.ids)
    return Graph(
        one=found.one[used],
        other=found.other[used],
        border=np.maximum(found.border[used], _LEAST_RIDGE),
        length=found.length[used],
        crosses=crosses[used],
        touching=_touching(community, found.one[used], found.other[used], found.length[used]),
        part=_parts(n, found.one[used], found.other[used]),
        land=_land(n, found),
        beside=np.stack([found.one, found.other], axis=1)[found.shared > _LEAST_RIDGE],
        ties=ties,
    )


@dataclass(frozen=True)
class _Ridges:
    one: Ints
    other: Ints
    shared: Floats
    border: Floats
    length: Floats


def _ridges(community: Community) -> _Ridges:
    sites, first, twin = np.unique(community.places, axis=0, return_index=True, return_inverse=True)
    pairs, ends = ridges(sites)
    segments = shapely.linestrings(ends)
    shapely.prepare(community.outline)
    shared = np.asarray(shapely.length(segments))
    cut = np.flatnonzero(~shapely.contains_properly(community.outline, segments))
    shared[cut] = shapely.length(shapely.intersection(segments[cut], community.outline))
    length = np.linalg.norm(sites[pairs[:, 0]] - sites[pairs[:, 1]], axis=1)
    border: Floats = np.minimum(shared, _near_land(sites, pairs, ends, length))
    pairs = np.sort(first[pairs], axis=1)
    stacked = np.flatnonzero(first[twin] != np.arange(len(twin)))
    one = np.concatenate([pairs[:, 0], np.minimum(first[twin[stacked]], stacked)])
    other = np.concatenate([pairs[:, 1], np.maximum(first[twin[stacked]], stacked)])
    extra = np.full(len(stacked), _STACKED)
    order = np.lexsort((other, one))
    return _Ridges(
        one=one[order].astype(np.int64),
        other=other[order].astype(np.int64),
        shared=np.concatenate([shared, extra])[order],
        border=np.concatenate([border, extra])[order],
        length=np.concatenate([length, np.zeros(len(stacked))])[order],
    )


def _near_land(sites: Floats, pairs: Ints, ends: Floats, length: Floats) -> Floats:
    """Return how much of each ridge lies within ``_OPEN_LAND`` of the buildings beside it."""
    a, b = sites[pairs[:, 0]], sites[pairs[:, 1]]
    middle = (a + b) / 2
    along = np.stack([-(b - a)[:, 1], (b - a)[:, 0]], axis=1) / np.maximum(length, 1e-9)[:, None]
    reach = np.sqrt(np.maximum(_OPEN_LAND**2 - (length / 2) ** 2, 0.0))
    begin = ((ends[:, 0] - middle) * along).sum(axis=1)
    end = ((ends[:, 1] - middle) * along).sum(axis=1)
    low = np.maximum(np.minimum(begin, end), -reach)
    high = np.minimum(np.maximum(begin, end), reach)
    return np.asarray(np.maximum(high - low, 0.0))


def _crossings(
    community: Community, one: Ints, other: Ints
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which edges cross which lines, and which may."""
    crosses = np.zeros((len(one), len(community.lines)), dtype=bool)
    passable = np.ones(len(one), dtype=bool)
    if not community.lines or not len(one):
        return crosses, passable
    edges = shapely.linestrings(np.stack([community.places[one], community.places[other]], axis=1))
    for at, line in enumerate(community.lines):
        shapely.prepare(line.path)
        crosses[:, at] = shapely.intersects(line.path, edges)
        if line.hard:
            met = np.flatnonzero(crosses[:, at])
            where = shapely.intersection(edges[met], line.path)
            places = shapely.multipoints(line.crossings)
            passable[met] &= shapely.dwithin(where, places, _CROSSING_REACH)
    return crosses, passable


def _holding(n: int, ridges: _Ridges, touching: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which borders are wide enough to hang together by, or the widest where none is."""
    wide = ridges.shared >= _THREAD * ridges.length
    strong = touching & wide
    part = _parts(n, ridges.one[strong], ridges.other[strong])
    weak = np.flatnonzero(touching & ~wide & (part[ridges.one] != part[ridges.other]))
    if len(weak):
        share = ridges.shared[weak] / np.maximum(ridges.length[weak], 1e-9)
        between = np.sort(np.stack([part[ridges.one[weak]], part[ridges.other[weak]]]), axis=0)
        order = np.lexsort((weak, -share))
        _, first = np.unique(between[:, order], axis=1, return_index=True)
        strong[weak[order][first]] = True
    return strong


def _touching(
    community: Community, one: Ints, other: Ints, length: Floats
) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(one), dtype=bool)
    near = np.flatnonzero(length < _FAR)
    shapes = community.footprints
    found[near] = shapely.dwithin(shapes[one[near]], shapes[other[near]], _GAP)
    return found


def _parts(n: int, one: Ints, other: Ints) -> Ints:
    links = coo_array((np.ones(len(one)), (one, other)), shape=(n, n))
    part = connected_components(links, directed=False)[1]
    _, first, number = np.unique(part, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number].astype(np.int64)


def _ties(
    community: Community,
    ridges: _Ridges,
    kept: npt.NDArray[np.bool_],
    least: int,
    rule: Range | None,
) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Tell which dropped edges tie small parts on, each by its shortest, smallest parts first.

    With them the buildings that they tie, and the households of the part.
    """
    tied = np.zeros(len(kept), dtype=bool)
    told: list[tuple[int, int, int]] = []
    n = len(community.ids)
    while True:
        used = kept | tied
        part = _parts(n, ridges.one[used], ridges.other[used])
        loads = np.bincount(part, weights=community.households)
        small = np.flatnonzero(loads < least)
        outward = part[ridges.one] != part[ridges.other]
        if len(loads) < 2 or not len(small) or not outward.any():  # noqa: PLR2004
            return tied, np.array(told, dtype=np.int64).reshape(-1, 3)
        part_to_tie = small[np.lexsort((small, loads[small]))][0]
        beside = (part[ridges.one] == part_to_tie) | (part[ridges.other] == part_to_tie)
        links = np.flatnonzero(outward & beside)
        if not len(links):
            return tied, np.array(told, dtype=np.int64).reshape(-1, 3)
        inner = links[ridges.shared[links] > _LEAST_RIDGE]
        links = inner if len(inner) else links
        if rule:
            ends = part[np.stack([ridges.one[links], ridges.other[links]])]
            beyond = np.where(ends[0] == part_to_tie, ends[1], ends[0])
            fits = _can_fit(loads[beyond] + loads[part_to_tie], rule)
            links = links[fits] if fits.any() else links
        at = links[np.argmin(ridges.length[links])]
        tied[at] = True
        told.append((int(ridges.one[at]), int(ridges.other[at]), int(loads[part_to_tie])))


def _can_fit(loads: Floats, rule: Range) -> npt.NDArray[np.bool_]:
    """Tell whether a whole number of grids in range holds so many households."""
    return np.asarray(np.ceil(loads / rule.most) <= loads // rule.least)


def _land(n: int, ridges: _Ridges) -> Floats:
    """Return the area of each building's own land: triangles from it to its borders.

    Up to ``_OPEN_LAND`` away; what has no border there is not counted, so it is a little small.
    """
    triangle = ridges.border * ridges.length / 4
    land = np.bincount(ridges.one, weights=triangle, minlength=n)
    return np.asarray(land + np.bincount(ridges.other, weights=triangle, minlength=n))
