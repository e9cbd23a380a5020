"""What counts, how long to search, and what is searched: data alone, cheap to load."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from guapeng.apps.grids.partition.county import Floats, Ints


@dataclass(frozen=True)
class Prices:
    """What counts how much, in units of one grid's compactness.

    Attributes:
        beyond, each: a grid out of range, and each household too many or missing: above all else.
        compound: each grid beyond the first that a compound meets.
        hard: each grid that lies on both sides of a river, railway or expressway.
        road: each grid that lies on both sides of a main road.
        inertia: walking: one is what an even division of the whole would have.
        border: borders: one is the side of a square grid.
        within: factor of a border within a compound.
        touching: a border between footprints that touch.
        across: factor of a border along a line that separates.
        leaving: each household that leaves its grid when an older plan is kept.
    """

    beyond: float = 400.0
    each: float = 40.0
    compound: float = 0.8
    hard: float = 2.5
    road: float = 1.2
    inertia: float = 1.0
    border: float = 1.0
    within: float = 1.3
    across: float = 0.5
    touching: float = 0.3
    leaving: float = 0.05


@dataclass(frozen=True)
class Effort:
    """How long to search.

    Attributes:
        starts: how often from anew; twice as often for up to 130 buildings, 8 times for up to 40.
        sweeps: rounds of moves in each.
        trees: trees tried for each first cut.
        mixing: recombinations for each grid.
        heat: the first temperature, in units of energy.
    """

    starts: int = 4
    sweeps: int = 30
    trees: int = 4
    mixing: int = 10
    heat: float = 0.3


@dataclass(frozen=True)
class Together:
    """Groups that are to stay whole: a price for each further grid that one of them meets.

    Attributes:
        group: (n) number of each building's group, -1 for none.
        price: of each further grid.
    """

    group: Ints
    price: float


@dataclass(frozen=True)
class Piece:
    """A connected part, ready to be divided: n buildings, e edges.

    Attributes:
        places: (n, 2) metres.
        households: (n).
        one, other: (e) ends of edges.
        border: (e) what a border there costs, in units of energy.
        dear: (e) 0 to 3; what should stay together has a low class.
        inertia: energy of a household's squared metre.
        layers: what is to stay whole.
        home: (n) grids of an older plan, -1 for none.
        fixed: (n) whether a building must stay in its grid.
    """

    places: Floats
    households: Ints
    one: Ints
    other: Ints
    border: Floats
    dear: Ints
    inertia: float
    layers: Sequence[Together]
    home: Ints
    fixed: Ints


@dataclass(frozen=True)
class Found:
    """A plan of a piece.

    Attributes:
        grid: (n) from 0.
        energy: of the declared objective.
    """

    grid: Ints
    energy: float


def seed_of(*words: object) -> int:
    """Return a seed that depends on ``words`` alone, on every machine; never 0."""
    return zlib.crc32("|".join(map(str, words)).encode()) | 1
