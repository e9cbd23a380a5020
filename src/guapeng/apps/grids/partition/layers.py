"""Layers as they come: GeoJSON, GeoPackages, shapefiles, or tables with positions."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from guapeng.plain.sheets import open_sheets
from guapeng.plain.unfit import Unfit, gettext_noop

_SUFFIXES: Final = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".csv", ".xlsx")

FILES: Final = {
    "communities": ("社区", "村社区", "社区边界", "社区村", "村社区边界"),
    "buildings": ("楼栋", "房屋", "建筑", "建筑物", "住宅"),
    "compounds": ("小区", "小区边界", "院落"),
    "barriers": ("阻隔线", "阻隔", "分隔线", "河流道路", "道路河流"),
    "crossings": ("通行点", "过点", "桥梁", "路口"),
    "specials": ("专属网格", "专属区域", "专属"),
}
"""Other names under which the file of a layer is known, or the layer of a GeoPackage."""

_CALLED: Final = {
    "building_id": (
        *("楼栋编号", "楼栋编码", "楼栋id", "房屋编号", "房屋编码", "建筑编号", "建筑物编码"),
        *("楼栋代码", "楼号", "楼栋", "编号", "id"),
    ),
    "community_id": (
        *(
            "社区编码",
            "社区代码",
            "村社区代码",
            "村社区编码",
            "区划代码",
            "行政区划代码",
            "社区编号",
        ),
        *("所属社区编码", "所属社区代码", "嘎查村代码", "村代码", "村编码"),
    ),
    "compound_id": ("小区编号", "小区编码", "小区代码", "小区", "所属小区", "小区名称", "院落"),
    "barrier_id": ("线编号", "线编码", "编号", "id"),
    "crossing_id": ("过点编号", "编号", "id"),
    "special_id": ("专属编号", "专属网格编号", "单位编号", "编号", "id"),
    "special": ("专属网格", "专属单位", "所属单位"),
    "households": ("户数", "常住户", "常住户数", "总户数", "住户数", "居民户数", "现有户数"),
    "floors": ("层数", "楼层数", "总层数", "地上层数"),
    "units": ("单元数", "单元", "门洞数", "楼门数"),
    "per_floor": ("每层户数", "每单元每层户数", "一梯户数", "梯户数"),
    "name": ("名称", "社区名称", "小区名称", "村名", "单位名称"),
    "kind": ("类型", "类别", "城乡类型", "城乡分类"),
    "hard": ("不可穿越", "硬隔离"),
    "built": ("建成", "待建"),
    "lon": ("经度", "longitude", "lng", "x经度", "经度坐标"),
    "lat": ("纬度", "latitude", "y纬度", "纬度坐标"),
    "x": ("横坐标", "东坐标", "easting", "x坐标", "坐标x", "point_x"),
    "y": ("纵坐标", "北坐标", "northing", "y坐标", "坐标y", "point_y"),
}
_DBASE: Final = 10
"""Bytes to which shapefiles cut their headings."""
_MARKS: Final = re.compile(r"\s*([(（【\[].*)?$")
"""A unit or remark behind a heading: 户数（户）."""
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_DEGREES: Final = re.compile(r"""(\d+)[°度:](\d+)['′分:](?:(\d+(?:\.\d+)?)[\"″”秒'′]*)?[NE北东]?""")
"""116°23′45″, as people write degrees, minutes and seconds."""


class NoLayer(Unfit):
    """A file without which there is nothing to divide is not there."""

    code = "layer.missing"
    wording = gettext_noop(
        "“%(folder)s”里没有%(layer)s（要有 %(layer)s.geojson、.gpkg、.shp、.zip、.csv 或 .xlsx）"
    )


class NoGeoJson(Unfit):
    """The file does not hold features."""

    code = "layer.unreadable"
    wording = gettext_noop("“%(file)s”不是GeoJSON要素集合：%(reason)s")


class NoFeatures(Unfit):
    """A file of geometries is damaged, or of another kind."""

    code = "layer.damaged"
    wording = gettext_noop("读不了“%(file)s”：%(reason)s")


class NoRows(Unfit):
    """A layer without which there is nothing to divide has no rows."""

    code = "layer.empty"
    wording = gettext_noop("“%(file)s”里一行也没有")


class NoColumn(Unfit):
    """No heading tells something that must be known."""

    code = "layer.column"
    wording = gettext_noop("“%(file)s”缺少列：%(column)s")


@dataclass(frozen=True)
class Layer:
    """Rows of a file and where they lie.

    Attributes:
        file: its name.
        rows: what the columns say, by our names for them; the file's own where we have none.
        shapes: (n) geometries as they came; None where there is none.
        first: the number of the first row.
        crs: the coordinate system that the file tells, "" if none.
        columns: the file's own heading for each of our columns that it has.
    """

    file: str
    rows: Sequence[dict[str, Any]]
    shapes: npt.NDArray[np.object_]
    first: int
    crs: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def numbered(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Give every row with its number."""
        return enumerate(self.rows, start=self.first)


