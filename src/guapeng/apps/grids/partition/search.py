"""From a part of a community to its best plan: the prices, several starts, the best of them."""

from collections.abc import Sequence
from math import log
from typing import Any, Final

import numpy as np

from guapeng.apps.grids.partition import moves
from guapeng.apps.grids.partition.compiled import column
from guapeng.apps.grids.partition.count import Count
from guapeng.apps.grids.partition.county import Floats, Ints
from guapeng.apps.grids.partition.moves import State, Task, Terms, Tree
from guapeng.apps.grids.partition.objective import Effort, Found, Piece, Prices, Together, seed_of

_SMALL: Final = ((40, 8), (130, 2))
"""Up to how many buildings a piece is small, and how many times as often it is then begun."""
_CHANCES: Final = [round(-log((at + 0.5) / 4096), 9) for at in range(4096)]


def terms_of(wanted: Count, prices: Prices, piece: Piece, *, keeps: bool = False) -> Terms:
    """Return the weights of the search; those who ``keeps`` pay for households that move."""
    return Terms(
        least=wanted.least,
        most=wanted.most,
        beyond=prices.beyond,
        each=prices.each,
        inertia=piece.inertia / 100,
        leaving=prices.leaving if keeps else 0.0,
    )


def search(piece: Piece, grids: int, terms: Terms, effort: Effort, *, seed: int) -> Found:
    """Return the best plan of several starts; the first of equals."""
    task = task_of(piece)
    best: Found | None = None
    for start in range(effort.starts * _times(len(piece.households))):
        state, tree = blank(piece, grids, seed_of(seed, start))
        energy = moves.divide(
            task, state, tree, grids, terms, effort.trees, effort.sweeps, effort.heat, effort.mixing
        )
        if best is None or energy < best.energy - 1e-9:
            best = Found(np.array(state.grid, dtype=np.int64), energy)
    assert best
    return best


def _times(buildings: int) -> int:
    return next((times for most, times in _SMALL if buildings <= most), 1)


def better(
    piece: Piece, grid: Ints, grids: int, terms: Terms, effort: Effort, *, seed: int
) -> Found:
    """Return a plan that grew from ``grid`` by moves of single buildings."""
    task = task_of(piece)
    state, tree = blank(piece, grids, seed)
    for i, g in enumerate(grid.tolist()):
        state.grid[i] = g
    energy = moves.anneal(task, state, tree, grids, terms, effort.sweeps, effort.heat, 0)
    return Found(np.array(state.grid, dtype=np.int64), energy)


def energy_of(piece: Piece, grid: Ints, grids: int, terms: Terms) -> float:
    """Return the energy of a plan by the declared objective."""
    state, _ = blank(piece, grids, 1)
    for i, g in enumerate(grid.tolist()):
        state.grid[i] = g
    task = task_of(piece)
    moves.gather(task, state, grids)
    return moves.energy(task, state, grids, terms)


def task_of(piece: Piece) -> Task:
    """Return the piece as flat columns."""
    n = len(piece.households)
    source = np.concatenate([piece.one, piece.other])
    target = np.concatenate([piece.other, piece.one])
    order = np.lexsort((target, source))
    offsets = np.round((piece.places - piece.places.mean(axis=0)) * 10)
    belongs, group, price = _groups(n, piece.layers)
    return Task(
        first=column(np.searchsorted(source[order], np.arange(n + 1))),
        source=column(source[order]),
        target=column(target[order]),
        twin=column(_twins(order, len(piece.one))),
        border=column(np.tile(piece.border, 2)[order], float),
        dear=column(np.tile(piece.dear, 2)[order]),
        load=column(piece.households),
        x=column(offsets[:, 0]),
        y=column(offsets[:, 1]),
        belongs=column(belongs),
        group=column(group),
        price=column(price, float),
        home=column(piece.home),
        fixed=column(piece.fixed),
        chance=column(_CHANCES, float),
    )


def _twins(order: Ints, edges: int) -> Ints:
    """Return the place of each half-edge's other half; unsorted, they lie ``edges`` apart."""
    place = np.empty(2 * edges, dtype=np.int64)
    place[order] = np.arange(2 * edges)
    return place[(order + edges) % (2 * edges)] if edges else place


def _groups(n: int, layers: Sequence[Together]) -> tuple[Ints, Ints, Floats]:
    """Return where each building's groups begin, the groups, and the price of each."""
    whose: list[Any] = [np.empty(0, np.int64)]
    groups: list[Any] = [np.empty(0, np.int64)]
    prices: list[float] = []
    for layer in layers:
        named, number = np.unique(layer.group, return_inverse=True)
        has = layer.group >= 0
        shift = len(prices) - (1 if named[0] < 0 else 0)
        whose.append(np.flatnonzero(has))
        groups.append(number[has] + shift)
        prices += [layer.price] * int((named >= 0).sum())
    owner, group = np.concatenate(whose), np.concatenate(groups)
    order = np.lexsort((group, owner))
    belongs = np.searchsorted(owner[order], np.arange(n + 1))
    return belongs.astype(np.int64), group[order].astype(np.int64), np.array(prices, dtype=float)


def blank(piece: Piece, grids: int, seed: int) -> tuple[State, Tree]:
    """Return room for a plan and for the trees of its making."""
    n, m = len(piece.households), 2 * len(piece.one)
    groups = sum(len(np.unique(layer.group[layer.group >= 0])) for layer in piece.layers)
    state = State(
        grid=_zeros(n),
        load=_zeros(grids),
        x=_zeros(grids),
        y=_zeros(grids),
        square=_zeros(grids),
        size=_zeros(grids),
        met=_zeros(groups * grids),
        random=column([seed]),
        cut=_zeros(m + 1),
        where=_zeros(m),
        mark=_zeros(n + 1),
        queue=_zeros(n + 1),
    )
    tree = Tree(
        edges=_zeros(m),
        bucket=_zeros(8),
        leader=_zeros(n),
        order=_zeros(n),
        parent=_zeros(n),
        below=_zeros(n),
        link=_zeros(n),
        head=_zeros(n),
        next=_zeros(max(m, 2 * n)),
        other=_zeros(max(m, 2 * n)),
        kind=_zeros(max(m, 2 * n)),
        side=_zeros(n),
        kept=_zeros(n),
        met=_zeros(2 * groups),
    )
    return state, tree


def _zeros(size: int) -> Any:
    return column(np.zeros(size))
