"""Where the demo lies: one banner's real codes and outline, and invented cells inside it.

Townships, villages and grids are drawn as Voronoi cells of random points, relaxed a little, so
that each lies whole inside the one above. Nothing lies where it lies in truth.
"""

import csv
import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import orjson
import shapely
from django.db.models import Case, Value, When
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from guapeng.demo.files import DATA, rows
from guapeng.kernel.divisions.imports import import_divisions
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.divisions.outlines import import_outlines
from guapeng.plain import codes, geo
from guapeng.plain.codes import Kind, Level
from guapeng.plain.numerals import numeral

COUNTY: Final = "152530000000"
SCHEME: Final = "nbs-2023"
LISTED_ON: Final = dt.date(2023, 6, 30)

_CORE_DEGREES: Final = 0.03
_RELAXATIONS: Final = 2


class Settled(NamedTuple):
    """How many grids a village asks for, by kind, and the fewest and most households of each."""

    grids: dict[Kind, int]
    households: dict[Kind, tuple[int, int]]


_USUAL: Final = Settled(
    grids={Kind.COMMUNITY: 6, Kind.VILLAGE: 1},
    households={Kind.COMMUNITY: (300, 500), Kind.VILLAGE: (60, 240)},
)
# A county's grids in one banner: most in town; outside about 300 households, as grids are cut.
_CROWDED: Final = Settled(
    grids={Kind.COMMUNITY: 60, Kind.VILLAGE: 1},
    households={Kind.COMMUNITY: (350, 500), Kind.VILLAGE: (240, 360)},
)


@dataclass(frozen=True, kw_only=True)
class Area:
    """A division of the demo. ``households`` is given for grids alone."""

    code: str
    name: str
    outline: BaseGeometry | None = None
    households: int = 0

    @property
    def level(self) -> Level:
        """How deep it lies."""
        return codes.level(self.code)


def lay_out(rng: Random, *, grids: int = 0) -> list[Area]:
    """Return the banner's divisions, with outlines from the banner down, higher ones first.

    Args:
        rng: where chance comes from.
        grids: how many grids there shall be; 0 for as many as the villages ask for.
    """
    listed = [Area(code=row["code"], name=row["name"]) for row in rows("divisions")]
    above = [area for area in listed if area.level < Level.COUNTY]
    drawn = list(_drawn(rng, [area for area in listed if area.level >= Level.COUNTY]))
    villages = [area for area in drawn if area.level == Level.VILLAGE]
    return [*above, *drawn, *_grids(rng, villages, total=grids)]


def write(areas: Iterable[Area], *, at: dt.datetime) -> None:
    """Import the divisions and their outlines, as an instance would from files."""
    areas = list(areas)
    with tempfile.TemporaryDirectory() as folder:
        listing, outlines = Path(folder, "divisions.csv"), Path(folder, "outlines.geojson")
        _write_listing(listing, areas)
        outlines.write_bytes(orjson.dumps(_collection(areas)))
        report = import_divisions(listing, scheme=SCHEME, valid_from=LISTED_ON, at=at)
        assert not report.problems, report.problems[0]
        drawn = import_outlines(outlines, datum=geo.System.CGCS2000, on=LISTED_ON)
        assert not drawn.problems, drawn.problems[0]
    _count_households(areas)


def cells(rng: Random, area: BaseGeometry, count: int) -> list[BaseGeometry]:
    """Cut an area into ``count`` cells of about the same size."""
    points = [_point_in(rng, area) for _ in range(count)]
    parts = [area]
    for _ in range(_RELAXATIONS if count > 1 else 0):
        parts = _voronoi(points, area)
        points = [part.representative_point() for part in parts]
    return parts


def _drawn(rng: Random, listed: list[Area]) -> Iterator[Area]:
    (county,) = (area for area in listed if area.level == Level.COUNTY)
    outline = _county_outline()
    yield Area(code=county.code, name=county.name, outline=outline)
    townships = [area for area in listed if area.level == Level.TOWNSHIP]
    villages = defaultdict(list)
    for area in listed:
        if area.level == Level.VILLAGE:
            villages[area.code[:9]].append(area)
    for town, land in zip(townships, cells(rng, outline, len(townships)), strict=True):
        yield Area(code=town.code, name=town.name, outline=land)
        yield from _settled(rng, land, villages[town.code[:9]])


def _settled(rng: Random, land: BaseGeometry, villages: list[Area]) -> Iterator[Area]:
    """Draw communities close together in the middle of a township, villages around them."""
    towns = [area for area in villages if codes.kind(area.code) == Kind.COMMUNITY]
    rural = [area for area in villages if area not in towns]
    core = land.representative_point().buffer(_CORE_DEGREES).intersection(land)
    plots = cells(rng, core, len(towns)) if towns else []
    plots += cells(rng, land.difference(core) if towns else land, len(rural))
    for area, plot in zip([*towns, *rural], plots, strict=True):
        yield Area(code=area.code, name=area.name, outline=plot)


def _grids(rng: Random, villages: list[Area], *, total: int) -> list[Area]:
    settled = _CROWDED if total else _USUAL
    counts = _grid_counts(rng, villages, settled, total=total)
    return [
        Area(
            code=f"{village.code}{serial:03d}",
            name=f"第{numeral(serial)}网格",
            outline=plot,
            households=rng.randint(*settled.households[_sort(village)]),
        )
        for village, count in zip(villages, counts, strict=True)
        for serial, plot in enumerate(cells(rng, _outlined(village), count), start=1)
    ]


def _grid_counts(rng: Random, villages: list[Area], settled: Settled, *, total: int) -> list[int]:
    natural = [settled.grids[_sort(village)] + rng.randint(0, 1) for village in villages]
    if not total:
        return natural
    share = (total - len(villages)) / sum(natural)
    edges = [0.0]
    for count in natural:
        edges.append(edges[-1] + count * share)
    return [1 + round(end) - round(start) for start, end in pairwise(edges)]


def _sort(village: Area) -> Kind:
    return Kind.COMMUNITY if codes.kind(village.code) == Kind.COMMUNITY else Kind.VILLAGE


def _county_outline() -> BaseGeometry:
    (feature,) = orjson.loads((DATA / "outline.geojson").read_bytes())["features"]
    return shape(feature["geometry"])


def _outlined(area: Area) -> BaseGeometry:
    assert area.outline is not None
    return area.outline


def _point_in(rng: Random, area: BaseGeometry) -> shapely.Point:
    west, south, east, north = area.bounds
    while True:
        point = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(point):
            return point


def _voronoi(points: list[shapely.Point], area: BaseGeometry) -> list[BaseGeometry]:
    found = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=area, ordered=True)
    return [cell.intersection(area) for cell in found.geoms]


def _write_listing(path: Path, areas: Iterable[Area]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(("code", "name"))
        table.writerows((area.code, area.name) for area in areas)


def _collection(areas: Iterable[Area]) -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": area.code},
            "geometry": shapely.geometry.mapping(area.outline),
        }
        for area in areas
        if area.outline
    ]
    return {"type": "FeatureCollection", "features": features}


def _count_households(areas: Iterable[Area]) -> None:
    """Give every grid its households, and every division above the sum of those below it."""
    sums: dict[str, int] = defaultdict(int)
    for grid in (area for area in areas if area.households):
        for code in (grid.code, grid.code[:12], grid.code[:9] + "000", COUNTY):
            sums[code] += grid.households
    Division.objects.filter(code__in=sums).update(
        households=Case(*(When(code=code, then=Value(count)) for code, count in sums.items()))
    )
