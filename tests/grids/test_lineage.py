"""What became of the grids of an older plan."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.factories.communities import Plot, community

from guapeng.apps.grids.partition import (
    Community,
    County,
    Event,
    Options,
    Plan,
    Previous,
    Range,
    Rules,
    changes,
    partition,
    read_previous,
    sheet,
    write_plan,
)
from guapeng.apps.grids.partition.lineage import heirs
from guapeng.apps.grids.partition.picture import now

SIZE = Range(least=30, most=50, aim=40)
OPTIONS = Options(Rules(SIZE, SIZE))


def town(each: object) -> Community:
    return replace(community(Plot(6, 4)), households=np.full(24, 0) + np.array(each))


def planned(made: Community, previous: Previous | None = None) -> Plan:
    return partition(County((made,)), replace(OPTIONS, previous=previous))


def codes_in(plan: Plan) -> set[str]:
    return {grid.code for one in plan.divisions for grid in one.grids}


def test_nothing_changes_where_nothing_happens(tmp_path: Path) -> None:
    plan = planned(town(5))
    write_plan(plan, tmp_path / "old", seconds=0)

    previous = read_previous(tmp_path / "old")
    again = planned(town(5), previous)
    write_plan(again, tmp_path / "new", seconds=0, previous=previous, before=tmp_path / "old")

    assert changes(again, previous) == ()
    assert list((tmp_path / "new" / "changes").iterdir()) == []
    assert rows_in(tmp_path / "new") == []


def rows_in(folder: Path) -> list[dict[str, str]]:
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_split_is_told_with_the_households_that_moved_and_drawn(tmp_path: Path) -> None:
    write_plan(planned(town(5)), tmp_path / "old", seconds=0)
    previous = read_previous(tmp_path / "old")

    plan = planned(town([5] * 16 + [12] * 8), previous)
    write_plan(plan, tmp_path / "new", seconds=0, previous=previous, before=tmp_path / "old")

    rows = rows_in(tmp_path / "new")
    splits = [row for row in rows if row["change"] == "split"]
    fresh = codes_in(plan) - set(previous.grid_of.values())
    assert {row["to"] for row in splits} == fresh
    assert len(fresh) >= 1
    moved = sum(int(row["households"]) for row in rows)
    assert moved == plan.divisions[0].moved > 0
    picture = (tmp_path / "new" / "changes" / f"{plan.divisions[0].community_id}.svg").read_text()
    assert picture.count('class="moved"') == 2 * sum(int(row["buildings"]) for row in rows)
    assert "调整前" in picture
    assert "调整后" in picture


def test_merged_grid_is_retired_and_its_number_is_not_given_again(tmp_path: Path) -> None:
    write_plan(planned(town([5] * 12 + [9] * 12)), tmp_path / "old", seconds=0)
    previous = read_previous(tmp_path / "old")

    plan = planned(town(3), previous)
    write_plan(plan, tmp_path / "new", seconds=0, previous=previous, before=tmp_path / "old")

    gone = set(previous.grid_of.values()) - codes_in(plan)
    largest = {row["from"] for row in rows_in(tmp_path / "new") if row["change"] == "merged"}
    assert largest == gone
    assert gone
    later = read_previous(tmp_path / "new")
    assert later.retired == gone
    grown = planned(town(9), later)
    assert not codes_in(grown) & gone


def test_buildings_that_come_and_go_are_told() -> None:
    made = town(5)
    old = planned(made)
    (division,) = old.divisions
    codes = [division.grids[at].code for at in division.grid]
    named = dict(zip(division.building_ids, codes, strict=True))
    named["vanished"] = codes[0]
    named["elsewhere"] = "152224009999001"
    del named[made.ids[3]]

    found = changes(planned(made, Previous(named)), Previous(named))

    assert [(one.event, one.origin, one.goal, one.households, one.buildings) for one in found] == [
        (Event.JOINED, "", codes[3], 5, (made.ids[3],)),
        (Event.GONE, codes[0], "", 0, ("vanished",)),
        (Event.GONE, "152224009999001", "", 0, ("elsewhere",)),
    ]


def test_sheet_shows_every_grid_with_its_number_and_households() -> None:
    made = town(5)
    (division,) = planned(made).divisions

    drawn = sheet(made, [now(division)], note="2026 <样图>")

    for grid in division.grids:
        assert f"{grid.code[-3:]} · {grid.households}户" in drawn
    assert drawn.count('class="house') == len(made.ids)
    assert "2026 &lt;样图&gt;" in drawn


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("1122", "1111", {"21"}),  # merged: 2 has one heir
        ("1111", "1133", {"13"}),  # split: 1 goes on, and 3 is a part of it
        ("1111", "3344", {"13", "14"}),  # split: two heirs
        ("1122", "3322", {"13"}),  # 1 goes on under another code
        ("111122", "111222", set()),  # both go on: whoever changed sides has moved
        ("111122", "333222", {"13"}),  # 1 has one heir, though a building of it went elsewhere
        ("111222", "114224", {"14"}),  # 4 is a part of one, of two that gave as much the lower
        ("1112", "1144", {"14", "24"}),  # 4 is a part of 1, and all that is left of 2
    ],
)
def test_grids_live_on_where_most_of_their_households_are(
    before: str, after: str, told: set[str]
) -> None:
    loads: dict[tuple[str, str], tuple[int, int]] = {}
    for way in zip(before, after, strict=True):
        households, buildings = loads.get(way, (0, 0))
        loads[way] = households + 10, buildings + 1

    assert heirs(loads) == {tuple(way) for way in told}


def test_households_decide_before_buildings_and_buildings_where_nobody_lives() -> None:
    assert heirs(
        {("1", "2"): (30, 1), ("1", "3"): (20, 9), ("2", "2"): (1, 1), ("3", "3"): (1, 1)}
    ) == {("1", "2")}
    assert heirs(
        {("1", "2"): (0, 1), ("1", "3"): (0, 2), ("2", "2"): (1, 1), ("3", "3"): (1, 1)}
    ) == {("1", "3")}
