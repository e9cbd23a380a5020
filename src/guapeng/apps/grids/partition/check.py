"""What can be wrong with rows, told in the words of those who made them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from guapeng.apps.grids.partition.county import Estimate, Fault, Floats, Ints
from guapeng.apps.grids.partition.layers import Layer, number_of
from guapeng.apps.grids.partition.plane import plane_of
from guapeng.plain.geo import CHINA, Position
from guapeng.plain.unfit import Unfit, gettext_noop

_BESIDE: Final = 5.0
"""Metres beyond its community that a building may lie: outlines are drawn by hand."""
_DAMAGED: Final = 1000.0
"""Metres beyond its community within which a turned position is meant to be in it."""
_MOST_HOUSEHOLDS: Final = 20_000
_AREAS: Final = ("Polygon", "MultiPolygon")
_HOUSES: Final = (*_AREAS, "Point", "MultiPoint")


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
    wording = gettext_noop("边界自相交：%(reason)s")


class NoArea(Unfit):
    """An outline is no area."""

    code = "row.no_area"
    wording = gettext_noop("应是面，不是%(kind)s")


class NoHouse(Unfit):
    """A building is neither an area nor a point."""

    code = "row.no_house"
    wording = gettext_noop("楼栋应是面或点，不是%(kind)s")


class Nowhere(Unfit):
    """An area of its own lies in no community, or not in the one that it names."""

    code = "row.nowhere"
    wording = gettext_noop("专属区域不在任何社区内，或不在所写的社区内")


class NothingRight(Unfit):
    """No row of a layer is right."""

    code = "layer.nothing_right"
    wording = gettext_noop("“%(file)s”里没有一行可用；第%(row)s行：%(reason)s")


class InPieces(Unfit):
    """An outline has several parts; each is to be a row of its own, or they are to be joined."""

    code = "row.in_pieces"
    wording = gettext_noop("边界由%(count)s块组成，应是一整块")


class NoLine(Unfit):
    """A barrier is no line."""

    code = "row.no_line"
    wording = gettext_noop("不是线")


@dataclass(frozen=True)
class Buildings:
    """The n buildings that are right, as columns.

    Attributes:
        ids, communities, compounds, specials: (n) texts; empty where there is none.
        places: (n, 2) degrees.
        households, built: (n) numbers.
        footprints: (n) polygons in degrees, or points.
    """

    ids: npt.NDArray[np.object_]
    communities: npt.NDArray[np.object_]
    compounds: npt.NDArray[np.object_]
    specials: npt.NDArray[np.object_]
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
    return _area_fault(shape)


def _area_fault(shape: Any) -> Unfit | None:
    if shape.geom_type not in _AREAS:
        return NoArea(kind=shape.geom_type)
    if not shapely.is_valid(shape):
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
    *,
    estimates: list[Estimate],
    per_floor: int,
) -> Buildings:
    """Return the buildings that are right, and add what is wrong with the others to ``faults``.

    Args:
        layer: of buildings.
        outlines: of the communities that are right, in degrees.
        broken: communities whose outline is not.
        faults: what is wrong, added to.
        estimates: counts that had to be worked out, added to.
        per_floor: homes on a floor of one entrance, where the row does not tell.
    """
    shapes = layer.shapes
    places = shapely.get_coordinates(shapely.centroid(_or_nowhere(shapes)))
    reasons: list[Unfit | None] = []
    households: list[int | None] = []
    first_rows: dict[str, int] = {}
    lacking = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for (row, said), shape, lacks in zip(layer.numbered(), shapes, lacking.tolist(), strict=True):
        worked_out = _worked_out(said, per_floor)
        drawn = None if lacks else shape
        fault = _row_fault(row, said, drawn, first_rows, told=worked_out is None)
        households.append(worked_out)
        reasons.append(fault or _community_fault(said, outlines, broken))
    _crossing_faults(shapes, reasons)
    _place_faults(layer, places, outlines, reasons)
    for (row, said), reason, count in zip(layer.numbered(), reasons, households, strict=True):
        key = _text(said.get("building_id"))
        if reason is not None:
            faults.append(Fault(layer.file, row, key, reason))
        elif count is not None:
            estimates.append(Estimate(layer.file, row, key, count))
    right = np.array([reason is None for reason in reasons], dtype=bool)
    rows = [said for said, fits in zip(layer.rows, right, strict=True) if fits]
    counts = [
        number_of(said["households"]) if count is None else count
        for said, count, fits in zip(layer.rows, households, right, strict=True)
        if fits
    ]
    return Buildings(
        ids=_texts(rows, "building_id"),
        communities=_texts(rows, "community_id"),
        compounds=_texts(rows, "compound_id"),
        specials=_texts(rows, "special"),
        places=places[right],
        households=np.array(counts, dtype=np.int64),
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
    *,
    told: bool,
) -> Unfit | None:
    key = _text(said.get("building_id"))
    if not key:
        return NoId()
    if key in first_rows:
        return Repeated(id=key, row=first_rows[key])
    first_rows[key] = row
    if shape is None:
        return NoPlace()
    if shape.geom_type not in _HOUSES:
        return NoHouse(kind=shape.geom_type)
    return _household_fault(said.get("households")) if told else None


def _worked_out(said: dict[str, Any], per_floor: int) -> int | None:
    """Return floors by entrances by homes on a floor, where that is all there is; else None."""
    if "units" not in said or "floors" not in said or _text(said.get("households")):
        return None
    floors, units = number_of(said["floors"]), number_of(said["units"])
    each = number_of(said.get("per_floor")) or per_floor
    if not floors or not units or min(floors, units, each) < 0:
        return None
    return round(floors * units * each)


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
