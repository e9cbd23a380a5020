"""What holds of every division, on invented communities of all kinds."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.factories.communities import Plot, community, plots

from guapeng.apps.grids.partition import (
    Between,
    Choices,
    Community,
    Division,
    Options,
    Policy,
    Previous,
    Range,
    Rules,
)
from guapeng.apps.grids.partition.solve import divide

SIZE = Range(least=30, most=50, aim=40)
OPTIONS = Options(Rules(SIZE, SIZE))
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def neighbours(made: Community) -> list[set[int]]:
    """Return who touches whom, by cells of our own making; a river parts those without a bridge."""
    points = shapely.multipoints(shapely.points(made.places))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=made.outline))
    cells = shapely.intersection(cells, made.outline)
    cell = [int(np.flatnonzero(shapely.covers(cells, shapely.Point(p)))[0]) for p in made.places]
    found: list[set[int]] = [set() for _ in made.ids]
    for a, b in combinations(range(len(made.ids)), 2):
        shared = shapely.length(shapely.intersection(cells[cell[a]], cells[cell[b]]))
        way = shapely.LineString([made.places[a], made.places[b]])
        parted = any(
            way.intersects(line.path)
            and not any(way.distance(shapely.Point(at)) <= 150 for at in line.crossings)
            for line in made.lines
        )
        if shared > 1 and not parted:
            found[a].add(b)
            found[b].add(a)
    return found


def is_connected(rows: set[int], beside: list[set[int]]) -> bool:
    seen, wave = set(), {min(rows)}
    while wave:
        seen |= wave
        wave = {j for i in wave for j in beside[i] if j in rows} - seen
    return seen == rows


def grids_of(division: Division) -> list[set[int]]:
    return [set(np.flatnonzero(division.grid == g).tolist()) for g in range(len(division.grids))]


def loads_of(made: Community, division: Division) -> list[int]:
    return [int(made.households[list(rows)].sum()) for rows in grids_of(division)]


@SLOW
@given(plots())
def test_every_building_is_in_one_grid_and_grids_hang_together(plot: Plot) -> None:
    made = community(replace(plot, river=0))

    division = divide(made, OPTIONS)

    beside = neighbours(made)
    assert division.building_ids == made.ids
    assert all(rows and is_connected(rows, beside) for rows in grids_of(division))
    assert [grid.households for grid in division.grids] == loads_of(made, division)
    assert all(grid.code.startswith(made.id) for grid in division.grids)


@SLOW
@given(plots())
def test_grids_do_not_cross_a_river_without_a_bridge_while_both_banks_fill_one(plot: Plot) -> None:
    made = community(replace(plot, river=max(1, plot.river), bridge=False, most=20, rows=5))
    west = made.places[:, 0] < made.lines[0].path.coords[0][0]
    assume(made.households[west].sum() >= SIZE.least)
    assume(made.households[~west].sum() >= SIZE.least)

    division = divide(made, OPTIONS)

    assert all(len(set(west[list(rows)].tolist())) == 1 for rows in grids_of(division))


@SLOW
@given(plots(most_columns=3, most_rows=4))
def test_grids_are_in_range_unless_trying_everything_shows_it_cannot_be(plot: Plot) -> None:
    made = community(replace(plot, river=0, most=20))

    division = divide(made, OPTIONS)

    fits = all(SIZE.least <= load <= SIZE.most for load in loads_of(made, division))
    (part,) = division.parts
    assert fits == can_be(made, len(division.grids))
    assert fits == (part.reason == "")
    assert part.fits or part.told


def can_be(made: Community, grids: int) -> bool:
    """Tell by trying everything whether so many connected grids in range can be made."""
    n, beside = len(made.ids), neighbours(made)
    good = []
    for bits in range(1, 1 << n):
        rows = {i for i in range(n) if bits >> i & 1}
        load = int(made.households[list(rows)].sum())
        if SIZE.least <= load <= SIZE.most and is_connected(rows, beside):
            good.append(bits)
    first: dict[int, list[int]] = {}
    for bits in good:
        first.setdefault(bits & -bits, []).append(bits)

    def covers(left: int, number: int) -> bool:
        if left == 0 or number == 0:
            return left == 0 and number == 0
        return any(
            bits & ~left == 0 and covers(left & ~bits, number - 1)
            for bits in first.get(left & -left, ())
        )

    return covers((1 << n) - 1, grids)


def test_households_that_fit_no_number_of_grids_are_told_with_the_choices() -> None:
    made = replace(community(Plot(4, 3)), households=np.array([5] * 11 + [0]))

    (part,) = divide(made, OPTIONS).parts

    assert (part.fits, part.reason) == (False, "between")
    assert "设1个网格则平均55户，设2个则平均28户" in part.told


def test_building_that_is_larger_than_a_grid_is_named() -> None:
    made = replace(community(Plot(3, 3)), households=np.array([60, 5, 5, 5, 5, 5, 5, 0, 0]))

    (part,) = divide(made, OPTIONS).parts

    assert part.reason == "large_building"
    assert made.ids[0] in part.told
    assert "60户" in part.told


@SLOW
@given(plots())
def test_areas_cover_the_community_without_gap_or_overlap(plot: Plot) -> None:
    made = community(plot)

    division = divide(made, OPTIONS)

    areas = [grid.area for grid in division.grids]
    assert shapely.union_all(areas).symmetric_difference(made.outline).area < 1e-3
    assert sum(area.area for area in areas) == pytest.approx(made.outline.area, abs=1e-3)
    assert {area.geom_type for area in areas} == {"Polygon"}
    own = np.array(areas, dtype=object)[division.grid]
    assert shapely.covers(own, shapely.points(made.places)).all()


def test_border_runs_along_the_wall_of_a_compound_that_stays_whole() -> None:
    made = replace(community(Plot(4, 4, walled=2)), households=np.full(16, 5))

    division = divide(made, OPTIONS)

    wall = made.compounds[0].outline
    assert division.quality["splits"] == 0
    assert any(grid.area.buffer(0.1).covers(wall) for grid in division.grids)


def test_border_follows_the_river_between_two_grids() -> None:
    made = replace(community(Plot(4, 4, river=2)), households=np.full(16, 5))

    one, other = (grid.area for grid in divide(made, OPTIONS).grids)

    between = one.intersection(other)
    assert between.hausdorff_distance(made.lines[0].path.intersection(made.outline)) < 0.01


def test_codes_are_read_from_north_to_south_and_west_to_east() -> None:
    made = replace(community(Plot(6, 6)), households=np.full(36, 4))

    division = divide(made, OPTIONS)

    assert [grid.code for grid in division.grids] == [f"{made.id}00{n}" for n in range(1, 5)]
    middles = [grid.area.centroid for grid in division.grids]
    assert middles[0].y > middles[-1].y
    assert division.grids[0].name == "东关社区第1网格"


@SLOW
@given(plots(), st.integers(0, 3))
def test_same_seed_same_plan_and_nothing_moves_without_a_cause(plot: Plot, seed: int) -> None:
    made = community(plot)
    options = replace(OPTIONS, seed=seed)

    first, second = divide(made, options), divide(made, options)
    kept = divide(made, replace(options, previous=previous_of(first)))

    assert first.grid.tolist() == second.grid.tolist() == kept.grid.tolist()
    assert [grid.code for grid in kept.grids] == [grid.code for grid in first.grids]
    assert [a.area.wkb for a in kept.grids] == [b.area.wkb for b in first.grids]
    assert kept.moved == 0


def previous_of(division: Division, locked: frozenset[str] = frozenset()) -> Previous:
    codes = [division.grids[g].code for g in division.grid.tolist()]
    return Previous(dict(zip(division.building_ids, codes, strict=True)), locked=locked)


@SLOW
@given(plots(), st.integers(0, 24), st.integers(0, 9))
def test_locked_grid_keeps_its_buildings_whatever_is_built(
    plot: Plot, where: int, which: int
) -> None:
    made = community(plot)
    before = divide(made, OPTIONS)
    locked = before.grids[which % len(before.grids)].code
    crowded = made.households.copy()
    crowded[where % len(crowded)] += 40

    after = divide(
        replace(made, households=crowded),
        replace(OPTIONS, previous=previous_of(before, frozenset({locked}))),
    )

    def buildings(division: Division) -> set[str]:
        pairs = zip(division.building_ids, division.grid.tolist(), strict=True)
        return {building for building, g in pairs if division.grids[g].code == locked}

    assert buildings(before) <= buildings(after)


def test_newcomers_join_their_neighbours_and_a_new_grid_gets_a_new_code() -> None:
    made = replace(community(Plot(6, 4)), households=np.array([4] * 16 + [0] * 8))
    before = divide(made, OPTIONS)
    grown = replace(made, households=np.array([4] * 16 + [5] * 8))
    retired = f"{made.id}009"

    few = divide(
        replace(made, households=np.array([4] * 16 + [1] * 8)),
        replace(OPTIONS, previous=previous_of(before)),
    )
    many = divide(
        grown, replace(OPTIONS, previous=replace(previous_of(before), retired=frozenset({retired})))
    )

    assert few.grid.tolist() == before.grid.tolist()
    assert {g.code for g in many.grids} >= {g.code for g in before.grids}
    assert [g.code for g in many.grids if g.code[-3:] > "009"] == [f"{made.id}010"]
    assert all(grid.in_range for grid in many.grids)


def test_fewest_grids_is_one_more_where_it_is_proven_that_fewer_cannot_be() -> None:
    row = np.array([33, 33, 33, 10, 10, 10, 10])  # a 33 has room for one 10 only
    made = replace(community(Plot(7, 1)), households=row)

    division = divide(made, replace(OPTIONS, policy=Policy.FEWEST))

    assert len(division.grids) == 4
    assert all(grid.in_range for grid in division.grids)
    assert division.parts[0].told == ("最少应为3个网格，已证明不可能都在范围内，所以设4个")


def test_community_without_buildings_is_one_grid() -> None:
    nobody = replace(
        community(Plot(2, 2)),
        ids=(),
        places=np.empty((0, 2)),
        households=np.empty(0, np.int64),
        compound=np.empty(0, np.int64),
        footprints=np.empty(0, dtype=object),
    )

    (grid,) = divide(nobody, OPTIONS).grids

    assert (grid.code, grid.households, grid.buildings) == (f"{nobody.id}001", 0, 0)
    assert grid.area.equals(nobody.outline)


def test_buildings_on_one_spot_and_one_beside_the_community_are_divided_too() -> None:
    made = community(Plot(4, 4))
    places = made.places.copy()
    places[1] = places[0]
    places[2] = places[0]
    places[-1] = [made.outline.bounds[2] + 3, places[-1][1]]
    made = replace(made, places=places, footprints=shapely.points(places))

    division = divide(replace(made, households=np.full(16, 5)), OPTIONS)

    assert [grid.in_range for grid in division.grids] == [True, True]


def test_small_bank_goes_to_the_side_that_fits_with_it() -> None:
    """Of three banks, the middle one is too small; with the west it makes 54, with the east 42."""
    made = community(Plot(9, 3))
    column = np.arange(27) // 3
    rivers = [community(Plot(9, 3, river=at, bridge=False)).lines[0] for at in (4, 5)]
    loads = np.where(column < 4, 4, np.where(column == 4, 2, 3))
    made = replace(made, lines=tuple(rivers), households=loads)

    division = divide(made, OPTIONS)

    assert sorted(grid.households for grid in division.grids) == [42, 48]
    assert [note.code for part in division.parts for note in part.notes] == ["tied_on"]
    assert "一片有6户，单独划不进范围" in "".join(part.told for part in division.parts)


@pytest.mark.parametrize(
    ("between", "households"), [("over", [57]), ("under", [27, 30]), ("nearest", [27, 30])]
)
def test_what_fits_no_number_of_grids_is_done_as_the_rule_says(
    between: str, households: list[int]
) -> None:
    made = replace(community(Plot(3, 19)), households=np.ones(57, np.int64))

    division = divide(made, replace(OPTIONS, choices=Choices(Between(between))))

    assert sorted(grid.households for grid in division.grids) == households


def test_bank_of_so_many_households_stays_apart_where_the_rule_says_so() -> None:
    made = community(Plot(6, 4, river=2, bridge=False))
    made = replace(made, households=np.where(np.arange(24) < 8, 3, 2))

    (joined,) = divide(made, OPTIONS).parts
    parts = divide(made, replace(OPTIONS, choices=Choices(apart_from=20))).parts

    assert joined.notes[0].code == "tied_on"
    assert [(part.households, part.reason) for part in parts] == [(24, "cut_off_small"), (32, "")]
    assert "瓜棚河" in parts[0].told
