"""How short walks could be at best: a bound for communities that are too large to try all plans.

Hess's model (1965): some buildings are centres, every building goes to one of them, a grid's walks
are households times squared distance to its centre, and all grids are in range. Contiguity is
demanded where a solution lacks it (Validi, Buchanan and Lykhovyd 2022). The linear relaxation rules
out most of the choices, by what is known from the plan that is held against it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import LinearConstraint, linprog
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from guapeng.apps.grids.partition.count import Count
from guapeng.apps.grids.partition.county import Floats, Ints
from guapeng.apps.grids.partition.highs import chosen
from guapeng.apps.grids.partition.objective import Piece

MOST_BUILDINGS: Final = 170
_SECONDS: Final = 20.0
_ROUNDS: Final = 60
_SLACK: Final = 1e-6


@dataclass(frozen=True)
class WalkBound:
    """What is known of the walks.

    Attributes:
        closed: whether ``bound`` is the optimum.
        bound: no plan in range has less, in households times square metres.
        plan: of the plan that was held against it.
    """

    closed: bool
    bound: float
    plan: float

    def told(self) -> Mapping[str, Any]:
        """Return the bound as the report shows it."""
        if self.bound <= 0:
            return {"model": "walks", "status": "too large"}
        return {
            "model": "walks",
            "status": "optimal" if self.closed else "bound",
            "bound": round(self.bound),
            "plan": round(self.plan),
            "gap": round(max(0.0, self.plan / self.bound - 1), 6),
        }


def prove(piece: Piece, grid: Ints, wanted: Count) -> WalkBound:
    """Return the bound for a part, and what ``grid`` has around the best building of each grid."""
    costs = _costs(piece)
    plan = sum(
        float(costs[np.ix_(mine, mine)].sum(axis=0).min())
        for mine in (np.flatnonzero(grid == g) for g in range(wanted.grids))
    )
    n = len(piece.households)
    if n > MOST_BUILDINGS:
        return WalkBound(closed=False, bound=0.0, plan=plan)
    scale = max(plan, 1.0)
    model = _Model.of(piece, costs / scale, wanted)
    bound, left = _possible(model, plan / scale)
    return _settled(piece, model, left, bound, plan, scale)


def _costs(piece: Piece) -> Floats:
    """Return (n, n) households of i times its squared distance to j."""
    apart = ((piece.places[:, None] - piece.places[None]) ** 2).sum(axis=2)
    return np.asarray(apart * piece.households[:, None])


@dataclass(frozen=True)
class _Model:
    """The model without contiguity: variable ``i * n + j`` says that i goes to centre j."""

    n: int
    costs: Floats
    matrix: csr_array
    low: Floats
    high: Floats

    @classmethod
    def of(cls, piece: Piece, costs: Floats, wanted: Count) -> "_Model":
        n = len(piece.households)
        i, j = (index.ravel() for index in np.indices((n, n)))
        at = np.arange(n * n)
        one = np.ones(n * n)
        goes = coo_array((one, (i, at)), shape=(n, n * n))
        number = coo_array((np.ones(n), (np.zeros(n, int), np.arange(n) * (n + 1))), (1, n * n))
        load = coo_array((piece.households[i].astype(float), (j, at)), shape=(n, n * n))
        centre = coo_array((np.ones(n), (np.arange(n), np.arange(n) * (n + 1))), (n, n * n))
        others = np.flatnonzero(i != j)
        rows = np.arange(len(others))
        opened = coo_array(
            (
                np.concatenate([np.ones(len(others)), -np.ones(len(others))]),
                (np.concatenate([rows, rows]), np.concatenate([at[others], j[others] * (n + 1)])),
            ),
            shape=(len(others), n * n),
        )
        matrix = vstack(
            [goes, number, load - wanted.most * centre, load - wanted.least * centre, opened]
        )
        low = np.concatenate(
            [
                np.ones(n),
                [wanted.grids],
                np.full(n, -np.inf),
                np.zeros(n),
                np.full(len(others), -np.inf),
            ]
        )
        high = np.concatenate(
            [np.ones(n), [wanted.grids], np.zeros(n), np.full(n, np.inf), np.zeros(len(others))]
        )
        return cls(n, costs.ravel(), csr_array(matrix), low, high)


def _possible(model: _Model, plan: float) -> tuple[float, Ints]:
    """Return the bound of the linear relaxation, and the choices that a better plan may make."""
    same = model.low == model.high
    below, above = np.isfinite(model.high) & ~same, np.isfinite(model.low) & ~same
    solved = linprog(
        model.costs,
        A_eq=model.matrix[same],
        b_eq=model.low[same],
        A_ub=vstack([model.matrix[below], -model.matrix[above]]),
        b_ub=np.concatenate([model.high[below], -model.low[above]]),
        bounds=(0, 1),
        method="highs",
        options={"time_limit": _SECONDS},
    )
    if solved.status != 0:
        return 0.0, np.arange(model.n**2)
    reduced = solved.lower.marginals
    return float(solved.fun), np.flatnonzero(reduced <= plan - solved.fun + _SLACK)


def _settled(  # noqa: PLR0917 - a model and what is known of it
    piece: Piece, model: _Model, left: Ints, bound: float, plan: float, scale: float
) -> WalkBound:
    """Solve what is left in whole numbers, with contiguity where it is missing."""
    matrix = model.matrix[:, left]
    needed = np.flatnonzero(abs(matrix).sum(axis=1) > 0)
    matrix, low, high = matrix[needed], model.low[needed], model.high[needed]
    until = time.monotonic() + _SECONDS
    for _ in range(_ROUNDS):
        solved = chosen(
            model.costs[left],
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.ones(len(left)),
            bounds=(0, 1),
            options={"time_limit": max(1.0, until - time.monotonic()), "mip_rel_gap": 1e-4},
        )
        if solved.mip_dual_bound is not None and np.isfinite(solved.mip_dual_bound):
            bound = max(bound, min(float(solved.mip_dual_bound), plan / scale))
        if solved.x is None:
            closed = solved.status == 2  # noqa: PLR2004 - scipy's word for infeasible
            return WalkBound(closed, (plan / scale if closed else bound) * scale, plan)
        goes = left[np.flatnonzero(solved.x > 0.5)]  # noqa: PLR2004
        cuts = _cuts(piece, model.n, goes)
        if not len(cuts) or time.monotonic() > until:
            return WalkBound(not len(cuts) and solved.status == 0, bound * scale, plan)
        place = {int(at): number for number, at in enumerate(left)}
        rows = [_row(cut, place, len(left)) for cut in cuts]
        matrix = vstack([matrix, *rows], format="csr")
        low = np.concatenate([low, np.full(len(rows), -np.inf)])
        high = np.concatenate([high, np.zeros(len(rows))])
    return WalkBound(closed=False, bound=bound * scale, plan=plan)


def _cuts(piece: Piece, n: int, chosen: Ints) -> list[tuple[list[int], list[int]]]:
    """Return what each solution lacks: for every piece away from its centre, the ways to it.

    A building of the piece may only go to the centre if a building around the piece does.
    """
    goes = np.empty(n, dtype=np.int64)
    goes[chosen // n] = chosen % n
    same = goes[piece.one] == goes[piece.other]
    links = coo_array((np.ones(same.sum()), (piece.one[same], piece.other[same])), shape=(n, n))
    bits = connected_components(links, directed=False)[1]
    cuts = []
    for bit in np.unique(bits):
        mine = bits == bit
        centre = int(goes[np.flatnonzero(mine)[0]])
        if mine[centre]:
            continue
        touches = mine[piece.one] != mine[piece.other]
        around = np.unique(np.concatenate([piece.one[touches], piece.other[touches]]))
        around = around[~mine[around]]
        cuts += [
            ([int(i) * n + centre], (around * n + centre).tolist()) for i in np.flatnonzero(mine)
        ]
    return cuts


def _row(cut: tuple[list[int], list[int]], place: dict[int, int], width: int) -> csr_array:
    row = np.zeros((1, width))
    for sign, choices in zip((1.0, -1.0), cut, strict=True):
        for choice in choices:
            if choice in place:
                row[0, place[choice]] += sign
    return csr_array(row)
