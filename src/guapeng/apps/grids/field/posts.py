"""Whose field work it is: the grids of whoever keeps a ledger, worker or deputy alike."""

import datetime as dt
from dataclasses import dataclass

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.actors import Actor, HeldPost


@dataclass(frozen=True)
class Beat:
    """A grid (or a village without grids) in which an actor does field work, and by which post."""

    division: Division
    post: HeldPost

    @property
    def places(self) -> tuple[int, ...]:
        """Ids of the divisions whose rows belong to it: its own, and what it was before."""
        return self.post.places


def does_field_work(by: Actor) -> bool:
    """Tell whether a post of today lets ``by`` keep a ledger; a deputy's post does."""
    return any(_works(post) for post in by.posts)


def beats(by: Actor, *, on: dt.date) -> list[Beat]:
    """Return the grids in which ``by`` works on that day, by code."""
    held = {post.division_id: post for post in by.posts if _works(post)}
    found = divisions.at(on).filter(pk__in=held).defer(None)
    return [Beat(one, held[one.pk]) for one in found]


def _works(post: HeldPost) -> bool:
    return post.kind.may("w", "household_ledger")
