"""A draft: which building is in which grid, what is locked, and what is to be said of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from guapeng.apps.grids.models import Version
from guapeng.apps.grids.partition import Community, Range
from guapeng.apps.grids.partition.county import Ints
from guapeng.apps.grids.partition.lineage import Load, Way
from guapeng.apps.grids.plans.ground import Ground
from guapeng.plain.unfit import Unfit, gettext_noop

_MOST_NUMBER: Final = 900
"""901 to 999 are for grids of organs, parks, schools and hospitals (``partition.codes``)."""
_LONGEST_NAME: Final = 100
_DIGITS: Final = 3


class NoDraft(Unfit):
    """What came is not a draft at all."""

    code = "draft.unreadable"
    wording = gettext_noop("方案内容不完整，无法读取")


class OtherBuildings(Unfit):
    """The draft is not of the buildings of its survey."""

    code = "draft.buildings"
    wording = gettext_noop("有%(count)s栋楼没有网格，或不在底图里，如“%(building)s”")


class UnknownGrid(Unfit):
    """A building is in a grid that the draft does not list."""

    code = "draft.unknown_grid"
    wording = gettext_noop("楼栋“%(building)s”所在的网格%(grid)s不在方案里")


class OddCode(Unfit):
    """The code cannot be one of a grid of the community."""

    code = "draft.odd_code"
    wording = gettext_noop("网格代码“%(grid)s”不对，应是社区编码加001至900")


class RetiredCode(Unfit):
    """The code was given to a grid that has ended."""

    code = "draft.retired"
    wording = gettext_noop("网格代码%(grid)s以前用过，不能再用")


class OddName(Unfit):
    """A grid has no name, a long one, or that of another."""

    code = "draft.odd_name"
    wording = gettext_noop("网格名称“%(name)s”为空、过长或重复")


@dataclass(frozen=True)
class DraftGrid:
    """A grid of a draft; a locked one is left alone by the solver, though new ones may join."""

    code: str
    name: str
    locked: bool = False


@dataclass(frozen=True)
class Draft:
    """Grids and who is in them.

    Attributes:
        grids: sorted by code.
        of: the grid's code by building.
        locked: buildings that stay where they are.
    """

    grids: tuple[DraftGrid, ...]
    of: Mapping[str, str]
    locked: frozenset[str] = frozenset()

    @classmethod
    def read(cls, said: Any, *, buildings: Collection[str]) -> Self:
        """Return the draft that a browser sent; grids without buildings are left out.

        Raises:
            Unfit: it is none, or not of these buildings.
        """
        try:
            of = {str(building): str(code) for building, code in said["assignment"].items()}
            listed = {str(one["code"]): one for one in said["grids"]}
            used = set(of.values())
            grids = [
                DraftGrid(code, str(one["name"]).strip(), bool(one.get("locked")))
                for code, one in sorted(listed.items())
                if code in used
            ]
            locked = frozenset(map(str, said.get("locked", ())))
        except (AttributeError, KeyError, TypeError) as error:
            raise NoDraft from error
        odd = sorted(set(of).symmetric_difference(buildings) | (locked - of.keys()))
        if odd:
            raise OtherBuildings(count=len(odd), building=odd[0][:60])
        for building, code in of.items():
            if code not in listed:
                raise UnknownGrid(building=building, grid=code[:20])
        return cls(tuple(grids), of, locked)

    @classmethod
    def of_version(cls, version: Version) -> Self:
        """Return what a version holds."""
        grids = tuple(DraftGrid(**one) for one in version.grids)
        return cls(grids, version.assignment, frozenset(version.locked))

    def as_data(self) -> dict[str, Any]:
        """Return the draft as plain JSON, as ``read`` takes it."""
        return {
            "grids": [vars(one) for one in self.grids],
            "assignment": dict(self.of),
            "locked": sorted(self.locked),
        }

    def check_names(self, community_code: str, *, retired: Collection[str]) -> None:
        """Make sure that codes and names can be given.

        Raises:
            OddCode, RetiredCode, OddName: one cannot.
        """
        names: set[str] = set()
        for one in self.grids:
            if not _is_code(one.code, community_code):
                raise OddCode(grid=one.code[:20])
            if one.code in retired:
                raise RetiredCode(grid=one.code)
            if not one.name or len(one.name) > _LONGEST_NAME or one.name in names:
                raise OddName(name=one.name[:20])
            names.add(one.name)

    def places(self, community: Community) -> Ints:
        """Return (n) the place in ``grids`` of each building, in the community's order."""
        place = {one.code: at for at, one in enumerate(self.grids)}
        return np.array([place[self.of[building]] for building in community.ids], dtype=np.int64)

    def held(self, community: Community) -> set[str]:
        """Return the buildings that the solver leaves where they are."""
        closed = {one.code for one in self.grids if one.locked}
        return {*self.locked, *(one for one in community.ids if self.of[one] in closed)}


