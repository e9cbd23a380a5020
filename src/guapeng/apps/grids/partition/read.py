"""From files to a county: every row is judged by itself, and what is not right is left out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from guapeng.apps.grids.partition import check
from guapeng.apps.grids.partition.county import (
    Community,
    Compound,
    County,
    Fault,
    Floats,
    Line,
)
from guapeng.apps.grids.partition.layers import Layer, NoLayer, read_layer
from guapeng.apps.grids.partition.plane import Plane, plane_of
from guapeng.plain.geo import Position, System, to_gcj02
from guapeng.plain.unfit import Unfit

_EMPTY: Final = Layer("", (), np.empty(0, dtype=object), 1)
_LINE_REACH: Final = 0.002
"""Degrees beside a community in which a line still matters to it, some 200 m."""
_CENTIMETRES: Final = 2

Systems = dict[str, System]
"""In which system a layer is, by its name; CGCS2000 if it is not named."""


@dataclass(frozen=True)
class Layers:
    """The files of a folder."""

    communities: Layer
    buildings: Layer
    compounds: Layer
    barriers: Layer
    crossings: Layer


def read_county(folder: Path, *, later: bool = False, systems: Systems | None = None) -> County:
    """Read a folder of layers into a county.

    Args:
        folder: holds ``communities`` and ``buildings``, and perhaps ``compounds``, ``barriers``
            and ``crossings``, as ``.geojson``, ``.csv`` or ``.xlsx`` (see
            docs/reference/grids-partition.md).
        later: whether households of buildings that are built later (``built`` above 0) count.
        systems: the coordinate systems of layers that are not in CGCS2000 or WGS 84.

    Raises:
        NoLayer, NoGeoJson, NoColumn: a file is missing or not right.
        check.ShiftedLayer: buildings and communities are in different coordinate systems.
    """
    layers = _on_one_map(_layers(folder), systems or {})
    faults: list[Fault] = []
    outlines = _outlines(layers.communities, faults)
    compounds = _compounds(layers.compounds, faults)
    lines = _lines(layers.barriers, layers.crossings, faults)
    areas = {key: one.outline for key, one in outlines.items()}
    named = {_text(said, "community_id") for said in layers.communities.rows}
    buildings = check.judge(layers.buildings, areas, named - areas.keys(), faults)
    if not systems:
        check.same_system(layers.buildings, layers.communities, buildings)
    return County(
        communities=tuple(_communities(outlines, buildings, compounds, lines, later=later)),
        faults=tuple(sorted(faults, key=lambda fault: (fault.layer, fault.row))),
    )


def _layers(folder: Path) -> Layers:
    communities = read_layer(folder, "communities", needs=("community_id",))
    needs = ("building_id", "community_id", "households")
    buildings = read_layer(folder, "buildings", needs=needs)
    for layer, name in ((communities, "communities"), (buildings, "buildings")):
        if layer is None:
            raise NoLayer(folder=folder.name, layer=name)
    assert communities
    assert buildings
    return Layers(
        communities=communities,
        buildings=buildings,
        compounds=read_layer(folder, "compounds", needs=("compound_id",)) or _EMPTY,
        barriers=read_layer(folder, "barriers", needs=("barrier_id",)) or _EMPTY,
        crossings=read_layer(folder, "crossings", needs=("barrier_id",)) or _EMPTY,
    )


def _on_one_map(layers: Layers, systems: Systems) -> Layers:
    """Shift layers towards GCJ-02 if some are and others are not; there is no way back here."""
    shifting = {System.GCJ02, System.BD09}
    if not shifting & set(systems.values()):
        return layers
    return Layers(
        **{
            name: _shifted(layer, systems.get(name, System.CGCS2000))
            for name, layer in vars(layers).items()
        }
    )


def _shifted(layer: Layer, system: System) -> Layer:
    def shift(places: Floats) -> Floats:
        return np.array([to_gcj02(Position(*place), system) for place in places]).reshape(-1, 2)

    return Layer(layer.file, layer.rows, shapely.transform(layer.shapes, shift), layer.first)


@dataclass(frozen=True)
class _Outline:
    name: str
    kind: str
    outline: shapely.Polygon


def _outlines(layer: Layer, faults: list[Fault]) -> dict[str, _Outline]:
    return {
        key: _Outline(_text(said, "name") or key, _text(said, "kind"), area)
        for key, said, area in _areas(layer, "community_id", faults)
    }


def _compounds(layer: Layer, faults: list[Fault]) -> dict[str, Compound]:
    return {
        key: Compound(key, _text(said, "name") or key, area)
        for key, said, area in _areas(layer, "compound_id", faults)
    }


def _areas(
    layer: Layer, column: str, faults: list[Fault]
) -> Iterator[tuple[str, dict[str, Any], shapely.Polygon]]:
    """Give the id, the row and the polygon of every area that is right."""
    rows: dict[str, int] = {}
    for (row, said), shape in zip(layer.numbered(), layer.shapes, strict=True):
        key = _text(said, column)
        fault = check.outline_fault(key, shape, first=rows.get(key))
        rows.setdefault(key, row)
        if fault:
            faults.append(Fault(layer.file, row, key, fault))
        else:
            yield key, said, _whole(shape)


def _whole(shape: Any) -> shapely.Polygon:
    """Return a polygon without a seam: the only part, if it comes as one of several."""
    return shape.geoms[0] if shape.geom_type == "MultiPolygon" else shape


def _lines(barriers: Layer, crossings: Layer, faults: list[Fault]) -> list[Line]:
    passed: dict[str, list[tuple[float, float]]] = {}
    for said, shape in zip(crossings.rows, crossings.shapes, strict=True):
        if shape is not None and shape.geom_type == "Point":
            passed.setdefault(_text(said, "barrier_id"), []).append((shape.x, shape.y))
    found = []
    for (row, said), shape in zip(barriers.numbered(), barriers.shapes, strict=True):
        key = _text(said, "barrier_id")
        fault: Unfit | None = check.line_fault(shape)
        if fault:
            faults.append(Fault(barriers.file, row, key, fault))
            continue
        places = np.array(sorted(passed.get(key, [])), dtype=float).reshape(-1, 2)
        hard = str(said.get("hard")).lower() in {"true", "1", "是"}
        found.append(Line(key, _text(said, "name"), _text(said, "kind"), hard, shape, places))
    return sorted(found, key=lambda line: line.id)


def _communities(
    outlines: dict[str, _Outline],
    buildings: check.Buildings,
    compounds: dict[str, Compound],
    lines: list[Line],
    *,
    later: bool,
) -> Iterator[Community]:
    near = shapely.STRtree([line.path for line in lines])
    order = np.lexsort((buildings.ids, buildings.communities))
    keys = buildings.communities[order]
    for key in sorted(outlines):
        rows = order[np.searchsorted(keys, key) : np.searchsorted(keys, key, side="right")]
        about = outlines[key]
        touching = near.query(about.outline, predicate="dwithin", distance=_LINE_REACH)
        yield _community(
            key, about, buildings, rows, compounds, [lines[at] for at in sorted(touching)], later
        )


def _community(  # noqa: PLR0917 - what it is made of, once
    key: str,
    about: _Outline,
    buildings: check.Buildings,
    rows: npt.NDArray[np.int64],
    compounds: dict[str, Compound],
    lines: list[Line],
    later: bool,  # noqa: FBT001
) -> Community:
    plane = plane_of(about.outline)
    stands = buildings.built[rows] <= 0 if not later else np.ones(len(rows), dtype=bool)
    named = sorted({one for one in buildings.compounds[rows] if one})
    place_of = {one: at for at, one in enumerate(named)}
    return Community(
        id=key,
        name=about.name,
        kind=about.kind,
        plane=plane,
        outline=shapely.transform(about.outline, plane.metres),
        ids=tuple(buildings.ids[rows]),
        places=np.round(plane.metres(buildings.places[rows]), _CENTIMETRES),
        households=np.where(stands, buildings.households[rows], 0),
        compound=np.array([place_of.get(one, -1) for one in buildings.compounds[rows]], np.int64),
        footprints=shapely.transform(buildings.footprints[rows], plane.metres),
        compounds=tuple(_on(plane, compounds.get(one, Compound(one, one, None))) for one in named),
        lines=tuple(
            replace(
                line,
                path=shapely.transform(line.path, plane.metres),
                crossings=plane.metres(line.crossings),
            )
            for line in lines
        ),
    )


def _on(plane: Plane, compound: Compound) -> Compound:
    if compound.outline is None:
        return compound
    return replace(compound, outline=shapely.transform(compound.outline, plane.metres))


def _text(said: dict[str, Any], column: str) -> str:
    value = said.get(column)
    return "" if value is None else str(value).strip()
