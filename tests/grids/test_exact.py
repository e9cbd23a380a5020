"""The exact models, held to plans that are tried one by one."""

import os
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.communities import Plot, community

from guapeng.apps.grids.partition import Community, Options, Range, Rules, exact, highs, walk_bound
from guapeng.apps.grids.partition.count import Count
from guapeng.apps.grids.partition.graph import neighbours
from guapeng.apps.grids.partition.moves import Terms
from guapeng.apps.grids.partition.objective import Effort, Found, Piece, Prices
from guapeng.apps.grids.partition.pieces import parts_of, piece_of
from guapeng.apps.grids.partition.search import energy_of, search, terms_of
from guapeng.apps.grids.partition.solve import divide, settled

SIZE = Range(least=30, most=50, aim=40)
PRICES = Prices()
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def piece_with(made: Community, grids: int) -> tuple[Piece, Terms, Count]:
    graph = neighbours(made, least=SIZE.least)
    (part,) = parts_of(made, graph)
    piece = piece_of(made, graph, part, grids, PRICES)
    wanted = Count(grids, True, SIZE.least, SIZE.most)
    return piece, terms_of(wanted, PRICES, piece), wanted


def best_by_trying(piece: Piece, grids: int, terms: Terms) -> float:
    n = len(piece.households)
    energies = [
        energy_of(piece, np.array(grid), grids, terms)
        for grid in product(range(grids), repeat=n)
        if len(set(grid)) == grids and all_connected(piece, grid, grids)
    ]
    return min(energies)


def all_connected(piece: Piece, grid: tuple[int, ...], grids: int) -> bool:
    links = list(zip(piece.one.tolist(), piece.other.tolist(), strict=True))
    for g in range(grids):
        rows = {i for i, here in enumerate(grid) if here == g}
        seen, wave = set(), {min(rows)}
        while wave:
            seen |= wave
            wave = {
                b
                for pair in links
                for a, b in (pair, pair[::-1])
                if a in wave and b in rows and b not in seen
            }
        if seen != rows:
            return False
    return True


@QUICK
@given(st.integers(0, 1000), st.integers(0, 2))
def test_exact_model_and_search_find_what_trying_everything_finds(seed: int, walled: int) -> None:
    made = community(Plot(3, 3, seed=seed, walled=walled))
    made = replace(made, households=np.array([7, 9, 11, 6, 10, 12, 8, 9, 8]))
    piece, terms, wanted = piece_with(made, 2)

    found = search(piece, 2, terms, Effort(), seed=1)
    proof = exact.best(piece, 2, terms, found)

    least = best_by_trying(piece, 2, terms)
    assert wanted.fits
    assert proof.closed
    assert proof.optimum == pytest.approx(least, abs=1e-6)
    assert found.energy == pytest.approx(least, abs=1e-6)


def test_better_plan_than_the_one_given_is_handed_back() -> None:
    made = replace(community(Plot(4, 3)), households=np.full(12, 7))
    piece, terms, _ = piece_with(made, 2)
    poor = Found(np.array([0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0]), 1e6)

    proof = exact.best(piece, 2, terms, poor)

    assert proof.found
    assert proof.found.energy == pytest.approx(proof.optimum)
    assert energy_of(piece, proof.found.grid, 2, terms) == pytest.approx(proof.optimum)


def test_that_no_plan_is_in_range_is_proven() -> None:
    row = np.array([33, 33, 33, 10, 10, 10, 10])
    made = replace(community(Plot(7, 1)), households=row)
    piece, terms, _ = piece_with(made, 3)

    assert exact.best(piece, 3, terms, Found(np.zeros(7, np.int64), 1e6)).refuted


def test_walks_of_the_plan_are_held_to_the_shortest_there_can_be() -> None:
    made = replace(community(Plot(5, 4)), households=np.full(20, 6))
    piece, _, wanted = piece_with(made, 3)
    division = divide(made, Options(Rules(SIZE, SIZE)))

    bound = walk_bound.prove(piece, division.grid, wanted)

    assert bound.closed
    assert 0 < bound.bound <= bound.plan
    assert bound.told()["status"] == "optimal"


def test_proof_stands_in_the_plan_when_it_is_asked_for() -> None:
    made = replace(community(Plot(4, 3)), households=np.full(12, 7))

    (part,) = divide(made, Options(Rules(SIZE, SIZE), prove=True)).parts

    assert part.proof
    assert part.proof["status"] == "optimal"
    assert part.proof["gap"] == 0


def test_what_the_solver_says_by_itself_is_not_heard(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highs, "milp", lambda costs, **_given: os.write(1, b"noise") + costs)

    found = highs.chosen(1)
    os.write(1, b"heard")

    assert found == 6
    assert capfd.readouterr().out == "heard"


def test_part_of_few_buildings_has_the_best_plan_there_is() -> None:
    made = replace(community(Plot(5, 4, seed=8)), households=np.tile([4, 9, 7, 6, 8], 4))
    piece, terms, _ = piece_with(made, 4)
    poor = search(piece, 4, terms, Effort(starts=1, sweeps=0), seed=3)

    best = settled(piece, 4, terms, poor)

    assert best.energy == pytest.approx(exact.best(piece, 4, terms, poor).optimum)
    assert best.energy <= poor.energy
