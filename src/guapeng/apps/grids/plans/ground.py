"""Between the rows of a survey and the community that the partition engine divides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely

from guapeng.apps.grids.models import Barrier, Building, Compound, SpecialArea, Survey
from guapeng.apps.grids.partition import Community, Options, Range, Special, specials
from guapeng.apps.grids.partition import Compound as Walled
from guapeng.apps.grids.partition.county import Ints, Line
from guapeng.apps.grids.partition.graph import Graph
from guapeng.apps.grids.partition.plane import plane_of
from guapeng.apps.grids.partition.solve import graph_of

_CENTIMETRES = 2
_NO_CROSSINGS = shapely.MultiPoint()

Row = Building | Compound | SpecialArea | Barrier


@dataclass(frozen=True)
class Own:
    """What is a grid of its own on the ground: an organ, park, school or hospital.

    Attributes:
        id, name, kind: as the survey says.
        area: in metres; it shares borders with the land that is divided to the last digit.
        rows: places of its buildings in the surveyed community.
        households: that live in them.
    """

    id: str
    name: str
    kind: str
    area: Any
    rows: Ints
    households: int


@dataclass(frozen=True)
class Ground:
    """A surveyed community, how it is divided, and who is a neighbour of whom in it.

    Attributes:
        community: what is divided: the surveyed one without the areas of their own.
        graph: of its buildings.
        options: how it is divided.
        surveyed: all of it.
        own: the areas of their own, sorted by their ids.
    """

    community: Community
    graph: Graph
    options: Options
    surveyed: Community
    own: tuple[Own, ...] = ()

    @property
    def rule(self) -> Range:
        """How many households a grid may have here."""
        return self.options.rules.of(self.community.kind)

    @classmethod
    def of(cls, survey: Survey, options: Options) -> Self:
        """Return the ground of a survey: four queries and the graph of its buildings."""
        return cls.in_(community_of(survey), options)

    @classmethod
    def in_(cls, surveyed: Community, options: Options) -> Self:
        """Return the ground of a community."""
        if not surveyed.specials:
            return cls(surveyed, graph_of(surveyed, options), options, surveyed)
        rest, areas = specials.cut_out(specials.with_areas(surveyed))
        whose = specials.whose_own(surveyed)
        own = tuple(
            Own(
                id=special.id,
                name=special.name,
                kind=special.kind,
                area=area,
                rows=np.flatnonzero(whose == at),
                households=int(surveyed.households[whose == at].sum()),
            )
            for at, (special, area) in enumerate(zip(surveyed.specials, areas, strict=True))
        )
        return cls(rest, graph_of(rest, options), options, surveyed, own)


def community_of(survey: Survey) -> Community:
    """Return a survey as the engine's community, in metres on a plane of its own."""
    outline = shapely.from_wkb(bytes(survey.outline))
    plane = plane_of(outline)
    buildings = list(survey.buildings.order_by("code"))
    walls = {one.code: one for one in survey.compounds.order_by("code")}
    place = {code: at for at, code in enumerate(walls)}
    own = {one.code: one for one in survey.specials.order_by("code")}
    own_place = {code: at for at, code in enumerate(own)}
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
        specials=tuple(_special(one, plane) for one in own.values()),
        special=np.array(
            [own_place.get(one.special, -1) for one in buildings if own], dtype=np.int64
        ),
    )


def rows_of(survey: Survey, community: Community) -> Iterable[Row]:
    """Give the rows, unsaved, that ``community_of`` reads back."""
    plane = community.plane
    shapes = shapely.to_wkb(shapely.transform(community.footprints, plane.degrees))
    whose = specials.whose_own(community).tolist()
    for at, code in enumerate(community.ids):
        walled = int(community.compound[at])
        yield Building(
            survey=survey,
            code=code,
            compound=community.compounds[walled].id if walled >= 0 else "",
            special=community.specials[whose[at]].id if whose[at] >= 0 else "",
            households=int(community.households[at]),
            footprint=shapes[at],
        )
    for one in community.compounds:
        wall = one.outline and shapely.transform(one.outline, plane.degrees)
        yield Compound(
            survey=survey, code=one.id, name=one.name, outline=wall and shapely.to_wkb(wall)
        )
    for special in community.specials:
        area = special.area and shapely.transform(special.area, plane.degrees)
        yield SpecialArea(
            survey=survey,
            code=special.id,
            name=special.name,
            kind=special.kind,
            outline=area and shapely.to_wkb(area),
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


def _special(one: SpecialArea, plane: Any) -> Special:
    area = shapely.from_wkb(bytes(one.outline)) if one.outline else None
    return Special(one.code, one.name, one.kind, area and shapely.transform(area, plane.metres))


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
