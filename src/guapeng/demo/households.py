"""Every household of the demo's grids: an address, a kind, how many they are; none of them is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from random import Random
from typing import Final

from guapeng.demo.places import Area
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stories import fresh_id
from guapeng.kernel.people import actions
from guapeng.kernel.people.actions import Dwelling
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, HouseholdCount, Person
from guapeng.plain import codes
from guapeng.plain.codes import Kind, Level
from guapeng.plain.terminal import Advance

_AT_ONCE: Final = 10_000
_HERDERS: Final = "嘎查"
_HERDING_SHARE: Final = 0.8
_TOLD_SHARE: Final = 0.95
_MEMBERS: Final = ((1, 16), (2, 30), (3, 27), (4, 15), (5, 8), (6, 4))
_FIRST: Final = dt.date(1998, 1, 1)
_DAYS: Final = 9_400
_MOVED_IN: Final = dt.date(2024, 1, 1)
_UNITS, _FLOORS, _DOORS = 3, 6, 2
_BUILDINGS_A_GRID: Final = 20
_A_GROUP: Final = 40


def enter(scene: Scene, recipe: Recipe, *, at: dt.datetime, progress: Advance) -> None:
    """Enter the households that are missing, and let everybody with a home in a grid move in."""
    areas = recipe.areas()
    villages = {area.code: area.name for area in areas if area.level == Level.VILLAGE}
    homes = [
        _Homes(recipe, grid, villages[grid.code[:12]], scene.divisions[grid.code].pk)
        for grid in areas
        if grid.level == Level.GRID
    ]
    kept = dict(HouseholdCount.objects.values_list("place_id", "households"))
    missing = [one for one in homes if kept.get(one.place) != one.grid.households]
    total, done = sum(one.grid.households for one in missing), 0
    rest = chain.from_iterable(missing)
    while batch := list(islice(rest, _AT_ONCE)):
        actions.enter_households(batch, by=SYSTEM, at=at)
        progress(done := done + len(batch), total)
    _move_in(homes, at=at)


def _move_in(homes: Iterable["_Homes"], *, at: dt.datetime) -> None:
    """Let those whose home is a grid live in its first households, two and two together."""
    people: dict[int, list[int]] = defaultdict(list)
    with_home = Person.objects.filter(home__level=Level.GRID, households=None).order_by("pk")
    for place, person in with_home.values_list("home_id", "pk"):
        people[place].append(person)
    pairs = [
        (person, dwelling.uid)
        for one in homes
        for person, dwelling in zip(people[one.place], _twice(one), strict=False)
    ]
    if pairs:
        actions.move_in(pairs, since=_MOVED_IN, by=SYSTEM, at=at)


def _twice(homes: Iterable[Dwelling]) -> Iterator[Dwelling]:
    return (one for one in homes for _ in range(2))


@dataclass(frozen=True)
class _Homes:
    """The households of a grid, the same ones each time."""

    recipe: Recipe
    grid: Area
    village: str
    place: int

    def __iter__(self) -> Iterator[Dwelling]:
        rng = self.recipe.rng(f"households:{self.grid.code}")
        herders = self.village.endswith(_HERDERS)
        in_town = codes.kind(self.grid.code[:12]) == Kind.COMMUNITY
        addresses = _doors(self.grid) if in_town else _yards(herders=herders)
        for address in islice(addresses, self.grid.households):
            yield Dwelling(
                uid=fresh_id(rng),
                division_id=self.place,
                address=address,
                kind=_kind(rng, herders=herders),
                members=_members(rng),
                since=_FIRST + dt.timedelta(days=int(_DAYS * rng.random())),
            )


def _doors(grid: Area) -> Iterator[str]:
    """Yield the doors of a grid in town: ``21号楼1单元302``."""
    for building in count(1 + _BUILDINGS_A_GRID * (int(grid.code[12:]) - 1)):
        for unit in range(1, _UNITS + 1):
            for floor in range(1, _FLOORS + 1):
                yield from (
                    f"{building}号楼{unit}单元{floor}{door:02d}" for door in range(1, _DOORS + 1)
                )


def _yards(*, herders: bool) -> Iterator[str]:
    """Yield the yards of a grid outside: ``2组17号``, or a herders' camp ``2浩特17号``."""
    group = "浩特" if herders else "组"
    return (f"{n // _A_GROUP + 1}{group}{n % _A_GROUP + 1}号" for n in count())


def _kind(rng: Random, *, herders: bool) -> Household.Kind:
    if herders and rng.random() < _HERDING_SHARE:
        return Household.Kind.HERDING
    return Household.Kind.ORDINARY


_SIZES: Final = [size for size, weight in _MEMBERS for _ in range(weight)]


def _members(rng: Random) -> int | None:
    return _SIZES[int(len(_SIZES) * rng.random())] if rng.random() < _TOLD_SHARE else None
