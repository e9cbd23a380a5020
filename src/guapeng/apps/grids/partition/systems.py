"""In which coordinate system each layer is: said, told by its file, or asked for.

A layer that lies 500 m beside the others looks right on its own. So each is held to its neighbours:
buildings to their communities and compounds, lines to buildings, crossings to lines. Where they fit
better if one of them were shifted as published maps are, nothing is divided until somebody has
said which is which. There is no way back from GCJ-02 here: layers are shifted towards it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np
import shapely

from guapeng.apps.grids.partition.county import Floats, Shapes
from guapeng.apps.grids.partition.layers import Layer
from guapeng.plain.geo import CHINA, Position, System, to_bd09, to_gcj02
from guapeng.plain.unfit import Unfit, gettext_noop

_DEGREES: Final = 180.0
_HALF: Final = 0.5
_CELL: Final = 0.001
"""Degrees within which shifts differ by a metre or two: they are looked up once."""
_SAMPLE: Final = 10_000
"""Buildings that are enough to tell."""
_PUBLISHED: Final = (System.GCJ02, System.BD09)
_PIECE: Final = 0.005
_STEP: Final = 1e-5
"""Degrees, about a metre: how near a line must come to run through a building."""
_AT_LINE: Final = 3e-4
"""Degrees, about 30 m: how far from its line a crossing may be drawn."""
_SURE: Final = 3.0
_FEW: Final = 2
_CUT: Final = 3
"""Buildings cut by borders of areas of their own, if these are to be asked about: they are few, so
who has said their system is believed."""
_NEAR: Final = 0.05
"""Degrees around the other layers within which a projection must put a layer."""
_BELTS: Final = (*range(4534, 4555), *range(4513, 4534), *range(4491, 4513), 3857)
"""CGCS2000: belts of 3 degrees, without and with their number before the easting, then those of 6;
and the metres of maps on the web."""
_KNOWN: Final = ("CRS84", "4326", "4490")


class ShiftedLayer(Unfit):
    """Two layers are not in the same coordinate system; the sentence says which, and what to say.

    ``given`` holds ``as_is`` and ``shifted``: how many of ``of`` do not fit, as they are and if
    shifted; and ``say``: what is to be said.
    """

    code = "layer.shifted"


class ShiftedBuildings(ShiftedLayer):
    """Buildings do not lie in their communities."""

    wording = gettext_noop(
        "楼栋和社区的坐标系不一致：%(of)s栋里有%(as_is)s栋照原样不在自己的社区里，"
        "换一种坐标系看则只有%(shifted)s栋。请用 %(say)s 说明"
    )


class ShiftedCompounds(ShiftedLayer):
    """Buildings do not lie in their compounds."""

    wording = gettext_noop(
        "楼栋和小区的坐标系不一致：%(of)s栋里有%(as_is)s栋照原样不在自己的小区围墙里，"
        "换一种坐标系看则只有%(shifted)s栋。请用 %(say)s 说明"
    )


class ShiftedLines(ShiftedLayer):
    """Lines run through buildings."""

    wording = gettext_noop(
        "楼栋和阻隔线的坐标系不一致：照原样有%(as_is)s栋楼被线穿过，"
        "换一种坐标系看则只有%(shifted)s栋。请用 %(say)s 说明"
    )


class ShiftedSpecials(ShiftedLayer):
    """Buildings lie across the border of areas of their own."""

    wording = gettext_noop(
        "楼栋和专属区域的坐标系不一致：照原样专属区域的边界穿过楼栋，或不在社区内，"
        "换一种坐标系看则没有。请用 %(say)s 说明"
    )


class ShiftedCrossings(ShiftedLayer):
    """Crossings do not lie on their lines."""

    wording = gettext_noop(
        "阻隔线和通行点的坐标系不一致：%(of)s处里有%(as_is)s处照原样不在自己的线上，"
        "换一种坐标系看则只有%(shifted)s处。请用 %(say)s 说明"
    )


class Apart(Unfit):
    """Most buildings lie outside their communities, and no system that is known explains it."""

    code = "layer.apart"
    wording = gettext_noop(
        "%(of)s栋里有%(as_is)s栋不在自己的社区里，换哪种坐标系看都不合。"
        "请核对楼栋和社区两个图层的坐标系、中央子午线和社区编码"
    )


class Turned(Unfit):
    """Latitude stands before longitude in a whole layer."""

    code = "layer.turned"
    wording = gettext_noop("“%(file)s”的经度和纬度写反了。请用 --datum %(say)s 说明，或改正文件")


class InMetres(Unfit):
    """The numbers of a layer are metres, and it is known of which projection."""

    code = "layer.projected"
    wording = gettext_noop(
        "“%(file)s”的坐标是以米为单位的平面坐标，像是 EPSG:%(epsg)s（中央子午线%(middle)s°）。"
        "如果确是CGCS2000，请用 --datum %(say)s 说明；北京54、西安80坐标请先换算"
    )


class InUnknownMetres(Unfit):
    """The numbers of a layer are metres, and nothing tells of which projection."""

    code = "layer.unknown_projection"
    wording = gettext_noop(
        "“%(file)s”的坐标是以米为单位的平面坐标，看不出是哪一带。"
        "请用 --datum %(layer)s=epsg:编号 说明："
        "CGCS2000三度带的编号是4534（中央子午线75°）至4554（135°），每带加1"
    )


class NotInMetres(Unfit):
    """A projection was told for a layer that is in degrees, or another than it is in."""

    code = "layer.not_projected"
    wording = gettext_noop("按“%(said)s”看，“%(file)s”不在中国境内。请核对带号和中央子午线")


class ForeignDatum(Unfit):
    """A file is in a system that needs parameters of the surveying authority."""

    code = "layer.datum"
    wording = gettext_noop(
        "“%(file)s”的坐标系是“%(datum)s”，与CGCS2000相差几十至上百米，"
        "换算参数由测绘部门掌握。请先换算成CGCS2000"
    )


class NoSystem(ValueError):
    """What was said names no coordinate system."""


@dataclass(frozen=True)
class Placing:
    """How the numbers of a layer say where it lies.

    Attributes:
        system: of the degrees.
        epsg: of the projection whose metres the numbers are; 0 for degrees.
        turned: whether north stands before east.
    """

    system: System = System.CGCS2000
    epsg: int = 0
    turned: bool = False

    @classmethod
    def of(cls, said: "str | System | Placing") -> "Placing":
        """Return the placing that is said: gcj02, epsg:4547, yx, or some with + between.

        >>> Placing.of("epsg:4547+yx")
        Placing(system=<System.CGCS2000: 'cgcs2000'>, epsg=4547, turned=True)

        Raises:
            NoSystem: it says none.
        """
        if isinstance(said, Placing):
            return said
        placing = cls()
        for word in said.lower().split("+"):
            digits = word.removeprefix("epsg:")
            if word == "yx":
                placing = replace(placing, turned=True)
            elif digits.isdigit() and int(digits) in _BELTS:
                placing = replace(placing, epsg=int(digits))
            elif word in tuple(System):
                placing = replace(placing, system=System(word))
            else:
                raise NoSystem(said)
        return placing

    def __str__(self) -> str:
        words = [f"epsg:{self.epsg}"] if self.epsg else []
        if self.system is not System.CGCS2000 or not words:
            words.append(self.system.value)
        return "+".join([*words, *(["yx"] if self.turned else [])])


def placed(layers: Mapping[str, Layer], said: Mapping[str, Placing]) -> dict[str, Layer]:
    """Return the layers in degrees, longitude first; shifted towards GCJ-02 if one of them is.

    Args:
        layers: by name, as their files have them.
        said: the placing of those of which something was said.

    Raises:
        Turned, InMetres, InUnknownMetres, NotInMetres, ForeignDatum: a layer is not in degrees, or
            not as was said.
        ShiftedLayer, Apart: they do not lie on one another.
    """
    found: dict[str, Layer] = {}
    waiting: list[str] = []
    for name, layer in layers.items():
        straight = _in_degrees(layer, said.get(name, Placing()))
        if _share(straight, _is_metres) > _HALF:
            waiting.append(name)
        else:
            found[name] = straight
    for name in waiting:
        raise _metres(name, layers[name], said.get(name, Placing()), found)
    for name, layer in found.items():
        _not_turned(name, layer, said.get(name, Placing()))
    systems = {name: said.get(name, Placing()).system for name in layers}
    for judge in (_of_communities, _of_compounds, _of_barriers, _of_crossings):
        judge(found, systems)
    if "specials" not in said or said["specials"].turned or said["specials"].epsg:
        _of_specials(found, systems)
    return _on_one_map(found, systems)


def _turned(layer: Layer) -> Layer:
    return replace(layer, shapes=shapely.transform(layer.shapes, lambda at: at[:, ::-1]))


def _in_degrees(layer: Layer, placing: Placing) -> Layer:
    """Return the layer with the projection undone that was said, or that its file tells."""
    straight = _turned(layer) if placing.turned else layer
    if placing.epsg:
        done = _unprojected(straight, placing.epsg)
        if _share(done, _is_in_china) <= _HALF and len(layer.rows):
            raise NotInMetres(file=layer.file, said=placing)
        return done
    if not layer.crs or any(known in layer.crs for known in _KNOWN):
        return straight
    return _unprojected(straight, layer.crs)


def _unprojected(layer: Layer, crs: int | str) -> Layer:
    """Undo a projection; the datum stays what it is.

    Raises:
        ForeignDatum: it is neither CGCS2000 nor WGS 84.
    """
    from pyproj import CRS, Transformer  # PROJ is slow to load, and seldom needed
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError:
        raise ForeignDatum(file=layer.file, datum=crs) from None
    degrees = system.geodetic_crs
    datum = degrees.datum.name if degrees and degrees.datum else system.name
    if not _agrees(datum):
        raise ForeignDatum(file=layer.file, datum=datum)
    if system.is_geographic:
        return layer
    undo = Transformer.from_crs(system, degrees, always_xy=True)

    def transform(places: Floats) -> Floats:
        return np.stack(undo.transform(places[:, 0], places[:, 1]), axis=1)

    return replace(layer, shapes=shapely.transform(layer.shapes, transform))


def _agrees(datum: str) -> bool:
    """Tell whether a datum is CGCS2000 or WGS 84, by whichever of its names."""
    plain = "".join(one for one in datum.lower() if one.isalnum())
    is_china = "2000" in plain and ("china" in plain or "cgcs" in plain)
    return is_china or "wgs84" in plain or "worldgeodeticsystem1984" in plain or "wgs1984" in plain


def _firsts(layer: Layer) -> Floats:
    """Return (n, 2) a place of each shape that is there, of some thousands if they are more."""
    shapes = layer.shapes[:: max(1, len(layer.shapes) // _SAMPLE)]
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    coordinates, whose = shapely.get_coordinates(there, return_index=True)
    _, first = np.unique(whose, return_index=True)
    return np.asarray(coordinates[first])


def _share(layer: Layer, claim: Callable[[Floats], Any]) -> float:
    places = _firsts(layer)
    return float(claim(places).mean()) if len(places) else 0.0


def _is_metres(places: Floats) -> Any:
    return np.abs(places).max(axis=1) > _DEGREES


def _is_in_china(places: Floats) -> Any:
    east = (places[:, 0] >= CHINA.west) & (places[:, 0] <= CHINA.east)
    return east & (places[:, 1] >= CHINA.south) & (places[:, 1] <= CHINA.north)


def _not_turned(name: str, layer: Layer, placing: Placing) -> None:
    if _share(layer, lambda places: _is_in_china(places[:, ::-1])) > _HALF:
        say = f"{name}={replace(placing, turned=not placing.turned)}"
        raise Turned(file=layer.file, say=say)


def _metres(name: str, layer: Layer, placing: Placing, found: Mapping[str, Layer]) -> Unfit:
    """Return what to ask of a layer in metres: the projection that puts it to the others."""
    straight = _turned(layer) if placing.turned else layer
    middle = np.median(_firsts(straight), axis=0)
    for epsg, turned in product(_BELTS, (False, True)):
        place = middle[::-1] if turned else middle
        if _belongs(epsg, place, found):
            right = replace(placing, epsg=epsg, turned=placing.turned != turned)
            lon = _middle_of(epsg)
            return InMetres(file=layer.file, epsg=epsg, middle=lon, say=f"{name}={right}")
    return InUnknownMetres(file=layer.file, layer=name)


def _belongs(epsg: int, place: Floats, found: Mapping[str, Layer]) -> bool:
    """Tell whether a projection puts ``place`` beside layers in degrees.

    Without such layers, tell whether the number before the easting is that of its belt.
    """
    number = int(place[0] // 1_000_000)
    others = [_firsts(one) for name, one in found.items() if name in ("communities", "buildings")]
    others = [one for one in others if len(one)]
    if not others:
        is_3, is_6 = epsg == 4513 + number - 25, epsg == 4491 + number - 13
        return (25 <= number <= 45 and is_3) or (13 <= number <= 23 and is_6)  # noqa: PLR2004
    low, high = _wide(others)
    shown = _unprojected(Layer("", ({},), shapely.points([place]), 1), epsg)
    lon, lat = shapely.get_coordinates(shown.shapes)[0]
    return bool((low <= (lon, lat)).all() and ((lon, lat) <= high).all())


def _wide(others: list[Floats]) -> tuple[Floats, Floats]:
    """Return the corners within which nearly all places lie, and a little more."""
    places = np.vstack(others)
    low, high = np.percentile(places, 2, axis=0), np.percentile(places, 98, axis=0)
    return low - _NEAR, high + _NEAR


def _middle_of(epsg: int) -> str:
    from pyproj import CRS  # see above

    operation = CRS.from_epsg(epsg).coordinate_operation
    params = operation.params if operation else []
    return next((f"{one.value:g}" for one in params if "ongitude of natural" in one.name), "–")


Shift = Callable[[Floats], Floats]
"""How far, in degrees, places lie beside where they would be; (n, 2) of (n, 2)."""
Misfits = Callable[[Shift], int]
"""How many do not fit if the first layer is shifted that way."""


def _between(first: System, other: System) -> Shift:
    """Return how far places of ``first`` must go to fit those of ``other``, if they are that."""

    def shift(places: Floats) -> Floats:
        if _ground(first) is _ground(other):
            return np.zeros_like(places)
        cells, whose = np.unique(np.round(places / _CELL), axis=0, return_inverse=True)
        shifts = [_way(Position(*place), first, other) for place in (cells * _CELL).tolist()]
        return np.array(shifts).reshape(-1, 2)[whose.ravel()]

    return shift


def _way(here: Position, first: System, other: System) -> tuple[float, float]:
    """Return the way in degrees; right to a metre or two, which is enough to tell them apart."""
    place = to_gcj02(here, first) if first is System.BD09 else here
    on_gcj02 = first in _PUBLISHED
    if on_gcj02 and other not in _PUBLISHED:
        beside = to_gcj02(place, System.CGCS2000)
        place = Position(2 * place.lon - beside.lon, 2 * place.lat - beside.lat)
    elif not on_gcj02 and other in _PUBLISHED:
        place = to_gcj02(place, System.CGCS2000)
    if other is System.BD09:
        place = to_bd09(place)
    return place.lon - here.lon, place.lat - here.lat


def _hold(  # noqa: PLR0917 - two layers, and how they are held to each other
    first: str,
    other: str,
    systems: Mapping[str, System],
    misfits: Misfits,
    of: int,
    fault: type[ShiftedLayer],
) -> None:
    """Make sure that two layers fit as they are better than in any other systems.

    Raises:
        ShiftedLayer: they would fit in others; the one nearest to what was said is named.
    """
    is_telling = _is_enough if fault is ShiftedSpecials else _is_telling
    as_is = misfits(_between(systems[first], systems[other]))
    if not is_telling(as_is, 0, of):
        return
    shown = (System.CGCS2000, System.GCJ02, System.BD09)
    said = {name: _ground(systems[name]) for name in (first, other)}
    tried = [
        (
            misfits(_between(one, two)),
            (one is not said[first]) + (two is not said[other]),
            (one in _PUBLISHED) + (two in _PUBLISHED),
            one is not said[first] if fault is ShiftedCompounds else two is not said[other],
            {first: one, other: two},
        )
        for one, two in product(shown, shown)
    ]
    best, _, _, _, right = min(tried, key=lambda one: one[:4])
    if is_telling(as_is, best, of):
        words = [
            f"--datum {name}={system.value}"
            for name, system in right.items()
            if system is not said[name]
        ]
        raise fault(as_is=as_is, shifted=best, of=of, say=" ".join(words))


def _ground(system: System) -> System:
    return System.CGCS2000 if system is System.WGS84 else system


def _is_telling(as_is: int, shifted: int, of: int) -> bool:
    """Tell whether so many fewer misfits are more than chance."""
    if of >= _FEW and as_is >= 0.9 * of and shifted <= 0.1 * of:
        return True
    return shifted <= as_is / 2 and as_is - shifted > _SURE * (as_is + shifted) ** 0.5


def _is_enough(as_is: int, shifted: int, _of: int) -> bool:
    """Tell whether few areas may be beside their place: their borders cut buildings."""
    return as_is >= _CUT and shifted == 0


def _key(said: Mapping[str, Any], column: str) -> str:
    value = said.get(column)
    return "" if value is None else str(value).strip()


def _whole_areas(layer: Layer, column: str) -> dict[str, Any]:
    """Return areas by their ids, the first of each."""
    found: dict[str, Any] = {}
    for said, shape in zip(layer.rows, layer.shapes, strict=True):
        if shape is not None and shapely.is_valid(shape) and shapely.area(shape) > 0:
            found.setdefault(_key(said, column), shape)
    return found


def _groups(layer: Layer, column: str, areas: Mapping[str, Any]) -> Iterator[tuple[Any, Floats]]:
    """Give each area with the places of its buildings."""
    whose: dict[str, list[int]] = {}
    lacking = shapely.is_missing(layer.shapes) | shapely.is_empty(layer.shapes)
    for at, (said, lacks) in enumerate(zip(layer.rows, lacking.tolist(), strict=True)):
        key = _key(said, column)
        if not lacks and key in areas:
            whose.setdefault(key, []).append(at)
    step = -(-sum(map(len, whose.values())) // _SAMPLE)
    for key, rows in sorted(whose.items()):
        middles = shapely.centroid(layer.shapes[rows[::step]])
        yield areas[key], shapely.get_coordinates(middles)


def _outside(groups: list[tuple[Any, Floats]], shift: Shift) -> int:
    """Count the places that are not in their areas once they are shifted."""
    places = np.vstack([places for _, places in groups])
    moved = places + shift(places)
    total, begin = 0, 0
    for area, mine in groups:
        shapely.prepare(area)
        inside = shapely.contains_xy(area, moved[begin : begin + len(mine)])
        total += len(mine) - int(inside.sum())
        begin += len(mine)
    return total


def _of_communities(layers: Mapping[str, Layer], systems: Mapping[str, System]) -> None:
    areas = _whole_areas(layers["communities"], "community_id")
    groups = list(_groups(layers["buildings"], "community_id", areas))
    if not groups:
        return
    of = sum(len(places) for _, places in groups)

    def misfits(shift: Shift) -> int:
        return _outside(groups, shift)

    _hold("buildings", "communities", systems, misfits, of, ShiftedBuildings)
    as_is = misfits(_between(systems["buildings"], systems["communities"]))
    if as_is > _HALF * of and of >= _FEW:
        raise Apart(as_is=as_is, of=of)


def _of_compounds(layers: Mapping[str, Layer], systems: Mapping[str, System]) -> None:
    areas = _whole_areas(layers["compounds"], "compound_id")
    groups = list(_groups(layers["buildings"], "compound_id", areas)) if areas else []
    if not groups:
        return
    of = sum(len(places) for _, places in groups)
    _hold(
        "buildings",
        "compounds",
        systems,
        lambda shift: _outside(groups, shift),
        of,
        ShiftedCompounds,
    )


def _pieces(shapes: Shapes) -> Shapes:
    """Return lines, and the borders of areas, in short pieces."""
    there = shapes[~shapely.is_missing(shapes)]
    flat = np.where(shapely.get_dimensions(there) > 1, shapely.boundary(there), there)
    lines = shapely.get_parts(flat[shapely.get_dimensions(flat) == 1])
    coordinates, whose = shapely.get_coordinates(
        shapely.segmentize(lines, _PIECE), return_index=True
    )
    joined = whose[1:] == whose[:-1]
    ends = np.stack([coordinates[:-1], coordinates[1:]], axis=1)[joined]
    return np.asarray(shapely.linestrings(ends))


def _of_barriers(layers: Mapping[str, Layer], systems: Mapping[str, System]) -> None:
    cut, buildings = _cuts(layers["barriers"], layers["buildings"]), layers["buildings"]
    _hold("barriers", "buildings", systems, cut, len(buildings.rows), ShiftedLines)


def _of_specials(layers: Mapping[str, Layer], systems: Mapping[str, System]) -> None:
    """Areas of their own cut no building, and lie in communities."""
    cut = _cuts(layers["specials"], layers["buildings"])
    areas = _whole_areas(layers["specials"], "special_id").values()
    if not areas:
        return
    middles = shapely.get_coordinates(shapely.centroid(list(areas))).reshape(-1, 2)
    outlines = list(_whole_areas(layers["communities"], "community_id").values())
    to_buildings = _between(systems["communities"], systems["buildings"])
    tree = shapely.STRtree(shapely.transform(outlines, lambda at: at + to_buildings(at)))

    def misfits(shift: Shift) -> int:
        inside = tree.query(shapely.points(middles + shift(middles)), predicate="within")
        return cut(shift) + _CUT * (len(middles) - len(np.unique(inside[0])))

    of = len(layers["buildings"].rows)
    _hold("specials", "buildings", systems, misfits, of, ShiftedSpecials)


def _cuts(lines: Layer, buildings: Layer) -> Misfits:
    """Return what counts the buildings through which lines or borders run."""
    pieces, tree = _pieces(lines.shapes), shapely.STRtree(buildings.shapes)

    def misfits(shift: Shift) -> int:
        moved = shapely.transform(pieces, lambda at: at + shift(at)) if len(pieces) else pieces
        hit = tree.query(moved, predicate="dwithin", distance=_STEP)
        return len(np.unique(hit[1]))

    return misfits


def _of_crossings(layers: Mapping[str, Layer], systems: Mapping[str, System]) -> None:
    lines: dict[str, list[Any]] = {}
    barriers, crossings = layers["barriers"], layers["crossings"]
    for said, shape in zip(barriers.rows, barriers.shapes, strict=True):
        if shape is not None:
            lines.setdefault(_key(said, "barrier_id"), []).append(shape)
    pairs = [
        (shape, shapely.union_all(lines[key]))
        for said, shape in zip(crossings.rows, crossings.shapes, strict=True)
        if shape is not None and shape.geom_type == "Point"
        if (key := _key(said, "barrier_id")) in lines
    ]
    if not pairs:
        return
    places = shapely.get_coordinates([point for point, _ in pairs])
    whole = np.array([line for _, line in pairs], dtype=object)

    def misfits(shift: Shift) -> int:
        moved = shapely.points(places + shift(places))
        return int((shapely.distance(moved, whole) > _AT_LINE).sum())

    _hold("crossings", "barriers", systems, misfits, len(pairs), ShiftedCrossings)


def _on_one_map(layers: Mapping[str, Layer], systems: Mapping[str, System]) -> dict[str, Layer]:
    """Shift layers towards GCJ-02 if some are in it and others are not; there is no way back."""
    if not set(_PUBLISHED) & set(systems.values()):
        return dict(layers)
    return {name: _shifted(layer, systems[name]) for name, layer in layers.items()}


def _shifted(layer: Layer, system: System) -> Layer:
    def shift(places: Floats) -> Floats:
        return np.array([to_gcj02(Position(*place), system) for place in places]).reshape(-1, 2)

    return replace(layer, shapes=shapely.transform(layer.shapes, shift))
