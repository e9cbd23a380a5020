"""Shapes on the plane as paths of an SVG: metres from the north-west corner, downwards.

The page draws with them on paper and without scripts; the editor gets the same paths and colours
them by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _

from guapeng.apps.grids.partition import Community
from guapeng.apps.grids.partition.county import Ints
from guapeng.apps.grids.partition.tile import areas
from guapeng.apps.grids.partition.voronoi import ridges
from guapeng.apps.grids.plans.draft import Draft, GridFacts, colours, heaviest_points
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.specials import OwnGrid

_MARGIN: Final = 30.0
_LEAST_RIDGE: Final = 0.5
_POINT: Final = 4.0
"""Metres from the middle to the sides of the square that stands for a mere point."""
_PAPER: Final = 4 / 3
_AROUND: Final = 1.35
"""How much more than a grid is seen on its own sheet."""
_SCALES: Final = (1000, 500, 200, 100, 50, 20)


@dataclass(frozen=True)
class Frame:
    """Where a community lies on its sheet: ``left`` and ``top`` in metres, and its size."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def around(cls, area: Any) -> "Frame":
        """Return the frame of an area, with a margin."""
        west, south, east, north = shapely.bounds(area).tolist()
        return cls(
            west - _MARGIN, north + _MARGIN, east - west + 2 * _MARGIN, north - south + 2 * _MARGIN
        )

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the plane is on the sheet."""
        return round(x - self.left, 1), round(self.top - y, 1)

    def path(self, shape: Any) -> str:
        """Return the path of a polygon or line, of all its pieces."""
        if shape is None or shapely.is_empty(shape):
            return ""
        return "".join(self._pieces(shape))

    def _pieces(self, shape: Any) -> Sequence[str]:
        if hasattr(shape, "geoms"):
            return [piece for one in shape.geoms for piece in self._pieces(one)]
        if shape.geom_type == "Polygon":
            rings = (shape.exterior, *shape.interiors)
            return [f"M{self._points(ring.coords[:-1])}Z" for ring in rings]
        if shape.geom_type == "Point":
            return [self._square(shape.x, shape.y)]
        return [f"M{self._points(shape.coords)}"]

    def _square(self, x: float, y: float) -> str:
        return self._pieces(shapely.box(x - _POINT, y - _POINT, x + _POINT, y + _POINT))[0]

    def _points(self, places: Any) -> str:
        return "L".join("{:g},{:g}".format(*self.place(*at[:2])) for at in places)


@dataclass(frozen=True)
class Label:
    """What stands at the heaviest point of a grid: its number and households."""

    x: float
    y: float
    told: str
    in_range: bool


@dataclass(frozen=True)
class OwnShape:
    """A grid of its own on the sheet: its path, and its name where it fits best."""

    code: str
    name: str
    path: str
    x: float
    y: float


def cells(ground: Ground) -> list[Any]:
    """Return the land nearest to each building, cut by the community's outline."""
    community = ground.community
    _sites, first, twin = np.unique(
        community.places, axis=0, return_index=True, return_inverse=True
    )
    points = shapely.multipoints(shapely.points(community.places[first]))
    found = shapely.get_parts(
        shapely.voronoi_polygons(points, extend_to=community.outline, ordered=True)
    )
    cut = shapely.intersection(found, community.outline)
    empty = shapely.Polygon()
    return [cut[at] if first[at] == row else empty for row, at in enumerate(twin.ravel())]


def ridges_of(ground: Ground) -> list[tuple[int, int, Any]]:
    """Return what lies between each two neighbouring buildings, within the community."""
    community = ground.community
    if len(community.ids) < 2:  # noqa: PLR2004 - between two
        return []
    sites, first = np.unique(community.places, axis=0, return_index=True)
    pairs, ends = ridges(sites)
    lines = shapely.intersection(shapely.linestrings(ends), community.outline)
    long_enough = np.flatnonzero(shapely.length(lines) > _LEAST_RIDGE)
    return [(int(first[pairs[at][0]]), int(first[pairs[at][1]]), lines[at]) for at in long_enough]


def areas_of(draft: Draft, ground: Ground) -> npt.NDArray[np.object_]:
    """Return the area of each grid in metres, borders along streets and walls."""
    place: Ints = draft.places(ground.community)
    return areas(ground.community, ground.graph, place, len(draft.grids))


