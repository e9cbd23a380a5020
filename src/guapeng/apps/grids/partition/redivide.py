"""Dividing again with the least change: newcomers join, and moves are made where they must be."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from guapeng.apps.grids.partition import moves
from guapeng.apps.grids.partition.case import Case
from guapeng.apps.grids.partition.codes import is_special
from guapeng.apps.grids.partition.count import Count, fewest, nearest
from guapeng.apps.grids.partition.county import Community, Ints
from guapeng.apps.grids.partition.graph import Graph
from guapeng.apps.grids.partition.moves import Terms
from guapeng.apps.grids.partition.objective import Effort, Piece
from guapeng.apps.grids.partition.pieces import Part
from guapeng.apps.grids.partition.plan import PartPlan, Previous, Solved
from guapeng.apps.grids.partition.reasons import tied_on, why
from guapeng.apps.grids.partition.search import better, blank, task_of, terms_of

_GENTLE: Final = Effort(starts=6, sweeps=40, trees=12, mixing=0, heat=0.05)
_MORE: Final = 2
"""How many grids more or fewer than before are tried beyond what the range forces."""

Codes = list[str]
_Try = tuple[tuple[float, float, float], Ints, Count]
"""How bad it is (households out of range, households moved, energy), the grids, what was asked."""


def whole_parts(
    community: Community, parts: Sequence[Part], previous: Previous | None
) -> list[Part]:
    """Return the parts, joined where a locked grid lies in several of them."""
    joined: list[Part] = []
    for part in parts:
        mine = _locked(community, part, previous)
        beside = [one for one in joined if mine & _locked(community, one, previous)]
        joined = [one for one in joined if one not in beside]
        rows = np.sort(np.concatenate([part.rows, *(one.rows for one in beside)]))
        joined.append(Part(rows, part.households + sum(one.households for one in beside)))
    return sorted(joined, key=lambda part: int(part.rows[0]))


def _locked(community: Community, part: Part, previous: Previous | None) -> set[str]:
    if previous is None or not previous.locked:
        return set()
    return {_code(community, previous, community.ids[row]) for row in part.rows} & previous.locked


def homes(community: Community, parts: Sequence[Part], previous: Previous | None) -> list[Codes]:
    """Return for each part the older grid of each building, empty where there is none.

    A grid whose buildings are no longer connected stays with the part that has most of its
    households.
    """
    if previous is None:
        return [[""] * len(part.rows) for part in parts]
    known = [
        [_code(community, previous, community.ids[row]) for row in part.rows] for part in parts
    ]
    held: dict[str, tuple[int, int]] = {}
    for at, (part, named) in enumerate(zip(parts, known, strict=True)):
        for code in sorted(set(named) - {""}):
            mine = np.array(named, dtype=object) == code
            weight = int(community.households[part.rows][mine].sum()) * len(parts) - at
            held[code] = max(held.get(code, (weight, at)), (weight, at))
    return [
        [code if code and held[code][1] == at else "" for code in named]
        for at, named in enumerate(known)
    ]


def _code(community: Community, previous: Previous, building: str) -> str:
    code = previous.grid_of.get(building, "")
    return code if code[:-3] == community.id and not is_special(code) else ""


def again(case: Case, home: Codes) -> Solved:
    """Divide a part again, from the grids that its buildings had.

    Newcomers join the grid of their nearest neighbour along the graph. If all grids are then as the
    rule wants them, or as they were, that is the plan. Otherwise several numbers of grids are
    tried, each from the older plan with its heaviest grids cut or its lightest joined, by moves
    that cost what moves; the plan with the least violation is taken, then that with the fewest
    households moved. Where no number of grids fits, one grid more or fewer would not mend it, so
    the number stays.
    """
    named = sorted(set(home) - {""})
    number = {code: at for at, code in enumerate(named)}
    known = np.array([number.get(code, -1) for code in home], dtype=np.int64)
    previous = case.options.previous
    locked = previous.locked if previous else frozenset()
    fixed = np.array([code in locked for code in home], dtype=np.int64)
    piece = case.piece(len(named), home=known, fixed=fixed)
    joined = _joined(piece, known, case.graph, case.part)
    allowed = _allowed(case, len(named))
    if _lack(piece, joined, len(named), allowed) == 0 or _is_as_it_was(case, piece, named):
        return _solved(case, piece, joined, named, allowed)
    _, grid, wanted = min(_tries(case, piece, joined, len(named)), key=lambda one: one[0])
    return _solved(case, piece, grid, named, wanted)


def _allowed(case: Case, grids: int) -> Count:
    """Return what so many grids may hold: beyond the range only where no number of grids fits."""
    rule, households = case.rule, case.part.households
    if fewest(households, rule) <= households // rule.least:
        return Count(
            grids, grids * rule.least <= households <= grids * rule.most, rule.least, rule.most
        )
    return nearest(households, grids, rule)


def _is_as_it_was(case: Case, piece: Piece, named: Sequence[str]) -> bool:
    """Tell whether nobody came and every grid has the households that it had."""
    previous = case.options.previous
    if previous is None or (piece.home < 0).any():
        return False
    loads = np.bincount(piece.home, weights=piece.households, minlength=len(named))
    return bool([previous.loads.get(code) for code in named] == loads.tolist())


def _joined(piece: Piece, known: Ints, graph: Graph, part: Part) -> Ints:
    """Return the older grids with newcomers in that of their nearest neighbour along the graph.

    Buildings that are cut off from most of their grid are newcomers, too.
    """
    grid = known.copy()
    _let_go(piece, grid)
    place = {int(row): at for at, row in enumerate(part.rows)}
    beside: list[list[tuple[float, int]]] = [[] for _ in grid]
    for one, other, length in zip(graph.one, graph.other, graph.length, strict=True):
        a, b = place.get(int(one)), place.get(int(other))
        if a is not None and b is not None:
            beside[a].append((float(length), b))
            beside[b].append((float(length), a))
    ways = [
        (length, int(at), int(grid[j]))
        for at in np.flatnonzero(grid < 0)
        for length, j in beside[at]
        if grid[j] >= 0
    ]
    heapify(ways)
    while ways:
        _, at, g = heappop(ways)
        if grid[at] < 0:
            grid[at] = g
            for length, j in beside[at]:
                if grid[j] < 0:
                    heappush(ways, (length, j, g))
    return grid


def _let_go(piece: Piece, grid: Ints) -> None:
    """Take buildings out of their grid that are not connected with most of it, unless locked."""
    same = (grid[piece.one] == grid[piece.other]) & (grid[piece.one] >= 0)
    n = len(grid)
    links = coo_array((np.ones(same.sum()), (piece.one[same], piece.other[same])), shape=(n, n))
    bits = connected_components(links, directed=False)[1]
    for g in range(int(grid.max()) + 1):
        mine = np.flatnonzero(grid == g)
        weight = np.bincount(bits[mine], weights=piece.households[mine] + 1e-3)
        grid[mine[(bits[mine] != weight.argmax()) & (piece.fixed[mine] == 0)]] = -1


def _lack(piece: Piece, grid: Ints, grids: int, wanted: Count) -> int:
    loads = np.bincount(grid, weights=piece.households, minlength=grids)
    beyond = np.maximum(loads - wanted.most, 0) + np.maximum(wanted.least - loads, 0)
    return int(beyond.sum())


def _tries(case: Case, piece: Piece, joined: Ints, had: int) -> list[_Try]:
    """Return plans with a judgement of each, the less the better."""
    households, rule = case.part.households, case.rule
    low, high = fewest(households, rule), households // rule.least
    near = min(max(had, low), max(high, low))
    counts = [k for k in range(low, high + 1) if abs(k - near) <= _MORE]
    if not counts:
        counts = [min(max(had, high, 1), low)]
    tried: list[_Try] = []
    for grids in counts:
        asked = nearest(households, grids, rule)
        terms = terms_of(asked, case.options.prices, piece, keeps=True)
        for start in range(_GENTLE.starts):
            seed = case.seed(grids, start)
            begin = _with_so_many(piece, joined, grids, terms, seed)
            found = better(piece, begin, max(grids, had), terms, _GENTLE, seed=seed)
            lack = _lack(piece, *_dense(found.grid), asked)
            judged = (float(lack), float(_moved(piece, found.grid)), found.energy)
            tried.append((judged, found.grid, asked))
    return tried


def _dense(grid: Ints) -> tuple[Ints, int]:
    names, number = np.unique(grid, return_inverse=True)
    return number, len(names)


def _moved(piece: Piece, grid: Ints) -> int:
    return int(piece.households[(piece.home >= 0) & (piece.home != grid)].sum())


def _with_so_many(piece: Piece, grid: Ints, wanted: int, terms: Terms, seed: int) -> Ints:
    """Return the plan with its heaviest grids cut, or its lightest joined, to the wanted number."""
    grid = grid.copy()
    for grids in range(int(grid.max()) + 1, wanted):
        _cut_heaviest(piece, grid, grids, terms, seed)
    while len(np.unique(grid)) > wanted:
        _join_lightest(piece, grid)
    return grid


def _cut_heaviest(piece: Piece, grid: Ints, grids: int, terms: Terms, seed: int) -> None:
    """Give a side of the heaviest grid the number ``grids``: the one with fewer old households."""
    loads = np.bincount(grid, weights=piece.households, minlength=grids)
    locked = np.bincount(grid, weights=piece.fixed, minlength=grids) > 0
    free = (np.bincount(grid, minlength=grids) > 1) & ~locked
    if not free.any():
        return
    heavy = int(np.where(free, loads, -1).argmax())
    state, tree = blank(piece, grids + 1, seed)
    for i, g in enumerate(grid.tolist()):
        state.grid[i] = g
    task = task_of(piece)
    size = moves.grow(task, state, tree, heavy, heavy)
    top, _ = moves.best_cut(state, tree, size, 2, terms)
    if top < 0:
        return
    moves.take_side(tree, size, top)
    rows = np.array([tree.order[at] for at in range(size)])
    side = np.array([tree.side[i] for i in rows.tolist()])
    old = [piece.households[rows[(side == s) & (piece.home[rows] >= 0)]].sum() for s in (0, 1)]
    grid[rows[side == int(old[1] <= old[0])]] = grids


def _join_lightest(piece: Piece, grid: Ints) -> None:
    """Join the lightest grid to its lightest neighbour."""
    loads = np.bincount(grid, weights=piece.households)
    here = np.unique(grid)
    light = int(here[loads[here].argmin()])
    ends = np.stack([grid[piece.one], grid[piece.other]], axis=1)
    beside = np.unique(ends[(ends == light).any(axis=1)])
    others = beside[beside != light]
    if len(others):
        grid[grid == light] = int(others[loads[others].argmin()])


def _solved(case: Case, piece: Piece, grid: Ints, named: Sequence[str], wanted: Count) -> Solved:
    numbers, place = np.unique(grid, return_inverse=True)
    rows = case.part.rows
    reason = why(case.community, case.graph, rows, place, wanted, case.rule)
    plan = PartPlan(
        households=case.part.households,
        buildings=len(case.part.rows),
        grids=len(numbers),
        fits=wanted.fits,
        why=reason,
        notes=tied_on(case.community, case.graph, rows),
    )
    codes = tuple(named[number] if number < len(named) else "" for number in numbers.tolist())
    return Solved(case.part.rows, place, codes, plan, _moved(piece, grid))
