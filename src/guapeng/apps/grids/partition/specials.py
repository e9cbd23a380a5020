"""Grids of their own (专属网格): organs, parks, schools and hospitals, cut out of communities."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from guapeng.apps.grids.partition.county import Community, Ints, Shapes, Special
from guapeng.apps.grids.partition.graph import neighbours
from guapeng.apps.grids.partition.tile import areas

_SMALLEST: Final = 1.0
"""Square metres below which what is left of an area is a slip of the pen."""


def clipped(outline: shapely.Polygon, drawn: Sequence[Any]) -> list[Any]:
    """Return the areas within the outline, without overlaps; None for one of which nothing is left.

    Of two that overlap, the first keeps what both have. What falls apart keeps its largest piece.
    """
    found: list[Any] = []
    for area in drawn:
        others = [one for one in found if one is not None]
        rest = shapely.intersection(area, outline).difference(shapely.union_all(others))
        pieces = [one for one in shapely.get_parts(rest) if one.geom_type == "Polygon"]
        largest = max(pieces, key=lambda one: one.area, default=None)
        found.append(largest if largest is not None and largest.area > _SMALLEST else None)
    return found


def with_specials(
    community: Community, drawn: Sequence[Special], named: Iterable[str]
) -> Community:
    """Return the community with what is a grid of its own: drawn, or told by its buildings.

    Args:
        community: without any.
        drawn: with their areas in degrees; what is outside the community is cut off.
        named: (n) the id or name that each building tells, empty for none.
    """
    told = list(named)
    if not drawn and not any(told):
        return community
    areas = [shapely.transform(one.area, community.plane.metres) for one in drawn]
    kept = [
        (one, area)
        for one, area in zip(drawn, clipped(community.outline, areas), strict=True)
        if area is not None
    ]
    whose = np.full(len(community.ids), -1, dtype=np.int64)
    for at, (_, area) in enumerate(kept):
        whose[shapely.intersects_xy(area, *community.places.T)] = at
    known = {word: at for at, (one, _) in enumerate(kept) for word in (one.id, one.name)}
    others = sorted({one for one in told if one and one not in known})
    for at, word in enumerate(told):
        if word in others and whose[at] < 0:
            whose[at] = len(kept) + others.index(word)
    specials = [replace(one, area=area) for one, area in kept]
    specials += [Special(word, word, "", None) for word in others]
    return without(replace(community, specials=tuple(specials), special=whose))


def without(community: Community) -> Community:
    """Return the community without specials that have neither an area nor buildings."""
    has = [
        special.area is not None or bool((community.special == at).any())
        for at, special in enumerate(community.specials)
    ]
    number = np.cumsum(has) - 1
    whose = np.where(community.special >= 0, number[community.special], -1)
    kept = tuple(one for one, there in zip(community.specials, has, strict=True) if there)
    return replace(community, specials=kept, special=whose.astype(np.int64))


def whose_own(community: Community) -> Ints:
    """Return (n) the special of each building, -1 for none."""
    if len(community.special):
        return community.special
    return np.full(len(community.ids), -1, dtype=np.int64)


def with_areas(community: Community) -> Community:
    """Return the community with an area for every special: for want of one, what is around its own.

    Buildings then tell where it is: borders run halfway between them and their neighbours.
    """
    unknown = [at for at, one in enumerate(community.specials) if one.area is None]
    if not unknown:
        return community
    whose = whose_own(community)
    label = np.zeros(len(community.ids), dtype=np.int64)
    for number, at in enumerate(unknown, start=1):
        label[whose == at] = number
    drawn = areas(community, neighbours(community, least=0), label, len(unknown) + 1)
    taken = shapely.union_all([one.area for one in community.specials if one.area is not None])
    given = dict(zip(unknown, drawn[1:].tolist(), strict=True))
    return replace(
        community,
        specials=tuple(
            replace(one, area=given[at].difference(taken)) if at in given else one
            for at, one in enumerate(community.specials)
        ),
    )


def cut_out(community: Community) -> tuple[Community, list[Any]]:
    """Return the community without its specials, and their areas.

    Its outline is what they leave of it. They share borders with it to the last digit; pieces of it
    in which no building stands go to the special beside them, so that grids can be in one piece.
    """
    whose = whose_own(community)
    own: list[Any] = [one.area for one in community.specials]
    borders = [community.outline.boundary, *(area.boundary for area in own)]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(borders)]))
    inner = shapely.point_on_surface(faces)
    faces = faces[shapely.covers(community.outline, inner)]
    inner = inner[shapely.covers(community.outline, inner)]
    owner = np.full(len(faces), -1, dtype=np.int64)
    for at, area in enumerate(own):
        owner[shapely.covers(area, inner)] = at
    _hand_over(community, faces, owner)
    rows = np.flatnonzero(whose < 0)
    rest = replace(
        community,
        outline=shapely.union_all(faces[owner < 0]),
        ids=tuple(community.ids[row] for row in rows),
        places=community.places[rows],
        households=community.households[rows],
        compound=community.compound[rows],
        footprints=community.footprints[rows],
        specials=(),
        special=np.empty(0, dtype=np.int64),
    )
    return rest, [shapely.union_all(faces[owner == at]) for at in range(len(own))]


def _hand_over(community: Community, faces: Shapes, owner: Ints) -> None:
    """Give pieces without buildings to the special with which they share most border."""
    points = shapely.points(community.places[whose_own(community) < 0])
    loose = shapely.get_parts(shapely.union_all(faces[owner < 0]))
    empty = [piece for piece in loose if not shapely.intersects(piece, points).any()]
    if len(empty) == len(loose):
        return
    for piece in empty:
        shared = [
            0.0 if whose < 0 else float(face.intersection(piece).length)
            for face, whose in zip(faces, owner.tolist(), strict=True)
        ]
        owner[shapely.covers(piece, shapely.point_on_surface(faces))] = owner[np.argmax(shared)]
