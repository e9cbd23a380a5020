"""Organs, parks, schools and hospitals: grids of their own beside the others."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.communities import (
    Plot,
    block,
    community,
    plots,
    with_specials,
    write_county,
)

from guapeng.apps.grids.partition import (
    Community,
    Division,
    Options,
    Previous,
    Range,
    Rules,
    Special,
    partition,
    read_county,
    read_previous,
    write_plan,
)
from guapeng.apps.grids.partition.solve import divide

SIZE = Range(least=30, most=50, aim=40)
OPTIONS = Options(Rules(SIZE, SIZE))


def codes_of(division: Division) -> list[str]:
    return [grid.code[-3:] for grid in division.grids]


def assert_tiles(made: Community, division: Division) -> None:
    areas = [grid.area for grid in division.grids]
    assert shapely.union_all(areas).symmetric_difference(made.outline).area < 1e-6
    assert sum(area.area for area in areas) == pytest.approx(made.outline.area, abs=1e-6)
    shared = {tuple(at) for area in areas for at in shapely.get_coordinates(area)}
    for area in areas:
        others = shapely.union_all([one for one in areas if one is not area])
        ends = shapely.get_coordinates(shapely.intersection(area, others))
        assert {tuple(at) for at in ends} <= shared


def test_school_is_a_grid_of_its_own_and_the_others_lie_around_it() -> None:
    school = Special("s1", "实验小学", "school", block(2, 2, 2, 1))
    made = with_specials(replace(community(Plot(6, 6)), households=np.full(36, 4)), school)

    division = divide(made, OPTIONS)

    assert codes_of(division) == ["001", "002", "003", "901"]
    grid = division.grids[-1]
    assert (grid.name, grid.special, grid.kind) == ("东关社区实验小学专属网格", "s1", "school")
    assert grid.area.equals(school.area)
    assert (grid.buildings, grid.in_range) == (2, True)
    assert sum(one.households for one in division.grids[:-1]) == made.total - grid.households
    assert division.building_ids == made.ids
    assert (division.grid[made.special == 0] == 3).all()
    assert_tiles(made, division)


def test_park_without_buildings_is_a_grid_too() -> None:
    park = Special("p1", "人民公园", "park", block(2, 6, 3, 1).buffer(-2))
    made = replace(community(Plot(6, 6)), households=np.full(36, 4))
    made = with_specials(replace(made, outline=made.outline.union(block(0, 6, 6, 2))), park)

    division = divide(made, OPTIONS)

    assert (division.grids[-1].code[-3:], division.grids[-1].buildings) == ("901", 0)
    assert_tiles(made, division)


def test_what_only_its_buildings_tell_has_an_area_around_them() -> None:
    made = replace(community(Plot(6, 6)), households=np.full(36, 4))
    whose = np.full(36, -1)
    whose[:3] = 0
    made = replace(made, specials=(Special("县医院", "县医院", "", None),), special=whose)

    division = divide(made, OPTIONS)

    hospital = division.grids[-1]
    assert (hospital.code[-3:], hospital.buildings, hospital.area.geom_type) == (
        *("901", 3, "Polygon"),
    )
    assert shapely.covers(hospital.area, made.footprints[:3]).all()
    assert_tiles(made, division)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(plots(), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3))
def test_grids_and_specials_cover_every_community(
    plot: Plot, column: int, row: int, columns: int
) -> None:
    made = community(replace(plot, river=0))
    area = block(column, row, columns).intersection(made.outline)
    made = with_specials(made, Special("s1", "学校", "school", area)) if area.area > 1 else made

    division = divide(made, OPTIONS)

    assert_tiles(made, division)
    own = np.array([grid.area for grid in division.grids], dtype=object)[division.grid]
    assert shapely.intersects(own, shapely.points(made.places)).all()
    for code, loads in zip(codes_of(division), division.grids, strict=True):
        assert (code > "900") == bool(loads.special)


def test_specials_keep_their_numbers_and_new_ones_get_others() -> None:
    school = Special("s1", "小学", "school", block(0, 0))
    park = Special("p1", "公园", "park", block(5, 5))
    made = replace(community(Plot(6, 6)), households=np.full(36, 4))
    before = divide(with_specials(made, school, park), OPTIONS)
    names = dict(zip(before.building_ids, (before.grids[g].code for g in before.grid), strict=True))
    previous = Previous(
        names, specials={grid.special: grid.code for grid in before.grids if grid.special}
    )

    hospital = Special("h1", "医院", "hospital", block(5, 0))
    after = divide(with_specials(made, hospital, park), replace(OPTIONS, previous=previous))

    numbers = {grid.special: grid.code[-3:] for grid in after.grids if grid.special}
    assert {grid.special: grid.code[-3:] for grid in before.grids if grid.special} == {
        "s1": "901",
        "p1": "902",
    }
    assert numbers == {"h1": "903", "p1": "902"}
    assert all(grid.code[-3:] < "900" for grid in after.grids if not grid.special)


def test_layer_and_column_tell_specials(tmp_path: Path) -> None:
    made = replace(community(Plot(6, 6)), households=np.full(36, 4))
    folder = write_county(tmp_path / "county", [made])
    school = shapely.transform(block(2, 2), made.plane.degrees)
    far = shapely.transform(block(60, 60), made.plane.degrees)
    rows = [("s1", "实验小学", school), ("s2", "远方小学", far)]
    text = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"单位编号": key, "单位名称": name, "类型": "school"},
                "geometry": shapely.geometry.mapping(area),
            }
            for key, name, area in rows
        ],
    }
    (folder / "专属网格.geojson").write_text(json.dumps(text), "utf-8")
    path = folder / "buildings.geojson"
    layer = json.loads(path.read_text("utf-8"))
    for one in layer["features"]:
        number = int(one["properties"]["building_id"][-4:])
        one["properties"]["专属单位"] = "县医院" if number in {34, 35} else None
    path.write_text(json.dumps(layer), "utf-8")

    county = read_county(folder)
    plan = partition(county, OPTIONS)
    write_plan(plan, tmp_path / "plan", seconds=0)

    assert [(one.row, one.reason.code) for one in county.faults] == [(2, "row.nowhere")]
    (division,) = plan.divisions
    assert [(g.code[-3:], g.special, g.buildings) for g in division.grids if g.special] == [
        ("901", "s1", 1),
        ("902", "县医院", 2),
    ]
    assert read_previous(tmp_path / "plan").specials.keys() == {"s1", "县医院"}
    report = json.loads((tmp_path / "plan" / "report.json").read_text("utf-8"))
    assert (report["totals"]["specials"], report["totals"]["grids"]) == (2, 3)
    assert report["layers"]["specials"]["columns"]["special_id"] == "单位编号"
