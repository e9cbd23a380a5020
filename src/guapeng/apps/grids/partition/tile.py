"""From buildings to areas: grids that cover their community without gap or overlap.

A border runs along lines that separate, else halfway between the walls of compounds, else halfway
between footprints; so it follows streets and never cuts a building. What is drawn is one network of
lines, noded once; its faces are dealt out, so neighbours share their border to the last digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from guapeng.apps.grids.partition.county import Community, Floats, Ints, Shapes
from guapeng.apps.grids.partition.graph import Graph
from guapeng.apps.grids.partition.voronoi import ridges

_STEP: Final = 5.0
"""Metres between the points by which a wall is told."""
_INWARD: Final = 0.4
"""Metres by which walls are drawn in, so that those that touch still have an inside."""
_BENDS: Final = (6.0, 3.0, 1.5)
"""Metres of a bend that is straightened, tried in turn (square root of its triangle's area)."""
_SHORTEST_LINE: Final = 1.0
_BEYOND: Final = 1.0
"""Metres by which borders reach over walls, so that they surely meet them."""
_ROUNDS: Final = 20


@dataclass(frozen=True)
class _Sites:
    """Points that tell to which grid the land around them belongs."""

    places: Floats
    grid: Ints


def areas(community: Community, graph: Graph, grid: Ints, grids: int) -> Shapes:
    """Return the (grids) areas of a division, in metres.

    Args:
        community: with outline, footprints, compounds and lines.
        graph: of its buildings.
        grid: (n) the grid of each building, from 0.
        grids: how many.

    Their union is the outline; two of them share borders only. Each is one polygon, unless its
    buildings lie on both sides of something that no border can lead around.
    """
    if grids == 1:
        return np.array([community.outline], dtype=object)
    drawn = _drawn(community, graph, grid, grids)
    for lean in _LEANER:
        if _whole(drawn):
            break
        other = _drawn(lean(community), graph, grid, grids)
        drawn = other if len(shapely.get_parts(other)) < len(shapely.get_parts(drawn)) else drawn
    return _straightened(drawn, community, grid)


def _without_walls(community: Community) -> Community:
    open_ones = tuple(replace(one, outline=None) for one in community.compounds)
    return replace(community, compounds=open_ones)


def _without_lines(community: Community) -> Community:
    return replace(_without_walls(community), lines=())


def _by_middles(community: Community) -> Community:
    """Return it without what has width: its cells are those by which neighbours are told."""
    return replace(_without_lines(community), footprints=shapely.points(community.places))


_LEANER: Final = (_without_walls, _without_lines, _by_middles)
"""What to draw by, one after the other, when a grid falls apart."""


def _whole(drawn: Shapes) -> bool:
    return all(one.geom_type == "Polygon" for one in drawn)


def _straightened(drawn: Shapes, community: Community, grid: Ints) -> Shapes:
    """Return the areas with straighter borders, as far as no building is cut."""
    covered = shapely.covers(drawn[grid], community.footprints)
    for bend in _BENDS:
        smooth = shapely.coverage_simplify(drawn, bend, simplify_boundary=False)
        still = shapely.covers(smooth[grid], community.footprints) | ~covered
        if still.all() and shapely.is_valid(smooth).all() and _whole(smooth) == _whole(drawn):
            return np.asarray(smooth)
    return drawn


def _drawn(community: Community, graph: Graph, grid: Ints, grids: int) -> Shapes:
    """Return the areas as they come of the network of walls and borders."""
    fields = _fields(community)
    sites = _sites(community, graph, grid)
    parted = _by_field(fields, sites)
    borders = [
        _border(field, mine) for field, mine in zip(fields, parted, strict=True) if len(mine.grid)
    ]
    walls = [shapely.boundary(field) for field in fields]
    network = shapely.union_all([*walls, *(border for border in borders if border is not None)])
    faces = shapely.get_parts(shapely.polygonize([network]))
    faces = faces[shapely.covers(community.outline, shapely.point_on_surface(faces))]
    owner = _owners(faces, fields, parted, sites)
    return _joined(faces, owner, community, grids)


def _fields(community: Community) -> Shapes:
    """Return the pieces into which lines cut the community."""
    within = [line.path.intersection(community.outline) for line in community.lines]
    inside = [
        line.path.intersection(community.outline.buffer(_BEYOND))
        for line, path in zip(community.lines, within, strict=True)
        if path.length > _SHORTEST_LINE
    ]
    if not inside:
        return np.array([community.outline], dtype=object)
    network = shapely.union_all([community.outline.boundary, *inside])
    pieces = shapely.get_parts(shapely.polygonize([network]))
    inner = shapely.covers(community.outline, shapely.point_on_surface(pieces))
    return np.asarray(pieces[inner])


def _sites(community: Community, graph: Graph, grid: Ints) -> _Sites:
    """Return walls of compounds and buildings along borders, and the middles of all others."""
    differs = grid[graph.beside[:, 0]] != grid[graph.beside[:, 1]]
    at_border = np.zeros(len(grid), dtype=bool)
    at_border[graph.beside[differs].ravel()] = True
    shapes: list[Any] = []
    labels: list[int] = []
    alone = np.ones(len(grid), dtype=bool)
    for number, compound in enumerate(community.compounds):
        mine = community.compound == number
        if compound.outline is None or not at_border[mine].any():
            continue
        inside = mine | shapely.contains_xy(compound.outline, *community.places.T)
        if len(set(grid[inside].tolist())) == 1:
            shapes.append(compound.outline)
            labels.append(int(grid[inside][0]))
            alone &= ~inside
    walls = np.flatnonzero(alone & at_border)
    shapes += list(community.footprints[walls])
    labels += grid[walls].tolist()
    quiet = np.flatnonzero(alone & ~at_border)
    places, owner = _wall_points(shapes, np.array(labels, dtype=np.int64))
    return _distinct(
        np.vstack([places, community.places[quiet]]), np.concatenate([owner, grid[quiet]])
    )


def _wall_points(shapes: Sequence[Any], labels: Ints) -> tuple[Floats, Ints]:
    if not shapes:
        return np.empty((0, 2)), labels
    walls = np.array(shapes, dtype=object)
    dense = shapely.segmentize(walls, _STEP)
    places, whose = shapely.get_coordinates(dense, return_index=True)
    inward = shapely.get_coordinates(shapely.centroid(walls))[whose] - places
    length = np.maximum(np.linalg.norm(inward, axis=1), 1e-9)
    return places + inward / length[:, None] * np.minimum(_INWARD, length)[:, None], labels[whose]


def _distinct(places: Floats, grid: Ints) -> _Sites:
    _, first = np.unique(np.round(places, 3), axis=0, return_index=True)
    first.sort()
    return _Sites(places[first], grid[first])


def _by_field(fields: Shapes, sites: _Sites) -> list[_Sites]:
    if len(fields) == 1:
        return [sites]
    nearest = shapely.STRtree(fields).nearest(shapely.points(sites.places))
    return [
        _Sites(sites.places[nearest == at], sites.grid[nearest == at]) for at in range(len(fields))
    ]


def _border(field: Any, sites: _Sites) -> Any:
    """Return the lines between sites of different grids in a field, None if there are none.

    They end a little beyond the field: where they meet its walls, the network's nodes decide.
    """
    if len(set(sites.grid.tolist())) == 1:
        return None
    pairs, ends = ridges(sites.places)
    between = sites.grid[pairs[:, 0]] != sites.grid[pairs[:, 1]]
    lines = shapely.multilinestrings(shapely.linestrings(ends[between]))
    return shapely.intersection(lines, shapely.buffer(field, _BEYOND))


def _owners(faces: Shapes, fields: Shapes, parted: list[_Sites], sites: _Sites) -> Ints:
    """Return the grid of each face: that of the nearest site on its side of every line."""
    inner = shapely.point_on_surface(faces)
    places = shapely.get_coordinates(inner)
    whose = shapely.STRtree(fields).nearest(inner)
    owner = np.empty(len(faces), dtype=np.int64)
    for at in range(len(fields)):
        mine = np.flatnonzero(whose == at)
        near = parted[at] if len(parted[at].grid) else sites
        owner[mine] = near.grid[cKDTree(near.places).query(places[mine])[1]]
    return owner


def _joined(faces: Shapes, owner: Ints, community: Community, grids: int) -> Shapes:
    """Join the faces of each grid, and give islands without buildings to who lies around them."""
    at = shapely.STRtree(faces).nearest(shapely.points(community.places))
    held = np.bincount(at, minlength=len(faces))
    for _ in range(_ROUNDS):
        whole = [shapely.union_all(faces[owner == g]) for g in range(grids)]
        loose = [
            piece
            for g in range(grids)
            for piece in _islands(whole[g], faces[(owner == g) & (held > 0)])
        ]
        if not loose or not _hand_over(loose, faces, owner, whole):
            break
    return np.array(whole, dtype=object)


def _islands(whole: Any, settled: Shapes) -> list[Any]:
    """Return the pieces of a grid without buildings, if it has other pieces."""
    pieces = shapely.get_parts(whole)
    if len(pieces) == 1:
        return []
    inner = shapely.multipoints(shapely.get_coordinates(shapely.point_on_surface(settled)))
    return [piece for piece in pieces if not piece.intersects(inner)]


def _hand_over(loose: list[Any], faces: Shapes, owner: Ints, whole: Sequence[Any]) -> bool:
    """Give each loose piece to the grid with which it shares the longest border."""
    given = False
    inner = shapely.point_on_surface(faces)
    for piece in loose:
        mine = shapely.covers(piece, inner)
        shared = [
            0.0 if g in owner[mine] else float(piece.boundary.intersection(other).length)
            for g, other in enumerate(whole)
        ]
        if max(shared) > 0:
            owner[mine] = int(np.argmax(shared))
            given = True
    return given
