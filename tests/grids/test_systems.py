"""A layer that lies beside the others is asked about, never moved in silence."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from tests.factories.communities import Plot, community, write_county

from guapeng.apps.grids.partition import County, Line, read_county
from guapeng.apps.grids.partition.systems import (
    Apart,
    ForeignDatum,
    InMetres,
    InUnknownMetres,
    NotInMetres,
    Placing,
    ShiftedLayer,
    Turned,
)
from guapeng.plain.geo import Position, System, to_gcj02
from guapeng.plain.unfit import Unfit

LAYERS = ("communities", "buildings", "compounds", "barriers", "crossings", "specials")
Move = Callable[[np.ndarray], np.ndarray]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a community of 1.2 km with two lines, a compound, bridges, and a school."""
    made = community(Plot(30, 12, seed=3, walled=12, river=15))
    river = made.lines[0]
    y = 5.5 * 40.0
    path = shapely.LineString([(-100, y), (1300, y)])
    road = Line(
        "r2", "东西大街", "arterial", hard=False, path=path, crossings=np.array([[600.0, y]])
    )
    bridges = np.array([[river.path.coords[0][0], at] for at in (0.0, 200.0)])
    made = replace(made, lines=(replace(river, crossings=bridges), road))
    folder = write_county(tmp_path_factory.mktemp("whole"), [made])
    west, south = 19.5 * 40, 6.5 * 40
    school = shapely.box(west, south, west + 320, south + 160)
    drawn = shapely.transform(school, made.plane.degrees)
    write(folder, "specials", [feature(drawn, special_id="s1", name="实验小学", kind="school")])
    return folder


def feature(shape: object, **said: object) -> dict[str, object]:
    return {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(shape)}


def write(folder: Path, layer: str, features: list[dict[str, object]]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / f"{layer}.geojson").write_text(text, "utf-8")


def moved(whole: Path, folder: Path, layers: tuple[str, ...], move: Move) -> Path:
    """Return a county in which some layers are moved."""
    folder.mkdir()
    for layer in LAYERS:
        features = json.loads((whole / f"{layer}.geojson").read_text("utf-8"))["features"]
        for one in features if layer in layers else ():
            shape = shapely.transform(shapely.geometry.shape(one["geometry"]), move)
            one["geometry"] = shapely.geometry.mapping(shape)
        write(folder, layer, features)
    return folder


def gcj02(places: np.ndarray) -> np.ndarray:
    return np.array([to_gcj02(Position(*place), System.WGS84) for place in places])


def bd09(places: np.ndarray) -> np.ndarray:
    """Shift degrees as Baidu does, by undoing the undoing."""
    wanted = gcj02(places)
    found = wanted.copy()
    for _ in range(8):
        found += wanted - [to_gcj02(Position(*place), System.BD09) for place in found]
    return found


def turned(places: np.ndarray) -> np.ndarray:
    return places[:, ::-1]


def belt(epsg: int) -> Move:
    project = Transformer.from_crs(4490, epsg, always_xy=True)
    return lambda places: np.stack(project.transform(*places.T), axis=1)


WAYS = {
    "gcj02": gcj02,
    "bd09": bd09,
    "yx": turned,
    "epsg:4548": belt(4548),
    "epsg:4527": belt(4527),
    "epsg:4527+yx": lambda places: turned(belt(4527)(places)),
    "gcj02+yx": lambda places: turned(gcj02(places)),
}


def said_in(fault: Unfit) -> dict[str, Placing]:
    """Return what a refusal says is to be said."""
    pairs = re.findall(r"(\w+)=(\S+)", str(fault.given["say"]))
    return {layer: Placing.of(system) for layer, system in pairs}


def read_as_asked(folder: Path) -> tuple[County, list[Unfit]]:
    """Read a county, and say what each refusal asks for until there is none."""
    said: dict[str, Placing] = {}
    asked: list[Unfit] = []
    while True:
        try:
            return read_county(folder, systems=said), asked
        except (ShiftedLayer, Turned, InMetres) as fault:
            assert len(asked) < 5, asked
            asked.append(fault)
            said |= said_in(fault)