@dataclass(frozen=True)
class GridFacts:
    """What is to be said of one grid of a draft.

    Attributes:
        missing: households that it lacks (above 0) or has too many of (below 0).
        loose: buildings that do not hang together with the rest of it.
    """

    grid: DraftGrid
    households: int
    buildings: int
    missing: int
    loose: tuple[str, ...]

    @property
    def in_range(self) -> bool:
        """Whether the rule allows so many households."""
        return self.missing == 0


def facts(draft: Draft, ground: Ground) -> list[GridFacts]:
    """Return what is to be said of each grid, in their order."""
    community = ground.community
    place = draft.places(community)
    k = len(draft.grids)
    loads = np.bincount(place, weights=community.households, minlength=k).astype(int)
    sizes = np.bincount(place, minlength=k)
    loose = loose_buildings(ground, place)
    return [
        GridFacts(
            grid=one,
            households=int(loads[at]),
            buildings=int(sizes[at]),
            missing=_missing(int(loads[at]), ground.rule),
            loose=tuple(community.ids[row] for row in loose if place[row] == at),
        )
        for at, one in enumerate(draft.grids)
    ]


def loose_buildings(ground: Ground, place: Ints) -> list[int]:
    """Return the buildings that hang apart from most of their grid.

    Where a community itself falls into parts, two parts of one grid are not the draft's doing.
    """
    graph, n = ground.graph, len(place)
    same = place[graph.one] == place[graph.other]
    links = coo_array((np.ones(same.sum()), (graph.one[same], graph.other[same])), shape=(n, n))
    piece = connected_components(links, directed=False)[1]
    found: list[int] = []
    for key in {(int(g), int(part)) for g, part in zip(place, graph.part, strict=True)}:
        mine = np.flatnonzero((place == key[0]) & (graph.part == key[1]))
        weight = np.bincount(piece[mine], weights=ground.community.households[mine] + 1e-3)
        found += mine[piece[mine] != weight.argmax()].tolist()
    return sorted(found)


@dataclass(frozen=True)
class Move:
    """A building that is in another grid than before."""

    building: str
    households: int
    before: str
    after: str


def moved(before: Mapping[str, str], after: Mapping[str, str], community: Community) -> list[Move]:
    """Return the buildings that two drafts put into different grids, in their order."""
    return [
        Move(building, int(households), before[building], after[building])
        for building, households in zip(community.ids, community.households, strict=True)
        if building in before and before[building] != after[building]
    ]


def ways(
    before: Mapping[str, str], after: Mapping[str, str], households: Mapping[str, int]
) -> dict[Way, Load]:
    """Return what went from which grid to which, of the buildings that both drafts know."""
    found: dict[Way, Load] = {}
    for building in sorted(before.keys() & after.keys()):
        way = before[building], after[building]
        load, buildings = found.get(way, (0, 0))
        found[way] = load + households[building], buildings + 1
    return found


def colours(draft: Draft, ground: Ground, most: int = 8) -> list[int]:
    """Return a tint (0 to ``most`` - 1) for each grid, so that neighbours differ where they can.

    The tint that stands for the fewest grids is taken, so that all are used.
    """
    place = draft.places(ground.community)
    beside: list[set[int]] = [set() for _ in draft.grids]
    for one, other in place[ground.graph.beside].tolist():
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    tint: list[int] = []
    for at in range(len(draft.grids)):
        taken = {tint[other] for other in beside[at] if other < at}
        free = [one for one in range(most) if one not in taken] or list(range(most))
        tint.append(min(free, key=lambda one: (tint.count(one), one)))
    return tint


def heaviest_points(community: Community, place: Ints, grids: int) -> Sequence[tuple[float, float]]:
    """Return for each grid the building nearest to the middle of its households, in metres."""
    found = []
    for g in range(grids):
        mine = np.flatnonzero(place == g)
        weight = community.households[mine] + 1e-3
        middle = (community.places[mine] * weight[:, None]).sum(axis=0) / weight.sum()
        way = np.linalg.norm(community.places[mine] - middle, axis=1)
        x, y = community.places[mine[int(way.argmin())]]
        found.append((float(x), float(y)))
    return found


def _missing(households: int, rule: Range) -> int:
    if households < rule.least:
        return rule.least - households
    return min(rule.most - households, 0)


def _is_code(code: str, community_code: str) -> bool:
    number = code[-_DIGITS:]
    is_number = number.isdecimal() and 1 <= int(number) <= _MOST_NUMBER
    return code[:-_DIGITS] == community_code and is_number
