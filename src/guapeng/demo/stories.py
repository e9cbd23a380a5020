"""A story is one matter of the demo, thought out to its end before anything is written."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from guapeng.demo.clock import Clock
from guapeng.demo.paths import LEGS
from guapeng.kernel.matters.models import Channel, Urgency

_SOONER_AT: Final[dict[int, float]] = {Urgency.DANGER: 0.03, Urgency.OUTAGE: 0.25}
_HOURS_BEFORE: Final = (0.1, 0.4, 1, 2, 4, 8, 12, 16, 20, *range(26, 2400, 12))
JUST_NOW: Final = dt.timedelta(minutes=1)
A_WHILE: Final = dt.timedelta(days=4)


@dataclass(frozen=True)
class Turn:
    """One leg taken at one moment."""

    at: dt.datetime
    leg: str


@dataclass(eq=False)
class Story:
    """What somebody brought, and what became of it until now.

    Attributes:
        serial: tells stories apart, and breaks ties in time.
        where: code of the grid, or of a whistle's village.
        asker: number of the resident whose matter it is; None for nobody known.
        words: the row of the data file, its ``{v}`` filled in.
        same_as: the story with which a report about the same thing is merged.
        turns: what happened after it was opened, in order.
    """

    workflow: str
    serial: int
    uid: uuid.UUID
    at: dt.datetime
    where: str
    lon: float | None
    lat: float | None
    words: dict[str, str]
    lead: str
    assisting: list[str]
    urgency: Urgency
    channel: Channel = Channel.APP
    asker: int | None = None
    same_as: "Story | None" = None
    turns: list[Turn] = field(default_factory=list)


def fresh_id(rng: Random) -> uuid.UUID:
    """Return a client-made id that the same seed makes again."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def go(path: str, *, start: dt.datetime, urgency: Urgency, clock: Clock) -> list[Turn]:
    """Return the legs of ``path`` with their moments, one after the other from ``start``."""
    return list(_turns(path.split(), start, _SOONER_AT.get(urgency, 1.0), clock))


def until(turns: Iterable[Turn], end: dt.datetime) -> list[Turn]:
    """Return what had happened by ``end``."""
    return [turn for turn in turns if turn.at < end]


def going_on(
    path: str, *, end: dt.datetime, urgency: Urgency, clock: Clock, rested: dt.timedelta = JUST_NOW
) -> tuple[dt.datetime, list[Turn]]:
    """Return a start and the legs of ``path``, the last one ``rested`` or more before ``end``."""
    for hours in _HOURS_BEFORE:
        start = clock.awake(end - dt.timedelta(hours=hours * clock.rng.uniform(1.0, 1.2)))
        turns = go(path, start=start, urgency=urgency, clock=clock)
        if (turns[-1].at if turns else start) < end - rested:
            return start, turns
    raise ValueError(f"{path!r} takes longer than is looked back")


def _turns(legs: list[str], at: dt.datetime, scale: float, clock: Clock) -> Iterator[Turn]:
    for name in legs:
        leg = LEGS[name]
        waits = leg.least + (leg.most - leg.least) * clock.rng.random() ** 1.6
        at += dt.timedelta(hours=waits * (1.0 if leg.step == "lapse" else scale))
        if leg.pace == "awake":
            at = clock.awake(at)
        elif leg.pace == "office" and scale == 1.0:
            at = clock.at_work(at)
        yield Turn(at, name)
