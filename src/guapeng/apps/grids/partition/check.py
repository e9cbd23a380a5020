"""What can be wrong with rows, told in the words of those who made them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from guapeng.apps.grids.partition.county import Fault, Floats, Ints
from guapeng.apps.grids.partition.layers import Layer, number_of
from guapeng.apps.grids.partition.plane import plane_of
from guapeng.plain.geo import CHINA, Position, System, to_gcj02
from guapeng.plain.unfit import Unfit, gettext_noop

_BESIDE: Final = 5.0
"""Metres beyond its community that a building may lie: outlines are drawn by hand."""
_DAMAGED: Final = 1000.0
"""Metres beyond its community within which a turned position is meant to be in it."""
_MOST_HOUSEHOLDS: Final = 20_000
_ENOUGH: Final = 0.9
_SAMPLE: Final = 400


class NoId(Unfit):
    """A row has no id."""

    code = "row.no_id"
    wording = gettext_noop("没有编号")


class Repeated(Unfit):
    """An id stands in an earlier row."""

    code = "row.repeated"
    wording = gettext_noop("编号“%(id)s”与第%(row)s行重复")


class NoPlace(Unfit):
    """A row has no position."""

    code = "row.no_place"
    wording = gettext_noop("没有位置")


class Swapped(Unfit):
    """Latitude stands where longitude belongs."""

    code = "row.swapped"
    wording = gettext_noop("经度和纬度写反了：经度 %(lon)s，纬度 %(lat)s")


class Projected(Unfit):
    """The numbers are metres."""

    code = "row.projected"
    wording = gettext_noop("坐标像是以米为单位的平面坐标，请换算成经纬度：%(lon)s，%(lat)s")


class Outside(Unfit):
    """A building does not lie in the community that it names."""

    code = "row.outside"
    wording = gettext_noop("位置不在所写的社区“%(community)s”内，相距%(metres)s米")


class UnknownCommunity(Unfit):
    """A building names a community that is not in the layer."""

    code = "row.unknown_community"
    wording = gettext_noop("社区编码“%(community)s”不在社区图层里")


class BrokenCommunity(Unfit):
    """A building names a community whose own row is not right."""

    code = "row.broken_community"
    wording = gettext_noop("所写的社区“%(community)s”本身有问题，先要改好它的边界")


class NoHouseholds(Unfit):
    """The count of households is missing."""

    code = "row.no_households"
    wording = gettext_noop("没有户数")


class OddHouseholds(Unfit):
    """The count of households can be none."""

    code = "row.odd_households"
    wording = gettext_noop("户数“%(households)s”不对，应是0或正整数")


class SelfCrossing(Unfit):
    """An outline crosses itself."""

    code = "row.self_crossing"
    wording = gettext_noop("边界自相交，或不是面：%(reason)s")


class InPieces(Unfit):
    """An outline has several parts; each is to be a row of its own, or they are to be joined."""

    code = "row.in_pieces"
    wording = gettext_noop("边界由%(count)s块组成，社区应是一整块")


class NoLine(Unfit):
    """A barrier is no line."""

    code = "row.no_line"
    wording = gettext_noop("不是线")


class ShiftedLayer(Unfit):
    """Buildings and communities are not in the same coordinate system."""

    code = "layer.shifted"
    wording = gettext_noop(
        "楼栋和社区的坐标系不一致：照原样只有%(as_is)s%%的楼栋在自己的社区里，"
        "把%(layer)s按%(system)s看则有%(shifted)s%%。请用 --datum %(layer)s=%(system)s 说明"
    )


@dataclass(frozen=True)
class Buildings:
    """The n buildings that are right, as columns.

    Attributes:
        ids, communities, compounds: (n) texts; no compound is an empty one.
        places: (n, 2) degrees.
        households, built: (n) numbers.
        footprints: (n) polygons in degrees, or points.
    """

    ids: npt.NDArray[np.object_]
    communities: npt.NDArray[np.object_]
    compounds: npt.NDArray[np.object_]
    places: Floats
    households: Ints
    built: Ints
    footprints: npt.NDArray[np.object_]


def outline_fault(key: str, shape: Any, *, first: int | None) -> Unfit | None:
    """Return what is wrong with an area, None if nothing is; ``first`` is the row of its twin."""
    if not key:
        return NoId()
    if first is not None:
        return Repeated(id=key, row=first)
    if shape is None or shapely.is_empty(shape):
        return NoPlace()
    if shape.geom_type not in ("Polygon", "MultiPolygon") or not shapely.is_valid(shape):
        return SelfCrossing(reason=shapely.is_valid_reason(shape))
    if shape.geom_type == "MultiPolygon" and len(shape.geoms) > 1:
        return InPieces(count=len(shape.geoms))
    return None


def line_fault(shape: Any) -> Unfit | None:
    """Return what is wrong with a line, None if nothing is."""
    if shape is None or shapely.is_empty(shape):
        return NoPlace()
    return None if shape.geom_type in ("LineString", "MultiLineString") else NoLine()


def judge(
    layer: Layer,
    outlines: Mapping[str, shapely.Polygon],
    broken: Collection[str],
    faults: list[Fault],
) -> Buildings:
    """Return the buildings that are right, and add what is wrong with the others to ``faults``.

    Args:
        layer: of buildings.
        outlines: of the communities that are right, in degrees.
        broken: communities whose outline is not.
        faults: what is wrong, added to.
    """
    shapes = layer.shapes
    places = shapely.get_coordinates(shapely.centroid(_or_nowhere(shapes)))
    reasons: list[Unfit | None] = []
    first_rows: dict[str, int] = {}
    for (row, said), shape in zip(layer.numbered(), layer.shapes, strict=True):
        fault = _row_fault(row, said, shape, first_rows)
        reasons.append(fault or _community_fault(said, outlines, broken))
    _crossing_faults(shapes, reasons)
    _place_faults(layer, places, outlines, reasons)
    for (row, said), reason in zip(layer.numbered(), reasons, strict=True):
        if reason is not None:
            faults.append(Fault(layer.file, row, _text(said.get("building_id")), reason))
    right = np.array([reason is None for reason in reasons], dtype=bool)
    rows = [said for said, fits in zip(layer.rows, right, strict=True) if fits]
    return Buildings(
        ids=_texts(rows, "building_id"),
        communities=_texts(rows, "community_id"),
        compounds=_texts(rows, "compound_id"),
        places=places[right],
        households=np.array([number_of(row["households"]) for row in rows], dtype=np.int64),
        built=np.array([number_of(row.get("built")) or 0 for row in rows], dtype=np.int64),
        footprints=shapes[right],
    )


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _texts(rows: list[dict[str, Any]], column: str) -> npt.NDArray[np.object_]:
    texts = np.empty(len(rows), dtype=object)
    texts[:] = [_text(row.get(column)) for row in rows]
    return texts


def _or_nowhere(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the shapes with a point at the origin for those that are missing."""
    lacking = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return np.where(lacking, shapely.Point(0, 0), shapes)


