"""Organs, parks, schools and hospitals: grids of their own, cut out of their community (专属网格)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from guapeng.apps.grids.partition.county import Community, Ints

_SMALLEST: Final = 1.0
"""Square metres below which what is left of an area is a slip of the pen."""


def clipped(outline: shapely.Polygon, areas: Sequence[Any]) -> list[Any]:
    """Return the areas within the outline, without overlaps; None for one of which nothing is left.

    Of two that overlap, the first keeps what both have. What falls apart keeps its largest piece.
    """
    found: list[Any] = []
    for area in areas:
        others = [one for one in found if one is not None]
        rest = shapely.intersection(area, outline).difference(shapely.union_all(others))
        pieces = [one for one in shapely.get_parts(rest) if one.geom_type == "Polygon"]
        largest = max(pieces, key=lambda one: one.area, default=None)
        found.append(largest if largest is not None and largest.area > _SMALLEST else None)
    return found


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


def around(community: Community) -> Any:
    """Return the outline without the areas of specials, and those areas as they share it.

    Pieces of the outline in which no building stands and which touch nothing but such an area go to
    it, so that all other grids can be in one piece.
    """
    areas = [one.area for one in community.specials if one.area is not None]
    rest = community.outline.difference(shapely.union_all(areas))
    pieces = shapely.get_parts(rest)
    if len(pieces) < 2:  # noqa: PLR2004 - nothing fell off
        return rest, areas
    points = shapely.points(community.places[whose_own(community) < 0])
    held = [bool(shapely.intersects(piece, points).any()) for piece in pieces]
    for piece, has in zip(pieces, held, strict=True):
        if not has:
            shared = [float(area.intersection(piece).length) for area in areas]
            at = int(np.argmax(shared))
            areas[at] = areas[at].union(piece)
    kept = [piece for piece, has in zip(pieces, held, strict=True) if has]
    return shapely.union_all(kept), areas
