"""What holds of every draft, whatever is done to it: by the solver, by hand, and back again."""

import random
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.factories.communities import Plot, community, plots

from guapeng.apps.grids.partition import Options, Range, Rules
from guapeng.apps.grids.partition.codes import name_of
from guapeng.apps.grids.plans.draft import (
    Draft,
    DraftGrid,
    OddCode,
    OddName,
    OtherBuildings,
    RetiredCode,
    UnknownGrid,
    colours,
    facts,
    loose_buildings,
    moved,
    ways,
)
from guapeng.apps.grids.plans.drawing import areas_of, cells, ridges_of
from guapeng.apps.grids.plans.explaining import explain
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.solving import Manner, NotToBeCut, first_draft, solve, split

SIZE = Range(least=30, most=50, aim=40)
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def ground(plot: Plot) -> Ground:
    made = community(plot)
    options = Options(Rules(SIZE, SIZE))
    return Ground.in_(made, options)


def edited(draft: Draft, made: Ground, seed: int) -> Draft:
    """Move some buildings and lock some, as somebody in a hurry would."""
    chance = random.Random(seed)
    of = dict(draft.of)
    codes = [one.code for one in draft.grids]
    for building in chance.sample(made.community.ids, k=min(3, len(of))):
        of[building] = chance.choice(codes)
    locked = frozenset(chance.sample(made.community.ids, k=chance.randint(0, 3)))
    used = set(of.values())
    grids = tuple(
        replace(one, locked=chance.random() < 0.3) for one in draft.grids if one.code in used
    )
    return Draft(grids, of, locked)


@given(plots(), st.integers(0, 10_000), st.sampled_from(Manner))
@SLOW
def test_solver_leaves_locks_alone_and_every_building_in_one_grid(
    plot: Plot, seed: int, manner: Manner
) -> None:
    made = ground(plot)
    assume(made.community.total > 0)
    before = edited(first_draft(made, taken=()), made, seed)

    after = solve(before, made, manner=manner, taken=())

    held = before.held(made.community)
    assert after.of.keys() == set(made.community.ids)
    assert {one.code for one in after.grids} == set(after.of.values())
    assert all(after.of[one] == before.of[one] for one in held)
    assert after.locked == before.locked
    kept = {one.code: one for one in before.grids}
    assert all(one == kept[one.code] for one in after.grids if one.code in kept)
    assert after == solve(before, made, manner=manner, taken=())


@given(plots(), st.integers(0, 10_000))
@SLOW
def test_solved_without_locks_hangs_together(plot: Plot, seed: int) -> None:
    made = ground(plot)
    messy = replace(edited(first_draft(made, taken=()), made, seed), locked=frozenset())
    messy = replace(messy, grids=tuple(replace(one, locked=False) for one in messy.grids))

    for manner in Manner:
        after = solve(messy, made, manner=manner, taken=())
        assert loose_buildings(made, after.places(made.community)) == []


@given(plots(), st.integers(0, 10_000))
@SLOW
def test_areas_tile_the_community_after_any_edit(plot: Plot, seed: int) -> None:
    made = ground(plot)
    draft = edited(first_draft(made, taken=()), made, seed)

    drawn = areas_of(draft, made)

    whole = shapely.union_all(drawn)
    assert whole.symmetric_difference(made.community.outline).area < 1e-3
    assert abs(sum(one.area for one in drawn) - made.community.outline.area) < 1e-3


@given(plots(), st.integers(0, 10_000))
@SLOW
def test_facts_count_every_household_once(plot: Plot, seed: int) -> None:
    made = ground(plot)
    draft = edited(first_draft(made, taken=()), made, seed)

    told = facts(draft, made)

    assert sum(one.households for one in told) == made.community.total
    assert sum(one.buildings for one in told) == len(made.community.ids)
    for one in told:
        assert one.in_range == (SIZE.least <= one.households <= SIZE.most)
        if one.missing:
            assert one.households + one.missing in (SIZE.least, SIZE.most)


@given(plots(), st.integers(0, 10_000))
@SLOW
def test_draft_comes_back_as_it_was_told(plot: Plot, seed: int) -> None:
    made = ground(plot)
    draft = edited(first_draft(made, taken=()), made, seed)

    assert Draft.read(draft.as_data(), buildings=made.community.ids) == draft


@given(plots(), st.integers(2, 3))
@SLOW
def test_split_cuts_one_grid_and_leaves_the_others(plot: Plot, parts: int) -> None:
    made = ground(plot)
    whole = dict.fromkeys(made.community.ids, f"{made.community.id}001")
    draft = Draft((DraftGrid(f"{made.community.id}001", "一格"),), whole)
    assume(not made.graph.part.any() and len(whole) >= 2 * parts and made.community.total > 40)

    after = split(draft, made, f"{made.community.id}001", parts=parts, taken=())

    assert len(after.grids) == parts
    assert f"{made.community.id}001" in set(after.of.values())
    assert loose_buildings(made, after.places(made.community)) == []


def test_split_refuses_what_is_locked() -> None:
    made = ground(Plot(3, 3))
    code = f"{made.community.id}001"
    draft = Draft(
        (DraftGrid(code, "一格"),),
        dict.fromkeys(made.community.ids, code),
        frozenset(made.community.ids),
    )

    with pytest.raises(NotToBeCut):
        split(draft, made, code, parts=2, taken=())