def test_layers_that_fit_are_read_without_a_word(whole: Path) -> None:
    county = read_county(whole)

    assert county.faults == ()
    assert not county.shifted
    assert {one.system for one in county.sources.values()} == {"cgcs2000"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("layer", LAYERS)
def test_layer_that_lies_beside_the_others_is_asked_about(
    layer: str, way: str, whole: Path, tmp_path: Path
) -> None:
    county, asked = read_as_asked(moved(whole, tmp_path / "county", (layer,), WAYS[way]))

    assert asked, "nobody was asked"
    assert {name for fault in asked for name in said_in(fault)} == {layer}
    assert str(county_said(asked)[layer]) == str(Placing.of(way))
    assert county.faults == ()
    assert len(county.communities[0].ids) == 360
    assert county.shifted == ("gcj02" in way or "bd09" in way)


def county_said(asked: list[Unfit]) -> dict[str, Placing]:
    return {name: placing for fault in asked for name, placing in said_in(fault).items()}


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_system_that_is_said_wrongly_is_asked_about_too(layer: str, whole: Path) -> None:
    with pytest.raises(ShiftedLayer) as refused:
        read_county(whole, systems={layer: System.GCJ02})

    assert said_in(refused.value) == {layer: Placing()}


def test_all_layers_in_one_system_are_left_as_they_are(whole: Path, tmp_path: Path) -> None:
    county = read_county(moved(whole, tmp_path / "county", LAYERS, gcj02))

    assert county.faults == ()
    assert not county.shifted


def test_two_layers_in_two_systems_are_both_asked_about(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "once", ("communities",), gcj02)
    folder = moved(folder, tmp_path / "twice", ("buildings",), bd09)

    county, asked = read_as_asked(folder)

    assert {"communities": Placing(System.GCJ02), "buildings": Placing(System.BD09)}.items() <= (
        county_said(asked).items()
    )
    assert len(county.communities[0].ids) == 360


def test_metres_of_no_known_belt_are_asked_about(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "county", LAYERS, belt(4548))

    with pytest.raises(InUnknownMetres, match="--datum communities=epsg:"):
        read_county(folder)

    everything = dict.fromkeys(LAYERS, "epsg:4548")
    assert len(read_county(folder, systems=everything).communities[0].ids) == 360


def test_number_of_the_belt_before_the_easting_tells_the_belt(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "county", LAYERS, belt(4527))

    with pytest.raises(InMetres, match="EPSG:4527（中央子午线117°）"):
        read_county(folder)


def test_wrong_belt_puts_buildings_elsewhere_and_is_refused(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "county", ("buildings",), belt(4548))

    with pytest.raises(Apart, match="中央子午线"):
        read_county(folder, systems={"buildings": "epsg:4547"})
    with pytest.raises(NotInMetres):
        read_county(folder, systems={"buildings": "epsg:4527"})


def test_belt_that_the_file_tells_is_taken(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "county", ("buildings",), belt(4548))
    name_system(folder, "urn:ogc:def:crs:EPSG::4548")

    county = read_county(folder)

    assert county.faults == ()
    assert county.sources["buildings"].system == "urn:ogc:def:crs:EPSG::4548"


@pytest.mark.parametrize("crs", ["EPSG:2412", "EPSG:4610", "EPSG:2436"])
def test_older_datum_is_refused_for_its_shift_is_not_known(
    crs: str, whole: Path, tmp_path: Path
) -> None:
    folder = moved(whole, tmp_path / "county", (), gcj02)
    name_system(folder, crs)

    with pytest.raises(ForeignDatum, match="请先换算成CGCS2000"):
        read_county(folder)


def name_system(folder: Path, crs: str) -> None:
    path = folder / "buildings.geojson"
    layer = json.loads(path.read_text("utf-8"))
    layer["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(layer), "utf-8")


def test_buildings_of_another_place_are_refused_as_a_whole(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "county", ("buildings",), lambda at: at + 0.2)

    with pytest.raises(Apart, match="360栋里有360栋不在自己的社区里"):
        read_county(folder)


def test_few_buildings_outside_are_faults_of_their_rows(whole: Path, tmp_path: Path) -> None:
    folder = moved(whole, tmp_path / "county", (), gcj02)
    path = folder / "buildings.geojson"
    features = json.loads(path.read_text("utf-8"))["features"]
    for one in features[:5]:
        shape = shapely.transform(shapely.geometry.shape(one["geometry"]), lambda at: at + 0.2)
        one["geometry"] = shapely.geometry.mapping(shape)
    write(folder, "buildings", features)

    county = read_county(folder)

    assert [(fault.row, fault.reason.code) for fault in county.faults] == [
        (row, "row.outside") for row in range(1, 6)
    ]
