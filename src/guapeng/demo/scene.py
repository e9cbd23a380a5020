"""Who acts on the demo's stage, found by what the stories call them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from guapeng.apps.concerns.models import Category
from guapeng.demo.files import rows
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people.actors import Actor, actor_of
from guapeng.kernel.people.models import Account, Body, Person, Post


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The banner as it stands before anything happens in it.

    Attributes:
        divisions: by code, in its order.
        bodies: by the key in ``bodies.csv``.
        categories: by code.
        holders: who holds a post, by role and then by the code of the place or the key of the unit.
        residents: who brings concerns, in the order in which they were made up.
    """

    today: dt.date
    divisions: Mapping[str, Division]
    bodies: Mapping[str, Body]
    categories: Mapping[str, Category]
    holders: Mapping[tuple[str, str], Sequence[Person]]
    residents: Sequence[Person]
    _known: dict[int, Actor] = field(default_factory=dict)

    @cached_property
    def grids(self) -> list[Division]:
        """All grids, by code."""
        return [one for one in self.divisions.values() if one.level == Level.GRID]

    def above(self, division: Division) -> Division:
        """Return the division that ``division`` lies in."""
        assert division.parent_id
        return self.divisions[self._codes[division.parent_id]]

    def code_of(self, division_id: int) -> str:
        """Return the code of a division."""
        return self._codes[division_id]

    def unit_of(self, body_id: int) -> str:
        """Return the key of a unit."""
        return self._units[body_id]

    def actor(self, role: str, where: str, turn: int = 0) -> Actor:
        """Return one of those who hold ``role`` at a place or in a unit; ``turn`` tells which."""
        people = self.holders[role, where]
        return self._acting(people[turn % len(people)])

    def resident(self, number: int) -> Actor:
        """Return a resident as an actor."""
        return self._acting(self.residents[number % len(self.residents)])

    def _acting(self, person: Person) -> Actor:
        """Return ``person`` with the posts of today."""
        if person.pk not in self._known:
            self._known[person.pk] = actor_of(Account(person=person), on=self.today)
        return self._known[person.pk]

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {division.pk: code for code, division in self.divisions.items()}

    @cached_property
    def _units(self) -> dict[int, str]:
        return {body.pk: key for key, body in self.bodies.items()}


def read(today: dt.date) -> Scene:
    """Return the scene that the database holds."""
    keys = {row["name"]: row["key"] for row in rows("bodies")}
    bodies = {keys[body.name]: body for body in Body.objects.filter(name__in=keys)}
    return Scene(
        today=today,
        divisions={one.code: one for one in Division.objects.defer("outline").order_by("code")},
        bodies=bodies,
        categories={one.code: one for one in Category.objects.all()},
        holders=_holders({body.pk: key for key, body in bodies.items()}),
        residents=list(Person.objects.filter(posts=None).order_by("id")),
    )


def _holders(units: dict[int, str]) -> dict[tuple[str, str], list[Person]]:
    found: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for post in Post.objects.select_related("person", "division").order_by("id"):
        where = units[post.body_id] if post.body_id else post.division.code
        found[post.role, where].append(post.person)
    return found