def read_layer(folder: Path, name: str, *, needs: Sequence[str] = ()) -> Layer | None:
    """Return the layer ``name`` of ``folder``, None if there is no such file.

    Of several files that hold it, the first of the order in ``_SUFFIXES`` is taken; then a folder
    of that name with a shapefile; then a layer of that name in any GeoPackage.

    Raises:
        NoGeoJson, NoFeatures, NoColumn: the file is not right.
        guapeng.plain.sheets.Unreadable, EmptyFile: a table is none.
    """
    called = (name, *FILES[name])
    path = next((path for path in _places(folder, called) if path.exists()), None)
    if path is None:
        layer = _packed(folder, called)
    elif path.suffix in (".gpkg", ".shp", ".zip"):
        layer = _drawn(path, called)
    else:
        layer = _features(path) if path.suffix.endswith("json") else _table(path)
    for column in needs if layer and layer.rows else ():
        if layer and column not in layer.rows[0]:
            raise NoColumn(file=layer.file, column=told(column))
    return layer


def _places(folder: Path, called: Sequence[str]) -> Iterator[Path]:
    for one in called:
        for suffix in _SUFFIXES:
            yield folder / f"{one}{suffix}"
        yield from sorted((folder / one).glob("*.shp"))


def _packed(folder: Path, called: Sequence[str]) -> Layer | None:
    """Return the layer of that name in one of the GeoPackages of ``folder``."""
    for path in sorted(folder.glob("*.gpkg")):
        from guapeng.apps.grids.partition import vectors  # GDAL is slow to load, and seldom needed

        if set(vectors.layers_in(path)) & set(called):
            return _drawn(path, called)
    return None


def _drawn(path: Path, called: Sequence[str]) -> Layer:
    """Return a layer that GDAL reads."""
    from guapeng.apps.grids.partition import vectors  # see above

    found = vectors.read(path, called)
    ours = renamed(list(found.columns))
    named = [ours.get(heading, heading) for heading in found.columns]
    rows = [dict(zip(named, row, strict=True)) for row in zip(*found.columns.values(), strict=True)]
    if not rows:
        rows = [{} for _ in found.shapes]
    return Layer(found.file, rows, found.shapes, 1, found.crs, _turned_round(ours))