def test_new_grids_never_get_a_code_that_was_given() -> None:
    made = ground(Plot(5, 5, seed=3))
    key = made.community.id

    draft = first_draft(made, taken={f"{key}001", f"{key}014"})

    assert min(one.code for one in draft.grids) == f"{key}015"


def test_neighbours_have_different_tints() -> None:
    made = ground(Plot(5, 5, seed=3))
    draft = first_draft(made, taken=())
    place, tint = draft.places(made.community), colours(draft, made)

    beside = {(int(place[a]), int(place[b])) for a, b in made.graph.beside if place[a] != place[b]}

    assert beside
    assert all(tint[a] != tint[b] for a, b in beside)


def test_cells_and_ridges_fit_together() -> None:
    made = ground(Plot(4, 4, seed=1))

    drawn, lines = cells(made), ridges_of(made)

    assert shapely.union_all(drawn).symmetric_difference(made.community.outline).area < 1e-3
    for one, other, line in lines:
        middle = line.interpolate(0.5, normalized=True)
        assert drawn[one].distance(middle) < 0.01
        assert drawn[other].distance(middle) < 0.01


def test_ways_count_what_both_know_with_its_households() -> None:
    before, after = dict(zip("abc", "112", strict=True)), dict(zip("bcd", "112", strict=True))

    assert ways(before, after, {"a": 9, "b": 5, "c": 0, "d": 9}) == {
        ("1", "1"): (5, 1),
        ("2", "1"): (0, 1),
    }


def test_moved_buildings_are_listed_with_their_households() -> None:
    made = ground(Plot(2, 2, seed=1))
    before = dict.fromkeys(made.community.ids, "a")
    after = {**before, made.community.ids[2]: "b"}

    (one,) = moved(before, after, made.community)

    assert (one.building, one.before, one.after) == (made.community.ids[2], "a", "b")
    assert one.households == made.community.households[2]


def test_explanation_names_compound_and_river() -> None:
    made = ground(Plot(6, 4, seed=5, walled=2, river=3))
    draft = first_draft(made, taken=())

    said = "".join(sentence for one in draft.grids for sentence in explain(draft, made, one.code))

    assert "东苑" in said
    assert "瓜棚河" in said


def draft_of_two() -> tuple[Ground, dict[str, object]]:
    made = ground(Plot(3, 2))
    codes = [f"{made.community.id}{number:03d}" for number in (1, 2)]
    of = {one: codes[at % 2] for at, one in enumerate(made.community.ids)}
    return made, Draft(tuple(DraftGrid(c, f"第{c[-1]}网格") for c in codes), of).as_data()


@pytest.mark.parametrize("said", [None, [], {}, {"assignment": 3, "grids": []}, "x"])
def test_what_is_no_draft_is_refused(said: object) -> None:
    with pytest.raises(Exception, match="不完整"):
        Draft.read(said, buildings=["a"])


def test_missing_and_foreign_buildings_are_refused() -> None:
    made, said = draft_of_two()
    with pytest.raises(OtherBuildings):
        Draft.read(said, buildings=[*made.community.ids, "another"])
    with pytest.raises(OtherBuildings):
        Draft.read({**said, "locked": ["nowhere"]}, buildings=made.community.ids)
    with pytest.raises(UnknownGrid):
        Draft.read({**said, "grids": []}, buildings=made.community.ids)


@pytest.mark.parametrize(
    ("code", "name", "retired", "fault"),
    [
        ("152224001001901", "好", (), OddCode),
        ("152224001002001", "好", (), OddCode),
        ("152224001001000", "好", (), OddCode),
        ("152224001001007", "好", ("152224001001007",), RetiredCode),
        ("152224001001007", " ", (), OddName),
        ("152224001001007", "第2网格", (), OddName),
    ],
)
def test_codes_and_names_that_cannot_be_given(
    code: str, name: str, retired: tuple[str, ...], fault: type[Exception]
) -> None:
    grids = (DraftGrid("152224001001002", "第2网格"), DraftGrid(code, name.strip()))

    with pytest.raises(fault):
        Draft(grids, {}).check_names("152224001001", retired=retired)


def test_ridges_name_the_buildings_of_the_graph() -> None:
    made = ground(Plot(4, 3, seed=2))

    pairs = {tuple(sorted((one, other))) for one, other, _ in ridges_of(made)}

    assert {
        tuple(edge) for edge in np.stack([made.graph.one, made.graph.other], 1).tolist()
    } <= pairs


@pytest.mark.parametrize(
    ("siblings", "name"),
    [
        ([], "东关社区第12网格"),
        ([("001", "第一网格"), ("002", "第二网格")], "第十二网格"),
        ([("001", "东关社区第1网格"), ("002", "东关社区第2网格")], "东关社区第12网格"),
        ([("003", "三网格"), ("004", "四网格"), ("005", "第5网格")], "十二网格"),
        ([("001", "三道沟第一网格")], "三道沟第十二网格"),
        ([("001", "东大院"), ("002", "三八厂")], "第12网格"),
    ],
)
def test_new_name_has_the_form_of_its_siblings(siblings: list[tuple[str, str]], name: str) -> None:
    listed = [(f"152224001001{number}", said) for number, said in siblings]

    assert name_of("东关社区", "152224001001012", listed) == name