@dataclass(frozen=True)
class View:
    """The part of a sheet that is shown, in its metres, and what is drawn in its corners."""

    left: float
    top: float
    width: float
    height: float

    @property
    def box(self) -> str:
        """The attribute of the SVG."""
        return f"{self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}"

    @property
    def text(self) -> float:
        """The size of letters."""
        return round(max(self.width, self.height) / 50, 1)

    @property
    def arrow(self) -> str:
        """The path of the arrow to the north, in the upper right corner."""
        x, y, size = self.left + self.width - 1.5 * self.text, self.top + self.text, self.text
        left, right, low = x - 0.4 * size, x + 0.4 * size, y + 0.6 * size
        head = f"M{left:.1f},{low:.1f}L{x:.1f},{y:.1f}L{right:.1f},{low:.1f}"
        return f"{head}M{x:.1f},{y:.1f}V{y + 1.6 * size:.1f}"

    @property
    def scale(self) -> int:
        """The length of the scale bar in metres: round, and at most a quarter of the width."""
        return next((one for one in _SCALES if one <= self.width / 4), _SCALES[-1])

    @property
    def bar(self) -> str:
        """The path of the scale bar, in the lower left corner."""
        x, y, tick = self.left + self.text, self.top + self.height - self.text / 2, self.text / 2
        return f"M{x:.1f},{y - tick:.1f}V{y:.1f}H{x + self.scale:.1f}V{y - tick:.1f}"

    @property
    def bar_label(self) -> tuple[float, float]:
        """Where the length of the scale bar is written."""
        x = self.left + self.text + self.scale / 2
        return round(x, 1), round(self.top + self.height - self.text, 1)


@dataclass(frozen=True)
class Sheet:
    """A map of a draft, ready for the page."""

    frame: Frame
    view: View
    grids: list[dict[str, Any]]
    own: list[OwnShape]
    own_areas: dict[str, Any]
    outline: str
    lines: list[dict[str, Any]]
    compounds: list[str]
    buildings: list[dict[str, Any]]
    labels: list[Label]

    def around(self, code: str) -> "Sheet":
        """Return the same with one grid and its surroundings in view."""
        areas = {one["code"]: one["area"] for one in self.grids} | self.own_areas
        area = areas[code]
        west, south, east, north = shapely.bounds(area).tolist()
        wide, tall = (
            max(east - west, (north - south) * _PAPER),
            max(north - south, (east - west) / _PAPER),
        )
        wide, tall = wide * _AROUND, tall * _AROUND
        x, y = self.frame.place((west + east) / 2, (south + north) / 2)
        return replace(self, view=View(x - wide / 2, y - tall / 2, wide, tall))


def sheet(
    draft: Draft,
    ground: Ground,
    told: Sequence[GridFacts],
    own: Sequence[OwnGrid],
    *,
    ringed: set[str],
) -> Sheet:
    """Return the map of a draft; buildings in ``ringed`` are marked."""
    community = ground.community
    surveyed = ground.surveyed
    frame = Frame.around(surveyed.outline)
    return Sheet(
        frame=frame,
        view=View(0.0, 0.0, frame.width, frame.height),
        grids=[
            {"code": one.code, "tint": tint, "path": frame.path(area), "area": area}
            for one, tint, area in zip(
                draft.grids, colours(draft, ground), areas_of(draft, ground), strict=True
            )
        ],
        own=own_shapes(own, frame),
        own_areas={one.code: one.own.area for one in own},
        outline=frame.path(surveyed.outline),
        lines=lines_of(surveyed, frame),
        compounds=[frame.path(one.outline) for one in community.compounds if one.outline],
        buildings=[
            {"path": frame.path(shape), "ringed": code in ringed, "empty": not households}
            for shape, code, households in zip(
                surveyed.footprints, surveyed.ids, surveyed.households.tolist(), strict=True
            )
        ],
        labels=labels_of(draft, ground, told, frame),
    )


def own_shapes(own: Sequence[OwnGrid], frame: Frame) -> list[OwnShape]:
    """Return the grids of their own as they are drawn."""
    found = []
    for one in own:
        inside = shapely.point_on_surface(one.own.area)
        place = frame.place(inside.x, inside.y)
        found.append(OwnShape(one.code, one.own.name, frame.path(one.own.area), *place))
    return found


def lines_of(community: Community, frame: Frame) -> list[dict[str, Any]]:
    """Return the lines that separate, cut by the frame."""
    around = shapely.buffer(community.outline, _MARGIN)
    return [
        {
            "name": line.name,
            "kind": _KINDS.get(line.kind, "road"),
            "path": frame.path(shapely.intersection(line.path, around)),
        }
        for line in community.lines
    ]


def labels_of(draft: Draft, ground: Ground, told: Sequence[GridFacts], frame: Frame) -> list[Label]:
    """Return the labels of the grids."""
    community = ground.community
    points = heaviest_points(community, draft.places(community), len(draft.grids))
    return [
        Label(*frame.place(*point), _told(one), one.in_range)
        for point, one in zip(points, told, strict=True)
    ]


def _told(fact: GridFacts) -> str:
    said = {"number": fact.grid.code[-3:], "n": fact.households}
    return _("%(number)s · %(n)d户") % said


_KINDS: Final = {
    "river": "river",
    "canal": "river",
    "railway": "railway",
    "河流": "river",
    "铁路": "railway",
}
"""How a line is drawn; all others as main roads."""