def number_of(value: object) -> float | None:
    """Return the number that a cell says, None if it says none.

    >>> number_of("约１，２３４户")
    1234.0
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace("−", "-")
    said = _NUMBER.findall(text)
    return float(said[0]) if len(said) == 1 else None


def degrees_of(value: object) -> float | None:
    """Return the number of degrees (or metres) that a cell says, None if it says none.

    >>> degrees_of("116°30′36″")
    116.51
    """
    text = unicodedata.normalize("NFKC", str(value)).strip() if value is not None else ""
    parts = _DEGREES.fullmatch(text.replace(" ", ""))
    if parts is None:
        return number_of(value)
    whole, minutes, seconds = parts.groups()
    return int(whole) + int(minutes) / 60 + float(seconds or 0) / 3600


def told(column: str) -> str:
    """Return a column as people are asked for it."""
    others = _CALLED.get(column, ())
    return f"{column}（{others[0]}）" if others else column


def renamed(headings: Sequence[str]) -> dict[str, str]:
    """Return our name for each heading that says one of our columns.

    Our own names come first, then others; units behind a heading do not matter, and headings that a
    shapefile has cut count as whole.
    """
    plain = {heading: _MARKS.sub("", _half(heading)).lower() for heading in headings}
    ours: dict[str, str] = {}
    for column, others in _CALLED.items():
        if any(ours.get(heading) == column for heading in ours):
            continue
        said = (heading for other in (column, *others) for heading in _saying(other, plain))
        match = next((heading for heading in said if heading not in ours), None)
        if match is not None:
            ours[match] = column
    return ours


def _half(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip()


def _saying(column: str, plain: Mapping[str, str]) -> Iterator[str]:
    """Give the headings that say ``column``, those that say all of it first."""
    cut = [column.encode(code)[:_DBASE].decode(code, "ignore") for code in ("utf-8", "gb18030")]
    for wanted in dict.fromkeys((column, *cut)):
        yield from (heading for heading, said in plain.items() if said == wanted)


def _turned_round(ours: Mapping[str, str]) -> Mapping[str, str]:
    return {column: heading for heading, column in ours.items()}


def _features(path: Path) -> Layer:
    try:
        found = orjson.loads(path.read_bytes())
        features = found["features"]
        rows = [feature["properties"] or {} for feature in features]
        shapes = _shapes([feature["geometry"] for feature in features])
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise NoGeoJson(file=path.name, reason=f"{error}") from error
    headings = renamed(list(rows[0])) if rows else {}
    if any(heading != column for heading, column in headings.items()):
        rows = [{headings.get(key, key): value for key, value in row.items()} for row in rows]
    return Layer(path.name, rows, shapes, 1, _crs(found.get("crs")), _turned_round(headings))


def _crs(said: Any) -> str:
    """Return the system that an older GeoJSON names."""
    try:
        return str(said["properties"]["name"])
    except (KeyError, TypeError):
        return ""


def _shapes(geometries: list[Any]) -> npt.NDArray[np.object_]:
    shapes = np.full(len(geometries), None, dtype=object)
    has = [bool(one and one.get("coordinates")) for one in geometries]
    points = [at for at, one in enumerate(geometries) if has[at] and one["type"] == "Point"]
    if points:
        places = np.array([geometries[at]["coordinates"][:2] for at in points], dtype=float)
        shapes[points] = shapely.points(places)
    simple = [at for at, one in enumerate(geometries) if one and _has_one_ring(one)]
    if simple:
        shapes[simple] = _polygons([geometries[at]["coordinates"][0] for at in simple])
    for at in set(range(len(geometries))) - set(points) - set(simple):
        if geometries[at]:
            shapes[at] = shapely.from_geojson(orjson.dumps(geometries[at]))
    return shapes


def _has_one_ring(geometry: dict[str, Any]) -> bool:
    if geometry["type"] != "Polygon" or len(geometry["coordinates"]) != 1:
        return False
    ring = geometry["coordinates"][0]
    return len(ring) > 3 and ring[0] == ring[-1] and len(ring[0]) == 2  # noqa: PLR2004


def _polygons(rings: list[list[list[float]]]) -> npt.NDArray[np.object_]:
    whose = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    flat = np.array([place for ring in rings for place in ring], dtype=float)
    return np.asarray(shapely.polygons(shapely.linearrings(flat, indices=whose)))


def _table(path: Path) -> Layer:
    headings, cells = _cells(path)
    ours = renamed(headings)
    names = [ours.get(heading, heading) for heading in headings]
    rows = [dict(zip(names, [*c, *[""] * (len(names) - len(c))], strict=False)) for c in cells]
    east, north = ("lon", "lat") if {"lon", "lat"} <= set(names) else ("x", "y")
    if rows and not {east, north} <= set(names):
        raise NoColumn(file=path.name, column="、".join(map(told, ("lon", "lat"))))
    shapes = np.full(len(rows), None, dtype=object)
    places = [(degrees_of(row[east]), degrees_of(row[north])) for row in rows]
    known = [at for at, place in enumerate(places) if None not in place]
    if known:
        shapes[known] = shapely.points(np.array([places[at] for at in known], dtype=float))
    return Layer(path.name, rows, shapes, 2, "", _turned_round(ours))


def _cells(path: Path) -> tuple[list[str], Iterable[list[str]]]:
    """Return the headings of a table, and the cells of its rows."""
    with open_sheets(path) as sheets:
        lines = sheets[0].rows()
        headings = next(lines, [])
        return headings, list(lines)


def write_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return a table as UTF-8 text with commas; the same rows give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
