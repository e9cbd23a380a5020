import datetime as dt
from pathlib import Path
from typing import Any

import orjson
import pytest
import shapely
from tests.factories.world import Banner

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.divisions.outlines import (
    NotGeoJSON,
    OutlineReport,
    ShiftedDatum,
    import_outlines,
)
from guapeng.plain.geo import System

TODAY = dt.date(2026, 3, 2)
SQUARE = shapely.box(120, 43, 121, 44)
BOW_TIE = shapely.Polygon([(120, 43), (121, 44), (121, 43), (120, 44)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outlines.geojson"


def feature(shape: Any = SQUARE, **properties: object) -> dict[str, object]:
    return {"properties": properties, "geometry": orjson.loads(shapely.to_geojson(shape))}


def read(path: Path, *features: object) -> OutlineReport:
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))
    return import_outlines(path, datum=System.WGS84, on=TODAY)


def test_outline_is_kept_with_its_datum_and_a_point_inside(banner: Banner, file: Path) -> None:
    assert read(file, feature(adcode="150999", name="试验旗")) == OutlineReport(drawn=1)

    banner.county.refresh_from_db()
    assert shapely.from_wkb(bytes(banner.county.outline)).equals(SQUARE)
    assert banner.county.datum == "WGS84"
    assert SQUARE.contains(shapely.Point(banner.county.lon, banner.county.lat))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (feature(name="试验旗"), "没有代码（属性adcode或code）"),
        (feature(adcode="150998"), "没有登记代码150998000000的区划"),
        (feature(adcode="150999", name="别旗"), "名称写的是“别旗”，登记的是“试验旗”"),
        (feature(code="150999200000"), "代码150999200000已在前面出现"),
        (feature(shapely.Point(120, 43), adcode="150999"), "不是有效的面：Point"),
        (
            feature(BOW_TIE, adcode="150999"),
            "不是有效的面：Self-intersection[120.5 43.5]",
        ),
        ({"properties": {"adcode": "150999"}, "geometry": None}, "不是有效的面：无法读取"),
        (
            feature(shapely.box(43, 120, 44, 121), adcode="150999"),
            "经度和纬度可能写反了：经度 43.0，纬度 120.0",
        ),
    ],
)
def test_bad_feature_is_told_and_nothing_imported(
    banner: Banner, file: Path, given: object, told: str
) -> None:
    report = read(file, feature(code="150999200000"), given)

    assert [str(problem) for problem in report.problems] == [f"第2个要素：{told}"]
    assert not Division.objects.filter(outline__isnull=False).exists()


def test_shifted_outlines_are_refused(banner: Banner, file: Path) -> None:
    with pytest.raises(ShiftedDatum, match="GCJ02"):
        import_outlines(file, datum=System.GCJ02, on=TODAY)


@pytest.mark.parametrize("content", [b"no json", b"[]", b'{"type": "Feature"}'])
def test_file_that_is_no_collection_is_refused(db: None, file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(NotGeoJSON):
        import_outlines(file, datum=System.WGS84, on=TODAY)