def _row_fault(
    row: int,
    said: dict[str, Any],
    shape: Any,
    first_rows: dict[str, int],
) -> Unfit | None:
    key = _text(said.get("building_id"))
    if not key:
        return NoId()
    if key in first_rows:
        return Repeated(id=key, row=first_rows[key])
    first_rows[key] = row
    if shape is None:
        return NoPlace()
    return _household_fault(said.get("households"))


def _community_fault(
    said: dict[str, Any], outlines: Mapping[str, shapely.Polygon], broken: Collection[str]
) -> Unfit | None:
    key = _text(said.get("community_id"))
    if key in outlines:
        return None
    return BrokenCommunity(community=key) if key in broken else UnknownCommunity(community=key)


def _household_fault(value: object) -> Unfit | None:
    if _text(value) == "":
        return NoHouseholds()
    number = number_of(value)
    if number is None or not 0 <= number <= _MOST_HOUSEHOLDS or number != int(number):
        return OddHouseholds(households=value)
    return None


def _crossing_faults(shapes: npt.NDArray[np.object_], reasons: list[Unfit | None]) -> None:
    for at in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)):
        reasons[at] = reasons[at] or SelfCrossing(reason=shapely.is_valid_reason(shapes[at]))


def _place_faults(
    layer: Layer,
    places: Floats,
    outlines: Mapping[str, shapely.Polygon],
    reasons: list[Unfit | None],
) -> None:
    """Find those that do not lie in their community."""
    whose: dict[str, list[int]] = {}
    for at, said in enumerate(layer.rows):
        if reasons[at] is None:
            whose.setdefault(_text(said.get("community_id")), []).append(at)
    for key, rows in whose.items():
        shapely.prepare(outlines[key])
        inside = shapely.contains_xy(outlines[key], *places[rows].T)
        for at in np.array(rows)[~inside]:
            reasons[at] = _place_fault(places[at], key, outlines[key])


def _place_fault(place: Floats, key: str, outline: shapely.Polygon) -> Unfit | None:
    lon, lat = (round(float(one), 7) for one in place)
    if max(abs(lon), abs(lat)) > 180:  # noqa: PLR2004 - degrees end there
        return Projected(lon=lon, lat=lat)
    away = _metres_away(outline, lon, lat)
    if away <= _BESIDE:
        return None
    if CHINA.holds(Position(lat, lon)) and _metres_away(outline, lat, lon) < _DAMAGED:
        return Swapped(lon=lon, lat=lat)
    return Outside(community=key, metres=round(away))


def _metres_away(outline: shapely.Polygon, lon: float, lat: float) -> float:
    plane = plane_of(outline)
    area = shapely.transform(outline, plane.metres)
    return float(shapely.distance(area, shapely.Point(plane.metres(np.array([lon, lat])))))


def same_system(buildings: Layer, communities: Layer, right: Buildings) -> None:
    """Make sure that buildings and communities are drawn in one coordinate system.

    Raises:
        ShiftedLayer: most buildings lie outside their communities, and would not if one of the
            layers were shifted as published maps are.
    """
    as_is = len(right.ids) / max(1, len(buildings.rows))
    if as_is >= _ENOUGH or not len(buildings.rows):
        return
    outlines = {_text(row.get("community_id")): at for at, row in enumerate(communities.rows)}
    step = max(1, len(buildings.rows) // _SAMPLE)
    sample = [
        (communities.shapes[outlines[key]], shapely.centroid(shape))
        for row, shape in zip(buildings.rows[::step], buildings.shapes[::step], strict=True)
        if shape is not None and (key := _text(row.get("community_id"))) in outlines
    ]
    for layer in ("buildings", "communities"):
        fits = [_fits_if_shifted(area, point, layer) for area, point in sample]
        share = sum(fits) / max(1, len(fits))
        if share > max(_ENOUGH, as_is):
            raise ShiftedLayer(
                as_is=round(100 * as_is),
                shifted=round(100 * share),
                layer=layer,
                system=System.GCJ02.value,
            )


def _fits_if_shifted(area: shapely.Polygon, point: shapely.Point, in_gcj02: str) -> bool:
    """Tell whether ``point`` is in ``area`` if the layer ``in_gcj02`` alone is shifted already."""
    shift = to_gcj02(Position(point.x, point.y), System.CGCS2000)
    east, north = shift.lon - point.x, shift.lat - point.y
    sign = -1 if in_gcj02 == "buildings" else 1
    return bool(shapely.contains_xy(area, point.x + sign * east, point.y + sign * north))
