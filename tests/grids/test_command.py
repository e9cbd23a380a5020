"""Dividing from files to files, as the command line does it."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from tests.factories.communities import Plot, community, write_county
from typer.main import get_command
from typer.testing import CliRunner, Result

from guapeng.command.app import app

RUN = CliRunner()
RANGE = ("--least", "30", "--most", "50", "--workers", "1")
FIRST, SECOND = "152224001001", "152224001002"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return write_county(tmp_path / "county", made())


def made() -> list[Any]:
    return [
        community(Plot(5, 4, seed=3, walled=2, river=3), key=FIRST),
        replace(community(Plot(5, 5, seed=4), key=SECOND), kind="rural"),
    ]


def run(*arguments: object) -> Result:
    return RUN.invoke(app, ["grids", "partition", *map(str, arguments)])


def plan_in(folder: Path) -> dict[str, str]:
    with (folder / "assignment.csv").open(encoding="utf-8", newline="") as file:
        return {row["building_id"]: row["grid_id"] for row in csv.DictReader(file)}


def report_in(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text("utf-8")))


def buildings(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "buildings.geojson").read_text("utf-8")
    return list(json.loads(text)["features"])


def spoilt(folder: Path, spoil: Callable[[list[dict[str, Any]]], None]) -> Path:
    """Change the buildings of a folder."""
    features = buildings(folder)
    spoil(features)
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "buildings.geojson").write_text(text, "utf-8")
    return folder


def test_command_explains_itself_with_an_example() -> None:
    shown = RUN.invoke(app, ["grids", "partition", "--help"])

    assert shown.exit_code == 0
    assert "guapeng grids partition county --out plan" in shown.output
    command = get_command(app).commands["grids"].commands["partition"]
    assert [one.name for one in command.params if not one.help] == []


def test_three_files_tell_the_plan(county: Path, tmp_path: Path) -> None:
    ended = run(county, "--out", tmp_path / "plan", *RANGE)

    assert ended.exit_code == 0, ended.output
    plan, report = plan_in(tmp_path / "plan"), report_in(tmp_path / "plan")
    grids = json.loads((tmp_path / "plan" / "grids.geojson").read_text("utf-8"))["features"]
    assert set(plan) == {one["properties"]["building_id"] for one in buildings(county)}
    assert {one["properties"]["grid_id"] for one in grids} == set(plan.values())
    assert {one["geometry"]["type"] for one in grids} == {"Polygon"}
    counted = {
        code: sum(
            one["properties"]["households"]
            for one in buildings(county)
            if plan[one["properties"]["building_id"]] == code
        )
        for code in plan.values()
    }
    assert {one["properties"]["code"]: one["properties"]["households"] for one in grids} == counted
    assert report["totals"]["grids"] == len(grids)
    assert [one["community_id"] for one in report["communities"]] == [FIRST, SECOND]
    assert report["refused"] == []


def test_outlines_come_back_to_the_last_digit(county: Path, tmp_path: Path) -> None:
    run(county, "--out", tmp_path / "plan", *RANGE)

    grids = json.loads((tmp_path / "plan" / "grids.geojson").read_text("utf-8"))["features"]
    asked = json.loads((county / "communities.geojson").read_text("utf-8"))["features"]
    for one in asked:
        outline = shapely.geometry.shape(one["geometry"])
        areas = [
            shapely.geometry.shape(grid["geometry"])
            for grid in grids
            if grid["properties"]["community_id"] == one["properties"]["community_id"]
        ]
        corners = {tuple(at) for area in areas for at in shapely.get_coordinates(area)}
        assert {tuple(at) for at in shapely.get_coordinates(outline)} <= corners
        assert shapely.union_all(areas).symmetric_difference(outline).area < outline.area * 1e-7


def test_order_of_rows_and_number_of_processes_change_nothing(county: Path, tmp_path: Path) -> None:
    other = write_county(tmp_path / "shuffled", made(), shuffle=7)

    run(county, "--out", tmp_path / "plan", *RANGE)
    run(other, "--out", tmp_path / "again", *RANGE[:4], "--workers", "2")

    for name in ("assignment.csv", "grids.geojson"):
        assert (tmp_path / "plan" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_plan_is_the_same_without_the_compiler(county: Path, tmp_path: Path) -> None:
    run(county, "--out", tmp_path / "plan", *RANGE)

    subprocess.run(
        [
            *(sys.executable, "-m", "guapeng", "grids", "partition", str(county)),
            *("--out", str(tmp_path / "again"), *RANGE),
        ],
        env={**os.environ, "GUAPENG_GRIDS_PLAIN": "1"},
        check=True,
        capture_output=True,
    )

    for name in ("assignment.csv", "grids.geojson"):
        assert (tmp_path / "plan" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_table_with_positions_gives_the_plan_of_points(county: Path, tmp_path: Path) -> None:
    features = buildings(county)
    (county / "buildings.geojson").unlink()
    with (county / "buildings.csv").open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["楼栋编号", "社区编码", "小区编号", "户数", "经度", "纬度"])
        for one in features:
            said = one["properties"]
            at = shapely.geometry.shape(one["geometry"]).centroid
            count = f"约{said['households']}户"
            key = [said["building_id"], said["community_id"], said["compound_id"]]
            writer.writerow([*key, count, at.x, at.y])

    ended = run(county, "--out", tmp_path / "plan", *RANGE)

    assert ended.exit_code == 0, ended.output
    assert len(plan_in(tmp_path / "plan")) == len(features)


def test_older_plan_is_kept_and_what_moves_is_counted(county: Path, tmp_path: Path) -> None:
    run(county, "--out", tmp_path / "plan", *RANGE)

    ended = run(
        county, "--out", tmp_path / "next", "--previous", tmp_path / "plan", "--seed", "5", *RANGE
    )

    assert ended.exit_code == 0, ended.output
    assert plan_in(tmp_path / "next") == plan_in(tmp_path / "plan")
    assert report_in(tmp_path / "next")["totals"]["moved_households"] == 0


def test_buildings_that_come_later_have_a_grid_and_count_when_told(
    county: Path, tmp_path: Path
) -> None:
    def build_later(features: list[dict[str, Any]]) -> None:
        features[0]["properties"].update(built=1, households=7)

    spoilt(county, build_later)
    run(county, "--out", tmp_path / "now", *RANGE)
    run(county, "--out", tmp_path / "then", "--later", *RANGE)

    now, then = (report_in(tmp_path / name)["totals"]["households"] for name in ("now", "then"))
    assert then - now == 7
    assert plan_in(tmp_path / "now").keys() == plan_in(tmp_path / "then").keys()


def _turn(feature: dict[str, Any]) -> None:
    at = shapely.geometry.shape(feature["geometry"]).centroid
    feature["geometry"] = {"type": "Point", "coordinates": [at.y, at.x]}


def _cross(feature: dict[str, Any]) -> None:
    ring = feature["geometry"]["coordinates"][0]
    feature["geometry"]["coordinates"] = [[ring[0], ring[2], ring[1], ring[3], ring[0]]]


def _say(**said: object) -> Callable[[dict[str, Any]], None]:
    return lambda feature: feature["properties"].update(said)


def _move(feature: dict[str, Any]) -> None:
    feature["geometry"] = {"type": "Point", "coordinates": [116.2, 42.0]}


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (_say(households=None), "row.no_households", "没有户数"),
        (_say(households=-3), "row.odd_households", "户数“-3”不对"),
        (_say(households="许多"), "row.odd_households", "户数“许多”不对"),
        (_say(community_id="152224009999"), "row.unknown_community", "152224009999"),
        (_say(building_id=""), "row.no_id", "没有编号"),
        (_say(building_id=f"{FIRST}b0000"), "row.repeated", "与第1行重复"),
        (_turn, "row.swapped", "经度和纬度写反了"),
        (_move, "row.outside", "不在所写的社区"),
        (_cross, "row.self_crossing", "自相交"),
        (lambda feature: feature.update(geometry=None), "row.no_place", "没有位置"),
    ],
)
def test_row_that_is_not_right_is_named_and_left_out(
    spoil: Callable[[dict[str, Any]], None], code: str, words: str, county: Path, tmp_path: Path
) -> None:
    spoilt(county, lambda features: spoil(features[3]))

    ended = run(county, "--out", tmp_path / "plan", *RANGE)

    assert ended.exit_code == 1
    (refused,) = report_in(tmp_path / "plan")["refused"]
    assert (refused["file"], refused["row"], refused["code"]) == ("buildings.geojson", 4, code)
    assert words in refused["reason"]
    assert "第4行" in ended.output
    assert len(plan_in(tmp_path / "plan")) == len(buildings(county)) - 1


def test_community_that_is_not_right_is_named_and_the_others_are_divided(
    county: Path, tmp_path: Path
) -> None:
    layer = json.loads((county / "communities.geojson").read_text("utf-8"))
    _cross(layer["features"][0])
    layer["features"].append(layer["features"][1])
    (county / "communities.geojson").write_text(json.dumps(layer), "utf-8")

    ended = run(county, "--out", tmp_path / "plan", *RANGE)

    assert ended.exit_code == 1
    report = report_in(tmp_path / "plan")
    of_communities = [one for one in report["refused"] if one["file"] == "communities.geojson"]
    assert [(one["row"], one["code"]) for one in of_communities] == [
        (1, "row.self_crossing"),
        (3, "row.repeated"),
    ]
    of_buildings = {one["code"] for one in report["refused"] if one not in of_communities}
    assert of_buildings == {"row.broken_community"}
    assert {code[:12] for code in plan_in(tmp_path / "plan").values()} == {SECOND}


def test_layers_in_different_systems_are_refused_with_what_to_say(
    county: Path, tmp_path: Path
) -> None:
    from guapeng.plain.geo import Position, System, to_gcj02

    def shift(features: list[dict[str, Any]]) -> None:
        for one in features:
            shape = shapely.geometry.shape(one["geometry"])
            moved = shapely.transform(
                shape, lambda all_: np.array([to_gcj02(Position(*p), System.WGS84) for p in all_])
            )
            one["geometry"] = shapely.geometry.mapping(moved)

    spoilt(county, shift)

    refused = run(county, "--out", tmp_path / "plan", *RANGE)
    told = run(county, "--out", tmp_path / "plan", "--datum", "buildings=gcj02", *RANGE)

    assert refused.exit_code == 1
    assert "--datum buildings=gcj02" in refused.output
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize("layer", ["communities", "buildings"])
def test_missing_layer_is_named_and_nothing_is_written(
    layer: str, county: Path, tmp_path: Path
) -> None:
    (county / f"{layer}.geojson").unlink()

    ended = run(county, "--out", tmp_path / "plan", *RANGE)

    assert ended.exit_code == 1
    assert layer in ended.output
    assert not (tmp_path / "plan").exists()


def test_file_that_holds_no_features_is_named(county: Path, tmp_path: Path) -> None:
    (county / "buildings.geojson").write_text("[1, 2", "utf-8")

    ended = run(county, "--out", tmp_path / "plan", *RANGE)

    assert ended.exit_code == 1
    assert "buildings.geojson" in ended.output


@pytest.mark.parametrize(
    "wrong",
    [
        ("--policy", "most"),
        ("--between", "most"),
        ("--datum", "buildings=epsg:2000"),
        ("--datum", "buildings"),
        ("--datum", "roads=gcj02"),
        ("--most", "20"),
    ],
)
def test_wrong_use_ends_with_two(wrong: tuple[str, ...], county: Path, tmp_path: Path) -> None:
    assert run(county, "--out", tmp_path / "plan", *wrong).exit_code == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--policy", "most"), "“most”不能用，可以写：balanced,fewest"),
        (("--datum", "roads=gcj02"), "“roads”不能用，可以写：communities,buildings"),
        (("--datum", "buildings=beijing54"), "“beijing54”不能用，可以写：cgcs2000"),
        (("--most", "20"), "--most不能小于--least"),
        (("--lock", FIRST + "001"), "--lock要与--previous一起用"),
    ],
)
def test_wrong_use_is_told_in_words(
    wrong: tuple[str, ...], told: str, county: Path, tmp_path: Path
) -> None:
    ended = run(county, "--out", tmp_path / "plan", *wrong)

    assert told in re.sub(r"[│\s]", "", ended.output)


def test_lock_of_a_grid_that_the_older_plan_has_not_is_named(county: Path, tmp_path: Path) -> None:
    run(county, "--out", tmp_path / "plan", *RANGE)

    again = ("--out", tmp_path / "next", "--previous", tmp_path / "plan", "--lock", FIRST + "899")
    ended = run(county, *again, *RANGE)

    assert ended.exit_code == 2
    assert f"没有网格{FIRST}899" in re.sub(r"[│\s]", "", ended.output)
    assert not (tmp_path / "next").exists()


def test_folder_that_is_here_is_called_by_its_name(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (county / "buildings.geojson").unlink()
    monkeypatch.chdir(county)

    assert "“county”里没有buildings" in run(".", "--out", tmp_path / "plan").output


def test_proof_is_told_in_the_words_of_the_command_alone(county: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "guapeng", "grids", "partition", str(county)),
            *("--out", str(tmp_path / "plan"), "--prove", *RANGE),
        ],
        check=True,
        capture_output=True,
        text=True,
    )

    lines = ended.stdout.splitlines()
    assert sum("HiGHS" in line and "高出0.00%" in line for line in lines) >= 1
    assert not [line for line in lines if "Highs" in line]
    assert report_in(tmp_path / "plan")["communities"][0]["parts"][0]["proof"]["gap"] == 0


def test_system_that_was_said_stands_in_the_report(county: Path, tmp_path: Path) -> None:
    everything = [
        word
        for layer in ("communities", "buildings", "compounds", "barriers", "crossings")
        for word in ("--datum", f"{layer}=gcj02")
    ]

    ended = run(county, "--out", tmp_path / "plan", *everything, *RANGE)

    assert ended.exit_code == 0, ended.output
    report = report_in(tmp_path / "plan")
    assert report["system"] == "gcj02"
    assert {one["system"] for one in report["layers"].values()} == {"gcj02"}
