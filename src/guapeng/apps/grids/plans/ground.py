"""Between the rows of a survey and the community that the partition engine divides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from guapeng.apps.grids.models import Barrier, Building, Compound, Survey
from guapeng.apps.grids.partition import Community
from guapeng.apps.grids.partition import Compound as Walled
from guapeng.apps.grids.partition.county import Line
from guapeng.apps.grids.partition.graph import Graph, neighbours
from guapeng.apps.grids.partition.plane import plane_of

_CENTIMETRES = 2
_NO_CROSSINGS = shapely.MultiPoint()


@dataclass(frozen=True)
class Ground:
    """A surveyed community and who is a neighbour of whom in it."""

    community: Community
    graph: Graph

    @classmethod
    def of(cls, survey: Survey, *, least: int) -> "Ground":
        """Return the ground of a survey: four queries and the graph of its buildings.

        ``least`` is the fewest households of a grid, by which small parts are tied on.
        """
        community = community_of(survey)
        return cls(community, neighbours(community, least=least))


def community_of(survey: Survey) -> Community:
    """Return a survey as the engine's community, in metres on a plane of its own."""
    outline = shapely.from_wkb(bytes(survey.outline))
    plane = plane_of(outline)
    buildings = list(survey.buildings.order_by("code"))
    walls = {one.code: one for one in survey.compounds.order_by("code")}
    place = {code: at for at, code in enumerate(walls)}
    shapes = shapely.from_wkb([bytes(one.footprint) for one in buildings])
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    return Community(
        id=survey.division.code,
        name=survey.name,
        kind=survey.kind,
        plane=plane,
        outline=shapely.transform(outline, plane.metres),
        ids=tuple(one.code for one in buildings),
        places=np.round(plane.metres(middles), _CENTIMETRES),
        households=np.array([one.households for one in buildings], dtype=np.int64),
        compound=np.array([place.get(one.compound, -1) for one in buildings], dtype=np.int64),
        footprints=shapely.transform(shapes, plane.metres),
        compounds=tuple(_walled(one, plane) for one in walls.values()),
        lines=tuple(_line(one, plane) for one in survey.barriers.order_by("code")),
    )


def rows_of(survey: Survey, community: Community) -> Iterable[Building | Compound | Barrier]:
    """Give the rows, unsaved, that ``community_of`` reads back."""
    plane = community.plane
    shapes = shapely.to_wkb(shapely.transform(community.footprints, plane.degrees))
    for at, code in enumerate(community.ids):
        walled = int(community.compound[at])
        yield Building(
            survey=survey,
            code=code,
            compound=community.compounds[walled].id if walled >= 0 else "",
            households=int(community.households[at]),
            footprint=shapes[at],
        )
    for one in community.compounds:
        wall = one.outline and shapely.transform(one.outline, plane.degrees)
        yield Compound(
            survey=survey, code=one.id, name=one.name, outline=wall and shapely.to_wkb(wall)
        )
    for line in community.lines:
        yield Barrier(
            survey=survey,
            code=line.id,
            name=line.name,
            kind=line.kind,
            hard=line.hard,
            path=shapely.to_wkb(shapely.transform(line.path, plane.degrees)),
            crossings=shapely.to_wkb(
                shapely.transform(shapely.MultiPoint(line.crossings), plane.degrees)
                if len(line.crossings)
                else _NO_CROSSINGS
            ),
        )


def _walled(one: Compound, plane: Any) -> Walled:
    wall = shapely.from_wkb(bytes(one.outline)) if one.outline else None
    return Walled(one.code, one.name, wall and shapely.transform(wall, plane.metres))


def _line(one: Barrier, plane: Any) -> Line:
    passed = shapely.get_coordinates(shapely.from_wkb(bytes(one.crossings))).reshape(-1, 2)
    return Line(
        id=one.code,
        name=one.name,
        kind=one.kind,
        hard=one.hard,
        path=shapely.transform(shapely.from_wkb(bytes(one.path)), plane.metres),
        crossings=plane.metres(passed),
    )
