"""A sheet for a community, as SVG: its grids, or what they were beside what they are.

Tints differ between neighbours and in grey; a grid keeps its tint from one picture to the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
import shapely

from guapeng.apps.grids.partition.county import Community, Floats
from guapeng.apps.grids.partition.plan import Division
from guapeng.plain.unfit import gettext_noop

_TINTS: Final = (
    *("#cfe3f5", "#f7d9a8", "#bfe0c2", "#f3c6c6", "#ddd0ee", "#f5efb0", "#b5d5d8", "#d9cbb8"),
)
_WIDTH: Final = 900.0
_TALLEST: Final = 1200.0
_MARGIN: Final = 24.0
_HEAD: Final = 64.0
_FOOT: Final = 44.0
_SCALES: Final = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_LONGEST_SCALE: Final = 220.0
_SMALLEST_TEXT: Final = 7.0
_LARGEST_TEXT: Final = 15.0
_STYLE: Final = """
text{font-family:"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;fill:#1b1b1b}
.edge{fill:none;stroke:#222;stroke-width:2.4;stroke-linejoin:round}
.house{fill:#fff;stroke:#777;stroke-width:.5}.empty{fill:#e2e2e2}
.wall{fill:none;stroke:#8a6d3b;stroke-width:1;stroke-dasharray:5 3}
.water{fill:none;stroke:#5b9bd5;stroke-width:5}.rail{fill:none;stroke:#444;stroke-width:3}
.rail2{fill:none;stroke:#fff;stroke-width:1.6;stroke-dasharray:7 7}
.road{fill:none;stroke:#c0504d;stroke-width:2.2}
.moved{fill:none;stroke:#c00000;stroke-width:2}
.label{font-weight:700;text-anchor:middle;paint-order:stroke;stroke:#fff;
stroke-width:4px;stroke-linejoin:round}
.title{font-size:22px;font-weight:700}.small{font-size:13px}
"""


@dataclass(frozen=True)
class Drawing:
    """One side of a sheet.

    Attributes:
        title: above it.
        areas: by code, in metres on the community's plane.
        households: of each grid, by code.
        marked: places of buildings that are ringed.
    """

    title: str
    areas: Mapping[str, Any]
    households: Mapping[str, int]
    marked: Floats


def now(division: Division) -> Drawing:
    """Return the side that shows a division."""
    return Drawing(
        division.name,
        {grid.code: grid.area for grid in division.grids},
        {grid.code: grid.households for grid in division.grids},
        np.empty((0, 2)),
    )


def sheet(
    community: Community,
    drawings: Sequence[Drawing],
    *,
    note: str = "",
    tell: Callable[[str], str] = str,
) -> str:
    """Return a sheet with one or more drawings of a community side by side.

    Args:
        community: whose buildings, walls and lines are shown.
        drawings: sides, from left to right.
        note: below them: date, source, version.
        tell: translates what is written.
    """
    west, south, east, north = community.outline.bounds
    scale = min(_WIDTH / max(east - west, 1.0), _TALLEST / max(north - south, 1.0))
    wide = (east - west) * scale + 2 * _MARGIN
    high = (north - south) * scale + _HEAD + _FOOT
    tints = _tints([one.areas for one in drawings])
    parts = [
        f'<g transform="translate({at * wide:.1f} 0)">'
        + "".join(_side(community, one, _Paper(west, north, scale), tints, tell))
        + "</g>"
        for at, one in enumerate(drawings)
    ]
    whole = wide * len(drawings)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole:.1f} {high:.1f}" '
        f'width="{whole:.0f}" height="{high:.0f}"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}'
        f"{_foot(high, scale, note)}{_north_arrow(whole)}</svg>"
    )


@dataclass(frozen=True)
class _Paper:
    west: float
    north: float
    scale: float

    def places(self, metres: Floats) -> Floats:
        shifted = (metres - (self.west, self.north)) * (self.scale, -self.scale)
        return np.asarray(shifted + np.array([_MARGIN, _HEAD]))

    def path(self, shape: Any) -> str:
        words = []
        for line in _rings(shape):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in self.places(line))
            words.append(f"M{points}")
        return " ".join(words)


def _rings(shape: Any) -> Iterator[Floats]:
    for piece in shapely.get_parts(shape):
        if piece.geom_type == "Polygon":
            for ring in (piece.exterior, *piece.interiors):
                yield shapely.get_coordinates(ring)
        else:
            yield shapely.get_coordinates(piece)


def _tints(sides: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a tint for every grid that no neighbour has, on the last side first."""
    found: dict[str, str] = {}
    for areas in reversed(sides):
        for code in sorted(areas):
            beside = {
                found[other]
                for other, area in areas.items()
                if other in found and other != code and area.intersects(areas[code])
            }
            free = [tint for tint in _TINTS if tint not in beside]
            found.setdefault(code, (free or list(_TINTS))[int(code[-3:]) % len(free or _TINTS)])
    return found


def _side(
    community: Community,
    drawing: Drawing,
    paper: _Paper,
    tints: Mapping[str, str],
    tell: Callable[[str], str],
) -> Iterator[str]:
    yield f'<text class="title" x="{_MARGIN}" y="30">{escape(drawing.title)}</text>'
    for code, area in sorted(drawing.areas.items()):
        yield f'<path d="{paper.path(area)}" fill="{tints[code]}" fill-rule="evenodd"/>'
    for line in community.lines:
        inside = line.path.intersection(community.outline.buffer(20))
        if not shapely.is_empty(inside):
            yield from _line(line.kind, paper.path(inside))
    for compound in community.compounds:
        if compound.outline is not None:
            yield f'<path class="wall" d="{paper.path(compound.outline)}"/>'
    for shape, count in zip(community.footprints, community.households.tolist(), strict=True):
        drawn = shape if shape.geom_type != "Point" else shape.buffer(3)
        yield f'<path class="house{"" if count else " empty"}" d="{paper.path(drawn)}"/>'
    for area in drawing.areas.values():
        yield f'<path class="edge" d="{paper.path(area)}"/>'
    for x, y in paper.places(drawing.marked):
        yield f'<circle class="moved" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
    count_of = tell(gettext_noop("%(number)s · %(count)s户"))
    for code, area in sorted(drawing.areas.items()):
        middle, radius = _middle(area)
        x, y = paper.places(middle)[0]
        size = min(max(radius * paper.scale / 4, _SMALLEST_TEXT), _LARGEST_TEXT)
        words = count_of % {"number": code[-3:], "count": drawing.households.get(code, 0)}
        yield (
            f'<text class="label" x="{x:.1f}" y="{y + size / 3:.1f}" '
            f'font-size="{size:.1f}">{words}</text>'
        )


def _line(kind: str, path: str) -> Iterator[str]:
    if kind == "railway":
        yield f'<path class="rail" d="{path}"/><path class="rail2" d="{path}"/>'
    else:
        yield f'<path class="{"water" if kind == "river" else "road"}" d="{path}"/>'


def _middle(area: Any) -> tuple[Floats, float]:
    """Return the (1, 2) place in an area that is farthest from its border, and how far it is."""
    largest = max(shapely.get_parts(area), key=lambda piece: piece.area)
    wide = shapely.maximum_inscribed_circle(largest, max(1.0, largest.area**0.5 / 50))
    return np.asarray(shapely.get_coordinates(wide)[:1]), float(shapely.length(wide))


def _foot(high: float, scale: float, note: str) -> str:
    fitting = [length for length in _SCALES if length * scale < _LONGEST_SCALE]
    metres = max(fitting, default=_SCALES[0])
    y, end = high - 18, _MARGIN + metres * scale
    return (
        f'<path d="M{_MARGIN},{y - 6} v6 H{end:.1f} v-6" fill="none" stroke="#222"/>'
        f'<text class="small" x="{end + 8:.1f}" y="{y}">{metres} m</text>'
        f'<text class="small" x="{end + 90:.1f}" y="{y}">{escape(note)}</text>'
    )


def _north_arrow(wide: float) -> str:
    x = wide - 30
    return (
        f'<path d="M{x},14 l8,26 l-8,-6 l-8,6 z" fill="#222"/>'
        f'<text class="small" x="{x}" y="56" text-anchor="middle">N</text>'
    )
