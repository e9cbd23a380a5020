"""Importing the outlines of divisions, in whose shapes the places of matters are found."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from guapeng.kernel.divisions.listing import Problem
from guapeng.kernel.divisions.models import Division
from guapeng.plain import codes, geo
from guapeng.plain.unfit import Unfit, gettext_noop

_BATCH = 200


class NotGeoJSON(Unfit):
    """The file is no collection of GeoJSON features."""

    code = "outline.geojson"
    wording = gettext_noop("“%(file)s”不是GeoJSON要素集合")


class ShiftedDatum(Unfit):
    """The outlines are drawn in a system whose shift nobody may undo."""

    code = "outline.datum"
    wording = gettext_noop("范围须用CGCS2000或WGS 84坐标，%(datum)s有偏移，定位会出错")


class CodeMissing(Unfit):
    """The feature does not say whose outline it is."""

    code = "outline.code_missing"
    wording = gettext_noop("没有代码（属性adcode或code）")


class NoArea(Unfit):
    """The geometry encloses nothing, or crosses itself so that nobody knows what."""

    code = "outline.no_area"
    wording = gettext_noop("不是有效的面：%(reason)s")


class DivisionUnknown(Unfit):
    """No division of this code is valid on the day."""

    code = "outline.division_unknown"
    wording = gettext_noop("没有登记代码%(division)s的区划")


class NameDisagrees(Unfit):
    """The division of this code has another name."""

    code = "outline.name_disagrees"
    wording = gettext_noop("名称写的是“%(given)s”，登记的是“%(name)s”")


class OutlineRepeated(Unfit):
    """A division that an earlier feature has drawn."""

    code = "outline.repeated"
    wording = gettext_noop("代码%(division)s已在前面出现")


class FeatureProblem(Problem):
    """What is wrong with a feature; the first is number 1."""

    wording = gettext_noop("第%(number)d个要素：%(fault)s")


@dataclass(frozen=True)
class OutlineReport:
    """How many divisions were given an outline; none where there are problems."""

    drawn: int = 0
    problems: tuple[FeatureProblem, ...] = ()


@transaction.atomic
def import_outlines(
    path: Path,
    *,
    datum: geo.System,
    on: dt.date,
    progress: Callable[[int, int], None] | None = None,
) -> OutlineReport:
    """Give the divisions valid ``on`` that day the outlines of a GeoJSON file.

    Every feature has a polygon and the property ``adcode`` or ``code``; a ``name`` is compared.
    Divisions of every scheme that have the code get the outline, and its inner point as their
    position. With any problem nothing is imported.

    Raises:
        NotGeoJSON: the file cannot be read.
        ShiftedDatum: ``datum`` is not that of the ground.
    """
    if datum not in {geo.System.CGCS2000, geo.System.WGS84}:
        raise ShiftedDatum(datum=datum.name)
    drawing = _Drawing(on)
    for number, feature in enumerate(_features(path), start=1):
        drawing.add(number, feature)
    if drawing.problems:
        return OutlineReport(problems=tuple(drawing.problems))
    drawing.keep(datum, progress or (lambda _done, _total: None))
    return OutlineReport(drawn=len(drawing.outlines))


def _features(path: Path) -> list[Any]:
    try:
        return list(orjson.loads(path.read_bytes())["features"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise NotGeoJSON(file=path.name) from None


class _Drawing:
    """Outlines by code, as they are checked one after the other."""

    def __init__(self, on: dt.date) -> None:
        self.outlines: dict[str, BaseGeometry] = {}
        self.problems: list[FeatureProblem] = []
        self._divisions: dict[str, list[Division]] = {}
        for one in Division.objects.filter(valid__contains=on).defer("outline"):
            self._divisions.setdefault(one.code, []).append(one)

    def add(self, number: int, feature: Any) -> None:
        """Take a feature in, or remember what is wrong with it."""
        try:
            code = self._code(feature.get("properties") or {})
            self.outlines[code] = _area(feature)
        except Unfit as fault:
            self.problems.append(FeatureProblem(number, fault))

    def _code(self, properties: dict[str, Any]) -> str:
        given = properties.get("adcode") or properties.get("code")
        if not given:
            raise CodeMissing
        code = codes.normalise(str(given))
        divisions = self._divisions.get(code)
        if not divisions:
            raise DivisionUnknown(division=code)
        if code in self.outlines:
            raise OutlineRepeated(division=code)
        name = properties.get("name")
        if name and name not in {one.name for one in divisions}:
            raise NameDisagrees(given=name, name=divisions[0].name)
        return code

    def keep(self, datum: geo.System, progress: Callable[[int, int], None]) -> None:
        """Write the outlines."""
        drawn = [one for code in self.outlines for one in self._divisions[code]]
        for start in range(0, len(drawn), _BATCH):
            self._write(drawn[start : start + _BATCH], datum)
            progress(min(start + _BATCH, len(drawn)), len(drawn))

    def _write(self, divisions: Iterable[Division], datum: geo.System) -> None:
        batch = list(divisions)
        for one in batch:
            outline = self.outlines[one.code]
            inside = outline.representative_point()
            one.outline, one.datum = shapely.to_wkb(outline), datum.name
            one.lon, one.lat = inside.x, inside.y
        Division.objects.bulk_update(batch, ["outline", "datum", "lon", "lat"])


def _area(feature: Any) -> BaseGeometry:
    """Return the polygon of a feature.

    Raises:
        NoArea: it is none, or it is not valid.
        Unfit: it lies nowhere in China.
    """
    try:
        shape = shapely.geometry.shape(feature["geometry"])
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
        raise NoArea(reason="无法读取") from None
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        raise NoArea(reason=shape.geom_type)
    if not shape.is_valid:
        raise NoArea(reason=shapely.is_valid_reason(shape))
    west, south, east, north = shape.bounds
    geo.plausible(west, south)
    geo.plausible(east, north)
    return shape
