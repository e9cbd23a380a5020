"""What comes out: the grids of each community, and why they are as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from guapeng.apps.grids.partition.count import Between, Policy
from guapeng.apps.grids.partition.county import County, Ints, Range
from guapeng.apps.grids.partition.objective import Effort, Prices
from guapeng.apps.grids.partition.plane import Plane
from guapeng.apps.grids.partition.reasons import Reason

RURAL = frozenset(
    {"rural", "pastoral", "村", "嘎查", "行政村", "嘎查村", "村委会", "农村", "牧区", "210", "220"}
)
"""Kinds that take the rule for villages; 210 and 220 are so in the statistical classification."""


@dataclass(frozen=True)
class Rules:
    """The ranges on a day: of communities in town, and of villages."""

    urban: Range
    rural: Range

    def of(self, kind: str) -> Range:
        """Return the range for a community of ``kind``."""
        return self.rural if kind in RURAL else self.urban


@dataclass(frozen=True)
class Previous:
    """An older plan that is to be kept as far as can be.

    Attributes:
        grid_of: code of the grid by building id.
        retired: codes that were given once and are not to be given again.
        locked: codes whose buildings stay, whatever is needed elsewhere.
        loads: households of each grid when it was made, as far as they are known.
        specials: codes of grids of their own by the ids of what they are.
    """

    grid_of: Mapping[str, str]
    retired: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    loads: Mapping[str, int] = field(default_factory=dict)
    specials: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choices:
    """What is done where rules leave a choice.

    Attributes:
        between: with households that fit no number of grids.
        apart_from: households from which on a part behind a river, railway or expressway is divided
            by itself; None for the least of a grid. A smaller part is tied to the other side.
    """

    between: Between = Between.NEAREST
    apart_from: int | None = None


@dataclass(frozen=True)
class Options:
    """How to divide.

    Attributes:
        rules: the ranges.
        policy: even grids, or as few as there can be.
        seed: another seed, another plan of the same quality.
        prove: whether to hold plans to the optimum, where exact models are quick enough.
        previous: the plan to keep.
        effort, prices: how long to search, and for what.
        choices: what is done where the rules leave a choice.
    """

    rules: Rules
    policy: Policy = Policy.BALANCED
    seed: int = 0
    prove: bool = False
    previous: Previous | None = None
    effort: Effort = field(default_factory=Effort)
    prices: Prices = field(default_factory=Prices)
    choices: Choices = field(default_factory=Choices)

    def about(self, community_id: str) -> "Options":
        """Return the same with what the older plan says of one community alone."""
        if self.previous is None:
            return self
        mine = {
            key: code for key, code in self.previous.grid_of.items() if code[:-3] == community_id
        }
        loads = {
            code: load for code, load in self.previous.loads.items() if code[:-3] == community_id
        }
        return replace(self, previous=replace(self.previous, grid_of=mine, loads=loads))


@dataclass(frozen=True)
class Grid:
    """One grid.

    Attributes:
        code: 12 digits of the community and 3 of its own; also its id.
        name: the community's, and its number.
        area: a polygon in metres on the community's plane.
        households, buildings: how many are in it.
        in_range: whether the rule allows so many households; it asks nothing of specials.
        special: id of the organ, park, school or hospital that it is; empty for others.
        kind: of a special, as its layer says.
    """

    code: str
    name: str
    area: Any
    households: int
    buildings: int
    in_range: bool
    special: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PartPlan:
    """What was done with a connected part of a community.

    Attributes:
        households, buildings: how many are in it.
        grids: how many it got.
        fits: whether so many in range can hold the households.
        why: not all grids are in range, or they are more than the fewest; None if there is nothing
            to say.
        proof: what an exact model said, if it was asked.
        notes: what else there is to say: smaller parts that were tied on across a line.
    """

    households: int
    buildings: int
    grids: int
    fits: bool
    why: Reason | None = None
    proof: Mapping[str, Any] | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def reason(self) -> str:
        """The reason's code, empty without one."""
        return self.why.code if self.why else ""

    @property
    def told(self) -> str:
        """The reason in words, what else could be done, and the notes; empty without any."""
        return "；".join(one.told for one in (self.why, *self.notes) if one)


@dataclass(frozen=True)
class Solved:
    """The plan of a connected part, before its grids have codes.

    Attributes:
        rows: (p) its buildings, as places in the community.
        grid: (p) from 0.
        codes: (k) of an older plan that a grid keeps; empty for a new grid.
        plan: the words about it.
        moved: households that left their older grid.
    """

    rows: Ints
    grid: Ints
    codes: tuple[str, ...]
    plan: PartPlan
    moved: int = 0


@dataclass(frozen=True)
class Division:
    """The plan of one community.

    Attributes:
        community_id, name, kind: of the community.
        plane: on which the areas are.
        building_ids: (n), sorted.
        grid: (n) places in ``grids``.
        grids: sorted by code.
        parts: of what hangs together.
        quality: figures by name (see docs/reference/grids-partition.md).
        moved: households that left their older grid, 0 without an older plan.
        seconds: processor time.
    """

    community_id: str
    name: str
    kind: str
    plane: Plane
    building_ids: tuple[str, ...]
    grid: Ints
    grids: tuple[Grid, ...]
    parts: tuple[PartPlan, ...]
    quality: Mapping[str, float]
    moved: int
    seconds: float


@dataclass(frozen=True)
class Plan:
    """The plan of a county: a division for each community that has buildings."""

    county: County
    divisions: tuple[Division, ...]
