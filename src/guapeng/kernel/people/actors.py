"""An actor is somebody who acts now: a person with today's posts, and what follows from them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import timezone

from guapeng.kernel.people.models import HELD, Account
from guapeng.kernel.people.roles import Role, roles
from guapeng.web.words import named


@dataclass(frozen=True)
class HeldPost:
    """One post of an actor, with all that permission needs to know of it.

    ``formerly`` is the ids of what its division took over whole: the post answers for them too.
    """

    role: str
    division_id: int
    lineage: tuple[int, ...]
    formerly: tuple[int, ...] = ()
    body_id: int | None = None
    division_name: str = ""
    body_name: str = ""

    @property
    def kind(self) -> Role:
        """The role, with its line of the permission matrix."""
        return roles()[self.role]

    @property
    def acts_for_body(self) -> bool:
        """Tell whether what waits for the unit waits for this post: it may work on cases."""
        return self.body_id is not None and bool(self.kind.cells["case_text"] & {"w", "approve"})

    @property
    def key(self) -> str:
        """The key under which the post acts, e.g. ``role:grid_worker@3``."""
        return f"role:{self.role}@{self.division_id}"

    @property
    def places(self) -> tuple[int, ...]:
        """Ids of the divisions whose rows are the post's: its own, and what it was before."""
        return (self.division_id, *self.formerly)

    @property
    def title(self) -> str:
        """The post in words, e.g. ``水利局 部门承办人``."""
        return f"{named(self.body_name or self.division_name)} {named(self.kind.label)}"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: ``person_id`` is None for an anonymous visitor.

    ``carried`` are keys shown rather than held, e.g. by an anonymous asker who knows the code on
    the receipt. ``system`` marks the product's own clockwork, which acts for nobody.
    """

    person_id: int | None = None
    posts: tuple[HeldPost, ...] = ()
    carried: frozenset[str] = frozenset()
    system: bool = False

    @cached_property
    def keys(self) -> frozenset[str]:
        """The names by which a task can wait for this actor (see ``matters.parties``)."""
        own = {"anyone"}
        if self.person_id:
            own |= {"known", f"person:{self.person_id}"}
        return self.carried.union(own, *(_keys_of(post) for post in self.posts))

    @property
    def known_person(self) -> int:
        """The person's id, for what an anonymous visitor never does.

        Raises:
            ValueError: nobody knows who acts.
        """
        if self.person_id is None:
            raise ValueError("an anonymous actor cannot do this")
        return self.person_id

    @cached_property
    def areas(self) -> tuple[int, ...]:
        """Ids of the divisions whose matters the actor's posts open to them, largest first.

        Those that a division took over whole follow it: their matters still bear their ids.
        """
        seen = {post.division_id: post for post in self.posts if post.kind.sees_area("case_text")}
        return tuple(
            id_
            for _own, post in sorted(seen.items(), key=lambda pair: len(pair[1].lineage))
            if not seen.keys() & set(post.lineage[:-1])
            for id_ in post.places
        )

    def holds(self, role: str) -> bool:
        """Tell whether one of the actor's posts is ``role``."""
        return any(post.role == role for post in self.posts)

    def behind(self, key: str) -> "Actor":
        """Return who is known to act under ``key``: nobody, where it is an anonymous asker's.

        Somebody who has signed in and shows the code of an anonymous report stays unnamed.
        """
        return Actor(carried=frozenset({key})) if key.startswith("asker:") else self

    def acting_as(self, keys: frozenset[str]) -> str:
        """Return the key among ``keys`` that the actor answers to, the most telling one first.

        Sorted backwards, ``role:`` and ``person:`` come before ``body:`` and ``anyone``.
        """
        return max(self.keys & keys, default="")


ANONYMOUS = Actor()
SYSTEM = Actor(carried=frozenset({"clockwork"}), system=True)


def actor_of(account: Account, *, on: dt.date) -> Actor:
    """Return the actor behind ``account`` with the posts held ``on`` that day."""
    with connection.cursor() as cursor:
        cursor.execute(HELD.format(person="%s"), [account.person_id, on])
        return _actor(account, cursor.fetchall())


def actor_at_hand(account: Account) -> Actor:
    """Return the actor behind an account that was just asked for, with the posts held today."""
    if account.held_today is None:
        return actor_of(account, on=timezone.localdate())
    return _actor(account, account.held_today)


def _actor(account: Account, held: Iterable[Sequence[Any]]) -> Actor:
    posts = tuple(
        HeldPost(role, division_id, tuple(lineage), tuple(formerly), *names)
        for role, division_id, lineage, formerly, *names in held
    )
    return Actor(person_id=account.person_id, posts=posts)


def _keys_of(post: HeldPost) -> set[str]:
    own = {f"role:{post.role}@{place}" for place in post.places}
    return own | {f"body:{post.body_id}"} if post.acts_for_body else own
