"""Files as offices have them: what is read of them, and what is said of what is not right."""

import csv
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely
from pyogrio.raw import write
from tests.factories.communities import Plot, community, write_county

from guapeng.apps.grids.partition import County, read_county
from guapeng.apps.grids.partition.check import NothingRight
from guapeng.apps.grids.partition.layers import (
    NoColumn,
    NoFeatures,
    NoLayer,
    NoRows,
    degrees_of,
    number_of,
    renamed,
)
from guapeng.plain.unfit import Unfit

KEY = "152224001001"
CHINESE = {
    "building_id": "楼栋编号",
    "community_id": "社区编码",
    "compound_id": "小区编号",
    "households": "户数",
    "name": "名称",
    "kind": "类型",
}


@pytest.fixture
def county(tmp_path: Path) -> Path:
    made = community(Plot(5, 4, seed=3, walled=2, river=3), key=KEY)
    return write_county(tmp_path / "county", [made])


def features(folder: Path, layer: str) -> list[dict[str, Any]]:
    return list(json.loads((folder / f"{layer}.geojson").read_text("utf-8"))["features"])


def rewrite(folder: Path, layer: str, those: list[dict[str, Any]]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": those})
    (folder / f"{layer}.geojson").write_text(text, "utf-8")


def draw(
    folder: Path, asked: str, path: Path, headings: dict[str, str] | None = None, **options: Any
) -> None:
    """Write a layer of GeoJSON in another format, and take it away."""
    those = features(folder, asked)
    names = list(those[0]["properties"])
    cells = []
    for name in names:
        column = [one["properties"][name] for one in those]
        number = all(isinstance(cell, int) for cell in column)
        cells.append(np.array(column, dtype=float if number else object))
    shapes = [shapely.geometry.shape(one["geometry"]) for one in those]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # headings are cut, as they are meant to be
        write(
            path,
            geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
            field_data=cells,
            fields=np.array([(headings or {}).get(name, name) for name in names], dtype=object),
            geometry_type=shapes[0].geom_type,
            crs="EPSG:4490",
            **options,
        )
    (folder / f"{asked}.geojson").unlink()


def what(county: County) -> Any:
    """Return what was read of the one community."""
    (one,) = county.communities
    return (
        county.faults,
        (one.ids, one.name, one.kind, one.households.tolist(), one.compound.tolist()),
        (len(one.compounds), [len(line.crossings) for line in one.lines]),
        [shape.wkt for shape in shapely.set_precision(one.footprints, 0.01)],
    )


LAYERS = ("communities", "buildings", "compounds", "barriers", "crossings")


def as_packages(folder: Path) -> None:
    for layer in LAYERS:
        draw(folder, layer, folder / f"{layer}.gpkg", CHINESE, driver="GPKG", layer="导出")


def as_one_package(folder: Path) -> None:
    for layer in LAYERS:
        draw(
            folder,
            layer,
            folder / "某县.gpkg",
            CHINESE,
            driver="GPKG",
            layer=layer,
            append=layer != LAYERS[0],
        )


def as_shapefiles(folder: Path) -> None:
    """Write ids whose headings are cut to ten bytes, and tables in GBK that do not say so."""
    for layer in LAYERS:
        draw(folder, layer, folder / f"{layer}.shp", driver="ESRI Shapefile", encoding="GB18030")
        (folder / f"{layer}.cpg").unlink(missing_ok=True)


def as_chinese_shapefiles(folder: Path) -> None:
    for layer, name in zip(LAYERS, ("社区", "楼栋", "小区", "阻隔线", "通行点"), strict=True):
        (folder / name).mkdir()
        path = folder / name / "shuju.shp"
        draw(folder, layer, path, CHINESE, driver="ESRI Shapefile", encoding="UTF-8")


def as_zips(folder: Path) -> None:
    as_shapefiles(folder)
    for layer in LAYERS:
        with zipfile.ZipFile(folder / f"{layer}.zip", "w") as packed:
            for path in sorted(folder.glob(f"{layer}.[sdp]*")):
                packed.write(path, f"导出数据/{layer}图层{path.suffix}")
        for path in folder.glob(f"{layer}.[sdp]*"):
            path.unlink()


@pytest.mark.parametrize(
    "change", [as_packages, as_one_package, as_shapefiles, as_chinese_shapefiles, as_zips]
)
def test_same_is_read_from_every_kind_of_file(change: Callable[[Path], None], county: Path) -> None:
    before = what(read_county(county))

    change(county)

    assert not list(county.glob("*.geojson"))
    assert what(read_county(county)) == before


def tabled(
    county: Path, name: str, headings: list[str], row: Callable[[dict[str, Any], Any], list[Any]]
) -> Path:
    """Write the buildings as a table, and take their layer away."""
    lines = [headings]
    for one in features(county, "buildings"):
        middle = shapely.geometry.shape(one["geometry"]).centroid
        lines.append(row(one["properties"], middle))
    (county / "buildings.geojson").unlink()
    path = county / name
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        book.save(path)
    else:
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(lines)
    return path


def test_table_with_degrees_minutes_and_seconds_is_read(county: Path) -> None:
    def sexagesimal(degrees: float) -> str:
        minutes = degrees % 1 * 60
        return f"{int(degrees)}°{int(minutes)}′{minutes % 1 * 60:.4f}″"

    before = read_county(county).communities[0]
    tabled(
        county,
        "楼栋.csv",
        ["楼栋编号", "社区编码", "户数（户）", "经度", "纬度"],
        lambda said, at: [
            *(said["building_id"], said["community_id"], f"约{said['households']}户"),
            *(sexagesimal(at.x), sexagesimal(at.y)),
        ],
    )

    after = read_county(county).communities[0]

    assert after.households.tolist() == before.households.tolist()
    assert np.abs(after.places - before.places).max() < 0.05


def test_workbook_with_metres_is_read_when_its_belt_is_said(county: Path) -> None:
    from pyproj import Transformer

    before = read_county(county).communities[0]
    project = Transformer.from_crs(4490, 4548, always_xy=True)
    tabled(
        county,
        "buildings.xlsx",
        ["楼号", "社区代码", "总户数", "X坐标", "Y坐标"],
        lambda said, at: [
            *(said["building_id"], said["community_id"], said["households"]),
            *reversed([f"{one:,.3f}" for one in project.transform(at.x, at.y)]),
        ],
    )

    with pytest.raises(Unfit, match=r"--datum buildings=epsg:4548\+yx"):
        read_county(county)
    county_said = read_county(county, systems={"buildings": "epsg:4548+yx"})

    assert np.abs(county_said.communities[0].places - before.places).max() < 0.05
    assert county_said.sources["buildings"].columns["households"] == "总户数"


def test_missing_households_are_worked_out_where_columns_tell_and_marked(county: Path) -> None:
    those = features(county, "buildings")
    for one in those:
        one["properties"].update(层数="６层", 单元数=3, 每层户数=None)
    those[2]["properties"].update(households=None)
    those[3]["properties"].update(households="", 每层户数=4)
    those[4]["properties"].update(households=None, 单元数=None)
    rewrite(county, "buildings", those)

    found = read_county(county, per_floor=2)

    assert [(one.row, one.households) for one in found.estimates] == [(3, 36), (4, 72)]
    assert [(one.row, one.reason.code) for one in found.faults] == [(5, "row.no_households")]
    assert found.communities[0].households[2:4].tolist() == [36, 72]


@pytest.mark.parametrize(
    ("layer", "shape", "code"),
    [
        ("buildings", shapely.LineString([(116, 42), (116.001, 42)]), "row.no_house"),
        ("buildings", shapely.Point(), "row.no_place"),
        ("compounds", shapely.Point(116, 42), "row.no_area"),
        ("barriers", shapely.box(116, 42, 116.001, 42.001), "row.no_line"),
    ],
)
def test_row_of_the_wrong_kind_of_geometry_is_named(
    layer: str, shape: Any, code: str, county: Path
) -> None:
    those = features(county, layer)
    those[0]["geometry"] = shapely.geometry.mapping(shape)
    rewrite(county, layer, those)

    (fault,) = read_county(county).faults

    assert (fault.layer, fault.row, fault.reason.code) == (f"{layer}.geojson", 1, code)


def spoil_rows(folder: Path) -> None:
    rewrite(folder, "buildings", [])


def spoil_areas(folder: Path) -> None:
    those = features(folder, "communities")
    those[0]["geometry"] = {"type": "LineString", "coordinates": [[116, 42], [117, 42]]}
    rewrite(folder, "communities", those)


def spoil_counts(folder: Path) -> None:
    those = features(folder, "buildings")
    for one in those:
        del one["properties"]["households"]
    rewrite(folder, "buildings", those)


def spoil_file(folder: Path) -> None:
    (folder / "buildings.geojson").unlink()
    (folder / "buildings.gpkg").write_bytes(b"nothing")


def spoil_zip(folder: Path) -> None:
    (folder / "buildings.geojson").unlink()
    with zipfile.ZipFile(folder / "buildings.zip", "w") as packed:
        packed.writestr("readme.txt", "")


def spoil_table(folder: Path) -> None:
    (folder / "buildings.geojson").unlink()
    (folder / "buildings.csv").write_text("楼栋编号,社区编码,户数\n1,152224001001,5\n", "utf-8")


def spoil_all(folder: Path) -> None:
    (folder / "communities.geojson").unlink()


@pytest.mark.parametrize(
    ("spoil", "fault", "words"),
    [
        (spoil_rows, NoRows, "“buildings.geojson”里一行也没有"),
        (spoil_areas, NothingRight, "第1行：应是面，不是LineString"),
        (spoil_counts, NoColumn, "households（户数）"),
        (spoil_file, NoFeatures, "读不了“buildings.gpkg”"),
        (spoil_zip, NoFeatures, "读不了“buildings.zip”"),
        (spoil_table, NoColumn, "lon（经度）、lat（纬度）"),
        (spoil_all, NoLayer, "communities"),
    ],
)
def test_layer_that_cannot_be_used_is_refused_with_the_reason(
    spoil: Callable[[Path], None], fault: type[Unfit], words: str, county: Path
) -> None:
    spoil(county)

    with pytest.raises(fault, match=words):
        read_county(county)


def test_columns_are_known_by_what_people_call_them() -> None:
    headings = ["小区名称", "常住户数 （户）", "行政区划代码", "楼栋编码", "备注", "经度"]

    assert renamed(headings) == {
        "楼栋编码": "building_id",
        "行政区划代码": "community_id",
        "小区名称": "compound_id",
        "常住户数 （户）": "households",
        "经度": "lon",
    }
    assert renamed(["building_i", "community_", "households", "FLOORS"]) == {
        "building_i": "building_id",
        "community_": "community_id",
        "households": "households",
        "FLOORS": "floors",
    }


@pytest.mark.parametrize(
    ("said", "number"),
    [("1,234", 1234), ("１，２３４", 1234), ("约300户", 300), ("300户左右", 300), ("许多", None),
     ("300-320户", None), (True, None), (None, None), ("−3", -3)],
)  # fmt: skip
def test_number_is_read_as_people_type_it(said: object, number: float | None) -> None:
    assert number_of(said) == number


@pytest.mark.parametrize(
    ("said", "degrees"),
    [
        ("116.51", 116.51),
        ("116°30′36″", 116.51),
        ("116°30'36\"E", 116.51),
        ("116度30分36秒", 116.51),
        ("116° 30′", 116.5),
        ("东", None),
    ],
)
def test_degrees_are_read_as_people_type_them(said: str, degrees: float | None) -> None:
    assert degrees_of(said) == (degrees if degrees is None else pytest.approx(degrees))
