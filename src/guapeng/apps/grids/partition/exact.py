"""The best plan of a small part, proven: a choice among all connected sets in range (HiGHS).

Every connected set of buildings in range is a column; a plan is as many columns as there are grids
that cover each building once. The linear relaxation is solved on few columns at a time; what its
reduced costs cannot rule out goes into the integer model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import LinearConstraint, linprog
from scipy.sparse import csr_array, vstack

from guapeng.apps.grids.partition.compiled import column
from guapeng.apps.grids.partition.county import Floats, Ints
from guapeng.apps.grids.partition.highs import chosen
from guapeng.apps.grids.partition.moves import Task, Terms
from guapeng.apps.grids.partition.objective import Found, Piece
from guapeng.apps.grids.partition.search import task_of
from guapeng.apps.grids.partition.subsets import enumerate_sets, price_sets

MOST_BUILDINGS: Final = 60
_MOST_SETS: Final = 200_000
_MOST_VISITS: Final = 1_000_000
"""A second with the compiler, a minute without it; the plan is the same by both."""
_STACK: Final = 30_000
_FIRST: Final = 3_000
_BATCH: Final = 2_000
_SLACK: Final = 1e-6
_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Proof:
    """What the exact model says of a part.

    Attributes:
        closed: whether it came to an end: the part was small enough, and there was time.
        refuted: no plan has all grids in range.
        optimum: the least energy, if there is a plan.
        energy: of the plan that was held against it.
        found: the best plan, if it is better than the one given.
        columns: sets that could be a grid.
    """

    closed: bool
    refuted: bool = False
    optimum: float = 0.0
    energy: float = 0.0
    found: Found | None = None
    columns: int = 0

    @property
    def gap(self) -> float:
        """How far the plan is above the optimum, as a share of it."""
        return max(0.0, self.energy / self.optimum - 1) if self.optimum > 0 else 0.0

    def told(self) -> Mapping[str, Any]:
        """Return the proof as the report shows it."""
        if self.refuted:
            return {"model": "all", "status": "infeasible", "sets": self.columns}
        return {
            "model": "all",
            "status": "optimal",
            "sets": self.columns,
            "optimum": round(self.optimum, 6),
            "plan": round(self.energy, 6),
            "gap": round(self.gap, 6),
        }


@dataclass(frozen=True)
class _Columns:
    """All c sets: (n, c) which building is in which, and (c) costs."""

    holds: csr_array
    costs: Floats
    bits: Ints


def best(piece: Piece, grids: int, terms: Terms, found: Found) -> Proof:
    """Return the optimum of the declared objective, if the part is small enough.

    Args:
        piece: n buildings; more than 60 are not tried.
        grids: how many there are to be, exactly.
        terms: weights and range; all grids must be in range.
        found: the plan to hold against it, in range or not.
    """
    n = len(piece.households)
    if n > MOST_BUILDINGS:
        return Proof(closed=False)
    task = task_of(piece)
    bits = _sets(task, piece, grids, terms)
    if bits is None:
        return Proof(closed=False)
    if not len(bits):
        return Proof(closed=True, refuted=True)
    columns = _columns(task, terms, bits, n)
    constant = -float(sum(task.price))
    limit = found.energy - constant if found.energy < terms.beyond else np.inf
    return _chosen(columns, grids, limit, constant, found)


def _sets(task: Task, piece: Piece, grids: int, terms: Terms) -> Ints | None:
    near = [0] * len(piece.households)
    for one, other in zip(piece.one.tolist(), piece.other.tolist(), strict=True):
        near[one] |= 1 << other
        near[other] |= 1 << one
    room = column(np.zeros(_MOST_SETS))
    stack = column(np.zeros(3 * _STACK))
    count = enumerate_sets(task, column(near), terms, grids, room, stack, _MOST_VISITS)
    return None if count < 0 else np.array(room[:count], dtype=np.int64)


def _columns(task: Task, terms: Terms, bits: Ints, n: int) -> _Columns:
    costs = column(np.zeros(len(bits)), float)
    price_sets(task, terms, column(bits), len(bits), costs)
    rows = [csr_array((bits[None, :] >> i & 1).astype(np.float64)) for i in range(n)]
    return _Columns(vstack(rows, format="csc"), np.array(costs, dtype=float), bits)


def _chosen(columns: _Columns, grids: int, limit: float, constant: float, found: Found) -> Proof:
    """Choose the cheapest cover: linear first, then whole columns among those still possible."""
    relaxed = _relaxed(columns, grids)
    count = len(columns.costs)
    if relaxed is None:
        return Proof(closed=True, refuted=True, columns=count)
    bound, reduced = relaxed
    gap = limit - bound if np.isfinite(limit) else 0.02 * abs(bound) + 0.5
    while True:
        possible = np.flatnonzero(reduced <= gap + _SLACK)
        grid, cost, closed = _whole(columns, possible, grids)
        if not closed:
            return Proof(closed=False, columns=count)
        if grid is not None and (cost - bound <= gap + _SLACK or len(possible) == count):
            break
        if len(possible) == count:
            return Proof(closed=True, refuted=True, columns=count)
        gap = gap * 4 + 1.0
    better = cost + constant < found.energy - _SLACK
    optimum = min(cost + constant, found.energy) if np.isfinite(limit) else cost + constant
    return Proof(
        closed=True,
        optimum=optimum,
        energy=found.energy,
        found=Found(grid, cost + constant) if better else None,
        columns=count,
    )


def _relaxed(columns: _Columns, grids: int) -> tuple[float, Floats] | None:
    """Return the optimum of the linear relaxation and all reduced costs, None if there is none.

    A cover at any price is allowed at first by columns of one building each, so that there always
    is a solution; what is missing is added by its reduced cost.
    """
    n, count = columns.holds.shape
    dear = float(columns.costs.max()) * 10 + 1000.0
    used = np.unique(np.argsort(columns.costs, kind="stable")[:_FIRST])
    held = np.zeros(count, dtype=bool)
    held[used] = True
    while True:
        used = np.flatnonzero(held)
        matrix = _cover(columns.holds[:, used], n)
        costs = np.concatenate([columns.costs[used], np.full(n + 1, dear)])
        right = np.concatenate([np.ones(n), [float(grids)]])
        solved = linprog(costs, A_eq=matrix, b_eq=right, method="highs")
        prices = solved.eqlin.marginals
        reduced = columns.costs - columns.holds.T @ prices[:n] - prices[n]
        fresh = np.flatnonzero((reduced < -_SLACK) & ~held)
        if not len(fresh):
            infeasible = solved.x[len(used) :].sum() > _SLACK
            return None if infeasible else (float(solved.fun), reduced)
        held[fresh[np.argsort(reduced[fresh], kind="stable")[:_BATCH]]] = True


def _cover(holds: csr_array, n: int) -> csr_array:
    """Return rows for each building and for the number of grids; the last columns are makeshift."""
    ones = csr_array(np.ones((1, holds.shape[1])))
    makeshift = csr_array(np.eye(n + 1))
    return csr_array(np.hstack([vstack([holds, ones]).toarray(), makeshift.toarray()]))


def _whole(columns: _Columns, possible: Ints, grids: int) -> tuple[Ints | None, float, bool]:
    """Return the best plan of ``possible`` columns, its cost, and whether that is settled."""
    n = columns.holds.shape[0]
    matrix = vstack([columns.holds[:, possible], csr_array(np.ones((1, len(possible))))])
    right = np.concatenate([np.ones(n), [float(grids)]])
    solved = chosen(
        columns.costs[possible],
        constraints=LinearConstraint(matrix, right, right),
        integrality=np.ones(len(possible)),
        bounds=(0, 1),
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
    )
    if solved.x is None:
        return None, np.inf, solved.status == 2  # noqa: PLR2004 - scipy's word for infeasible
    grid = np.zeros(n, dtype=np.int64)
    for number, at in enumerate(possible[np.flatnonzero(solved.x > 0.5)]):  # noqa: PLR2004
        grid[[i for i in range(n) if columns.bits[at] >> i & 1]] = number
    return grid, float(solved.fun), solved.status == 0
