"""What of a community is divided together, and what there is to stay whole in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from guapeng.apps.grids.partition.county import Bools, Community, Floats, Ints, Line
from guapeng.apps.grids.partition.graph import Graph
from guapeng.apps.grids.partition.objective import Piece, Prices, Together


@dataclass(frozen=True, eq=False)
class Part:
    """A connected part of a community.

    Attributes:
        rows: (p) its buildings, as places in the community.
        households: all of them.
    """

    rows: Ints
    households: int


def parts_of(community: Community, graph: Graph) -> Iterator[Part]:
    """Give the connected parts, in the order of their first buildings."""
    for number in range(int(graph.part.max(initial=-1)) + 1):
        rows = np.flatnonzero(graph.part == number)
        yield Part(rows, int(community.households[rows].sum()))


def piece_of(
    community: Community,
    graph: Graph,
    part: Part,
    grids: int,
    prices: Prices,
    *,
    home: Ints | None = None,
    fixed: Ints | None = None,
) -> Piece:
    """Return a part as it is divided into ``grids``, with every price worked out."""
    number = np.full(len(community.ids), -1, dtype=np.int64)
    number[part.rows] = np.arange(len(part.rows))
    mine = np.flatnonzero((number[graph.one] >= 0) & (number[graph.other] >= 0))
    one, other = number[graph.one[mine]], number[graph.other[mine]]
    places, households = community.places[part.rows], community.households[part.rows]
    compound = community.compound[part.rows]
    same = (compound[one] == compound[other]) & (compound[one] >= 0)
    crosses = graph.crosses[mine]
    parted: Bools = np.asarray(crosses.any(axis=1))
    side = np.sqrt(max(float(graph.land[part.rows].sum()), 1.0) / grids)
    factor = np.where(parted, prices.across, np.where(same, prices.within, 1.0))
    nothing = np.full(len(part.rows), -1, dtype=np.int64)
    return Piece(
        places=places,
        households=households,
        one=one,
        other=other,
        border=graph.border[mine] * factor * prices.border / side
        + graph.touching[mine] * prices.touching,
        dear=_dear(graph.length[mine], same, parted),
        inertia=prices.inertia / _even_inertia(places, households, grids),
        layers=[
            Together(compound, prices.compound),
            *(
                Together(sides, prices.hard if line.hard else prices.road)
                for line, sides in sides_of(community, len(part.rows), one, other, crosses)
            ),
        ],
        home=nothing if home is None else home,
        fixed=np.zeros(len(part.rows), np.int64) if fixed is None else fixed,
    )


def _dear(length: Floats, same: Bools, parted: Bools) -> Ints:
    """Return classes of edges: 0 within a compound, 1 close by, 2 farther, 3 across a line."""
    middle = np.median(length) if len(length) else 0.0
    return np.where(parted, 3, np.where(same, 0, np.where(length <= middle, 1, 2))).astype(np.int64)


def _even_inertia(places: Floats, households: Ints, grids: int) -> float:
    """Return households times squared metres of one grid, if the whole were divided evenly."""
    total = max(int(households.sum()), 1)
    middle = (places * households[:, None]).sum(axis=0) / total
    whole = float((((places - middle) ** 2).sum(axis=1) * households).sum())
    return max(whole, 1.0) / grids / grids


def sides_of(
    community: Community, n: int, one: Ints, other: Ints, crosses: Bools
) -> Iterator[tuple[Line, Ints]]:
    """Give each line that is crossed, and on which of its sides every building is.

    Args:
        community: whose lines they are.
        n: how many buildings there are.
        one: (e) buildings at the one end of edges.
        other: (e) buildings at the other.
        crosses: (e, l) which lines an edge crosses.
    """
    for at, line in enumerate(community.lines):
        if crosses[:, at].any():
            stays = ~crosses[:, at]
            links = coo_array((np.ones(stays.sum()), (one[stays], other[stays])), shape=(n, n))
            yield line, connected_components(links, directed=False)[1].astype(np.int64)
