"""What became of the grids of an older plan: which were split or merged, and who moved."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from guapeng.apps.grids.partition.plan import Division, Plan, Previous


class Event(StrEnum):
    """What happened to households or grids."""

    SPLIT = "split"
    """A new grid took most of its old households from one that is still there."""
    MERGED = "merged"
    """A grid is no more; most of its households are in another that was there before."""
    RENEWED = "renewed"
    """A grid is no more, and a new one has most of its households."""
    MOVED = "moved"
    """Households went from one grid to another."""
    JOINED = "joined"
    """Buildings that the older plan did not know."""
    GONE = "gone"
    """Buildings that are no more, or were left out."""


Way = tuple[str, str]
"""The code of the grid in which a building was, and of the one in which it is."""

Load = tuple[int, int]
"""Households, and buildings, which decide where households are as many."""


def heirs(loads: Mapping[Way, Load]) -> frozenset[Way]:
    """Return the ways by which grids live on in grids of another code.

    A grid whose code is no more lives on in the one that has most of its households; a grid whose
    code is new is a part of the one of which it has most. So a split grid has several heirs, a
    merged one has one, and one that goes on under its code is nobody's past for the buildings that
    it lost to others that go on: whatever is on another way has merely moved. Where two have as
    many households and buildings, it is the lower code.

    Args:
        loads: what went each way, also where the code is the same; without what came or is gone.
    """
    past, present = {old for old, _ in loads}, {new for _, new in loads}
    out: dict[str, list[Way]] = defaultdict(list)
    into: dict[str, list[Way]] = defaultdict(list)
    for way in loads:
        out[way[0]].append(way)
        into[way[1]].append(way)

    def main(ways: Iterable[Way]) -> Way:
        return min(ways, key=lambda way: (-loads[way][0], -loads[way][1], way))

    return frozenset(
        [main(out[code]) for code in past - present] + [main(into[code]) for code in present - past]
    )


@dataclass(frozen=True)
class Change:
    """Buildings that went the same way.

    Attributes:
        community_id: where.
        event: what it means.
        origin: code of the older grid, empty for buildings that were not there.
        goal: code of the grid, empty for buildings that are gone.
        households: that count now; 0 of buildings that are gone.
        buildings: their ids, sorted.
    """

    community_id: str
    event: Event
    origin: str
    goal: str
    households: int
    buildings: tuple[str, ...]


def changes(
    plan: Plan, previous: Previous, households: Mapping[str, int] | None = None
) -> tuple[Change, ...]:
    """Return what a plan changes of an older one, by community, then by the grids from and to.

    Args:
        plan: the new one.
        previous: the older one.
        households: of each building, where the plan's own county does not tell them.
    """
    counted = households or {
        building: count
        for one in plan.county.communities
        for building, count in zip(one.ids, one.households.tolist(), strict=True)
    }
    old = defaultdict(set)
    for building, code in previous.grid_of.items():
        old[code[:-3]].add(building)
    found = [
        change
        for one in plan.divisions
        for change in _of_one(one, previous, old.pop(one.community_id, set()), counted)
    ]
    for community_id, buildings in sorted(old.items()):
        for code in sorted({previous.grid_of[one] for one in buildings}):
            mine = sorted(one for one in buildings if previous.grid_of[one] == code)
            found.append(Change(community_id, Event.GONE, code, "", 0, tuple(mine)))
    return tuple(found)


def _of_one(
    division: Division, previous: Previous, old: set[str], households: Mapping[str, int]
) -> Iterator[Change]:
    ways: dict[Way, list[str]] = defaultdict(list)
    codes = [grid.code for grid in division.grids]
    for building, at in zip(division.building_ids, division.grid.tolist(), strict=True):
        ways[previous.grid_of.get(building, ""), codes[at]].append(building)
    for building in sorted(old - set(division.building_ids)):
        ways[previous.grid_of[building], ""].append(building)
    loads = {
        way: (sum(households.get(building, 0) for building in buildings), len(buildings))
        for way, buildings in ways.items()
    }
    events = _events(loads, set(codes), {previous.grid_of[one] for one in old})
    for (origin, goal), buildings in sorted(ways.items()):
        if origin != goal:
            yield Change(
                division.community_id,
                events.get((origin, goal), Event.MOVED),
                origin,
                goal,
                loads[origin, goal][0],
                tuple(buildings),
            )


def _events(
    loads: Mapping[Way, Load], present: Collection[str], past: Collection[str]
) -> dict[Way, Event]:
    """Name the ways that are more than a move."""
    found: dict[Way, Event] = {}
    for origin, goal in loads:
        if not goal:
            found[origin, goal] = Event.GONE
        elif not origin:
            found[origin, goal] = Event.JOINED
    for origin, goal in heirs({way: load for way, load in loads.items() if all(way)}):
        if origin in present:
            found[origin, goal] = Event.SPLIT
        else:
            found[origin, goal] = Event.MERGED if goal in past else Event.RENEWED
    return found
