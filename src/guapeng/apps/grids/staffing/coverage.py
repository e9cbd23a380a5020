"""Who stands on a grid on each day, and where nobody does. Pure: dates and ids in, stretches out.

A day is covered when the grid's worker is there, or somebody stands in for them. It is a gap when
nobody is there, and half a gap when the worker is there and nobody could stand in.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

_DAY: Final = dt.timedelta(days=1)


class Span(NamedTuple):
    """Somebody, from a day on until a day that is no longer theirs; None is open."""

    person: int
    since: dt.date | None
    until: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Tell whether ``day`` lies within."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


class Gap(StrEnum):
    """What is missing."""

    NO_WORKER = "no_worker"
    AWAY = "away"
    NO_DEPUTY = "no_deputy"


class Stretch(NamedTuple):
    """Days in a row, both included, on which the same people stand on the grid.

    ``worker`` is there; else ``acting`` stands in; ``deputy`` could. ``gap`` is what is missing.
    """

    first: dt.date
    last: dt.date
    worker: int | None
    acting: int | None
    deputy: int | None
    gap: Gap | None

    @property
    def there(self) -> int | None:
        """Whoever is there."""
        return self.worker if self.worker is not None else self.acting


def stretches(
    first: dt.date,
    last: dt.date,
    *,
    workers: Sequence[Span],
    covers: Sequence[Span],
    deputies: Sequence[Span],
    leaves: Collection[Span],
) -> list[Stretch]:
    """Return the days from ``first`` to ``last`` in stretches that lie end to end.

    Args:
        first: the first day asked for.
        last: the last, included.
        workers: who holds the grid's post in their own right, the first named first.
        covers: who holds it while somebody is away.
        deputies: who was named to stand in.
        leaves: who of all these is away, from any grid.
    """
    spans = [*workers, *covers, *deputies, *leaves]
    found: list[Stretch] = []
    for since, until in pairwise(sorted(_edges(spans, first, last))):
        state = _state(since, workers, covers, deputies, leaves)
        stretch = Stretch(since, until - _DAY, *state)
        if found and found[-1][2:] == stretch[2:]:
            stretch = stretch._replace(first=found.pop().first)
        found.append(stretch)
    return found


def _edges(spans: Sequence[Span], first: dt.date, last: dt.date) -> set[dt.date]:
    """Return the days on which anything may change, the window's own ends among them."""
    end = last + _DAY
    days = {day for span in spans for day in (span.since, span.until) if day}
    return {first, end} | {day for day in days if first < day < end}


def _state(
    day: dt.date,
    workers: Sequence[Span],
    covers: Sequence[Span],
    deputies: Sequence[Span],
    leaves: Collection[Span],
) -> tuple[int | None, int | None, int | None, Gap | None]:
    away = {span.person for span in leaves if span.holds(day)}
    employed = list(_on(workers, day))
    worker = next((one for one in employed if one not in away), None)
    acting = next((one for one in _on(covers, day) if one not in away), None)
    ready = (one for one in _on(deputies, day) if one not in away and one != worker)
    if worker is not None:
        deputy = next(ready, acting)
        return worker, None, deputy, None if deputy is not None else Gap.NO_DEPUTY
    if acting is not None:
        return None, acting, None, None
    return None, None, next(ready, None), Gap.AWAY if employed else Gap.NO_WORKER


def _on(spans: Sequence[Span], day: dt.date) -> Iterator[int]:
    return (span.person for span in spans if span.holds(day))
