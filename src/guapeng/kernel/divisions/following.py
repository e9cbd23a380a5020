"""What hangs on a division follows it to its only heir; without one it waits for a person.

Whoever keeps rows by division registers how they follow: ``add(follower)`` from
``AppConfig.ready``. Followers act in the transaction of the list that changed the divisions.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Handover:
    """What a list of divisions changed, by ids of rows.

    Attributes:
        day: from when on.
        heirs: the only heir of each row that ended: renamed, given a new code, moved, or merged.
        merged: heirs that took something in besides what they were.
        left: rows that ended without an heir, or were split among several.
    """

    day: dt.date
    heirs: Mapping[int, int]
    merged: Collection[int]
    left: Collection[int]


Follower = Callable[[Handover], Mapping[int, Iterable[str]]]
"""Lets rows follow; returns in words, by division, what a person must decide."""

_FOLLOWERS: Final[list[Follower]] = []


def add(follower: Follower) -> None:
    """Let ``follower`` hear of every change of divisions."""
    _FOLLOWERS.append(follower)


def follow(handover: Handover) -> dict[int, list[str]]:
    """Let everything follow; return in words, by division, what a person must decide."""
    waiting: dict[int, list[str]] = defaultdict(list)
    for follower in _FOLLOWERS:
        for division, words in follower(handover).items():
            waiting[division] += words
    return dict(waiting)
