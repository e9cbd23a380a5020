"""From files to a county: every row is judged by itself, and what is not right is left out."""

from collections.abc import Iterator, Mapping
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
    Estimate,
    Fault,
    Line,
    Source,
    Special,
)
from guapeng.apps.grids.partition.layers import Layer, NoColumn, NoLayer, NoRows, read_layer, told
from guapeng.apps.grids.partition.plane import Plane, plane_of
from guapeng.apps.grids.partition.specials import with_specials
from guapeng.apps.grids.partition.systems import Placing, placed
from guapeng.plain import garbage
from guapeng.plain.geo import System
from guapeng.plain.unfit import Unfit

_EMPTY: Final = Layer("", (), np.empty(0, dtype=object), 1)
_LINE_REACH: Final = 0.002
"""Degrees beside a community in which a line still matters to it, some 200 m."""
_CENTIMETRES: Final = 2
_NEEDS: Final = {
    "communities": ("community_id",),
    "buildings": ("building_id", "community_id"),
    "compounds": ("compound_id",),
    "barriers": ("barrier_id",),
    "crossings": ("barrier_id",),
    "specials": ("special_id",),
}
_NEEDED: Final = ("communities", "buildings")
_A_FLOOR: Final = 2

Systems = Mapping[str, System | Placing | str]
"""In which system a layer is, by its name; CGCS2000 if it is not named."""


@garbage.left_alone()
def read_county(
    folder: Path,
    *,
    later: bool = False,
    systems: Systems | None = None,
    per_floor: int = _A_FLOOR,
) -> County:
    """Read a folder of layers into a county.

    Args:
        folder: holds ``communities`` and ``buildings``, and perhaps ``compounds``, ``barriers``,
            ``crossings`` and ``specials``, in any of the formats of
            docs/reference/grids-partition.md.
        later: whether households of buildings that are built later (``built`` above 0) count.
        systems: the coordinate systems of layers that are not in CGCS2000 or WGS 84, or whose files
            do not tell in which projection they are.
        per_floor: homes on a floor of one entrance, where households are not told but floors and
            entrances are.

    Raises:
        NoLayer, NoRows, NoGeoJson, NoFeatures, NoColumn: a file is missing or not right.
        systems.ShiftedLayer, InMetres and others: layers do not lie on one another.
        check.NothingRight: no community, or no building, is right.
    """
    said = {name: Placing.of(one) for name, one in (systems or {}).items()}
    files = _layers(folder)
    layers = placed(files, said)
    faults: list[Fault] = []
    outlines = _outlines(layers["communities"], faults)
    _some_right(layers["communities"], len(outlines), faults)
    compounds = _compounds(layers["compounds"], faults)
    lines = _lines(layers["barriers"], layers["crossings"], faults)
    areas = {key: one.outline for key, one in outlines.items()}
    named = {_text(row, "community_id") for row in layers["communities"].rows}
    specials = _specials(layers["specials"], areas, faults)
    estimates: list[Estimate] = []
    buildings = check.judge(
        layers["buildings"],
        areas,
        named - areas.keys(),
        faults,
        estimates=estimates,
        per_floor=per_floor,
    )
    _some_right(layers["buildings"], len(buildings.ids), faults)
    return County(
        communities=tuple(
            _communities(outlines, buildings, compounds, lines, specials, later=later)
        ),
        faults=tuple(sorted(faults, key=lambda fault: (fault.layer, fault.row))),
        estimates=tuple(estimates),
        sources={
            name: Source(
                layer.file, len(layer.rows), _told_system(layer, said.get(name)), layer.columns
            )
            for name, layer in files.items()
            if layer.file
        },
        shifted=any(one.system in (System.GCJ02, System.BD09) for one in said.values()),
    )


def _layers(folder: Path) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for name, needs in _NEEDS.items():
        layer = read_layer(folder, name, needs=needs)
        if layer is None and name in _NEEDED:
            raise NoLayer(folder=folder.resolve().name, layer=name)
        if layer is not None and not layer.rows and name in _NEEDED:
            raise NoRows(file=layer.file)
        found[name] = layer or _EMPTY
    first = found["buildings"].rows[0]
    if "households" not in first and not {"floors", "units"} <= first.keys():
        raise NoColumn(file=found["buildings"].file, column=told("households"))
    return found


def _told_system(layer: Layer, said: Placing | None) -> str:
    return str(said) if said else layer.crs or System.CGCS2000.value


def _some_right(layer: Layer, right: int, faults: list[Fault]) -> None:
    """Make sure that a layer is not wrong as a whole.

    Raises:
        check.NothingRight: no row is right; the first reason is told.
    """
    mine = [fault for fault in faults if fault.layer == layer.file]
    if not right and mine:
        first = min(mine, key=lambda fault: fault.row)
        raise check.NothingRight(file=layer.file, row=first.row, reason=first.reason)


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


@dataclass(frozen=True)
class _Special:
    """An area of its own, in degrees, and the community in which it is."""

    special: Special
    community: str


def _specials(
    layer: Layer, outlines: Mapping[str, shapely.Polygon], faults: list[Fault]
) -> list[_Special]:
    """Return what is a grid of its own, each with the community that has most of it."""
    keys = sorted(outlines)
    tree = shapely.STRtree([outlines[key] for key in keys])
    found = []
    rows = {_text(said, "special_id"): row for row, said in reversed(list(layer.numbered()))}
    for key, said, area in _areas(layer, "special_id", faults):
        shared = {
            keys[at]: float(shapely.area(shapely.intersection(outlines[keys[at]], area)))
            for at in tree.query(area, predicate="intersects")
        }
        whose = _text(said, "community_id") or max(
            sorted(shared), key=lambda one: shared[one], default=""
        )
        if shared.get(whose, 0.0) > 0:
            special = Special(key, _text(said, "name") or key, _text(said, "kind"), area)
            found.append(_Special(special, whose))
        else:
            faults.append(Fault(layer.file, rows[key], key, check.Nowhere()))
    return sorted(found, key=lambda one: one.special.id)


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
    specials: list[_Special],
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
        made = _community(
            key, about, buildings, rows, compounds, [lines[at] for at in sorted(touching)], later
        )
        mine = [one.special for one in specials if one.community == key]
        yield with_specials(made, mine, buildings.specials[rows])


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
