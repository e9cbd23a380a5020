"""Layers as they come: GeoJSON or tables with lon and lat, rows with their numbers."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from guapeng.plain.sheets import open_sheets
from guapeng.plain.unfit import Unfit, gettext_noop

_SUFFIXES: Final = (".geojson", ".json", ".csv", ".xlsx")

_CALLED: Final = {
    "building_id": ("楼栋编号", "楼栋编码", "楼栋id", "楼号", "楼栋", "id"),
    "community_id": ("社区编码", "社区代码", "村社区代码", "区划代码", "社区编号"),
    "compound_id": ("小区编号", "小区编码", "小区"),
    "barrier_id": ("线编号", "id"),
    "crossing_id": ("过点编号", "id"),
    "households": ("户数", "常住户", "常住户数", "总户数"),
    "name": ("名称", "社区名称", "小区名称"),
    "kind": ("类型", "类别"),
    "hard": ("不可穿越",),
    "built": ("建成",),
    "lon": ("经度", "longitude", "lng", "x经度"),
    "lat": ("纬度", "latitude", "y纬度"),
}
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


class NoLayer(Unfit):
    """A file without which there is nothing to divide is not there."""

    code = "layer.missing"
    wording = gettext_noop("“%(folder)s”里没有%(layer)s（要有 %(layer)s.geojson、.csv 或 .xlsx）")


class NoGeoJson(Unfit):
    """The file does not hold features."""

    code = "layer.unreadable"
    wording = gettext_noop("“%(file)s”不是GeoJSON要素集合：%(reason)s")


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
        shapes: (n) geometries in degrees as they came; None where there is none.
        first: the number of the first row.
    """

    file: str
    rows: Sequence[dict[str, Any]]
    shapes: npt.NDArray[np.object_]
    first: int

    def numbered(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Give every row with its number."""
        return enumerate(self.rows, start=self.first)


def read_layer(folder: Path, name: str, *, needs: Sequence[str] = ()) -> Layer | None:
    """Return the layer ``name`` of ``folder``, None if there is no such file.

    Raises:
        NoGeoJson, NoColumn: the file is not right.
        guapeng.plain.sheets.Unreadable, EmptyFile: a table is none.
    """
    found = (folder / f"{name}{suffix}" for suffix in _SUFFIXES)
    path = next((path for path in found if path.exists()), None)
    if path is None:
        return None
    layer = _features(path) if path.suffix.endswith("json") else _table(path)
    for column in needs if layer.rows else ():
        if column not in layer.rows[0]:
            raise NoColumn(file=path.name, column=_told(column))
    return layer


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


def _told(column: str) -> str:
    others = _CALLED.get(column, ())
    return f"{column}（{others[0]}）" if others else column


def _renamed(headings: Sequence[str]) -> dict[str, str]:
    """Return our name for each heading that says one of our columns."""
    plain = {heading: heading.strip().lower() for heading in headings}
    ours: dict[str, str] = {}
    for column, others in _CALLED.items():
        if column in plain.values():
            ours.update({heading: column for heading, said in plain.items() if said == column})
            continue
        match = next((h for other in others for h, said in plain.items() if said == other), None)
        if match is not None and match not in ours:
            ours[match] = column
    return ours


def _features(path: Path) -> Layer:
    try:
        features = orjson.loads(path.read_bytes())["features"]
        rows = [feature["properties"] or {} for feature in features]
        shapes = _shapes([feature["geometry"] for feature in features])
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise NoGeoJson(file=path.name, reason=f"{error}") from error
    headings = _renamed(list(rows[0])) if rows else {}
    if any(heading != column for heading, column in headings.items()):
        rows = [{headings.get(key, key): value for key, value in row.items()} for row in rows]
    return Layer(path.name, rows, shapes, first=1)


def _shapes(geometries: list[Any]) -> npt.NDArray[np.object_]:
    shapes = np.full(len(geometries), None, dtype=object)
    points = [at for at, one in enumerate(geometries) if one and one["type"] == "Point"]
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
    rows = list(_cells(path))
    shapes = np.full(len(rows), None, dtype=object)
    places = [(number_of(row.get("lon")), number_of(row.get("lat"))) for row in rows]
    known = [at for at, place in enumerate(places) if None not in place]
    if known:
        shapes[known] = shapely.points(np.array([places[at] for at in known], dtype=float))
    return Layer(path.name, rows, shapes, first=2)


def _cells(path: Path) -> Iterator[dict[str, Any]]:
    """Give the rows of a table by our columns."""
    with open_sheets(path) as sheets:
        lines = sheets[0].rows()
        headings = next(lines, [])
        ours = _renamed(headings)
        columns = [ours.get(heading, heading) for heading in headings]
        for line in lines:
            yield dict(zip(columns, [*line, *[""] * (len(columns) - len(line))], strict=False))


def write_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return a table as UTF-8 text with commas; the same rows give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
