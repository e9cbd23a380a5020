"""Classes of time, so that a median needs no list of all times: "half within 2 days"."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import Final

from guapeng.web import words

_MINUTES: Final = (10, 30)
_HOURS: Final = (1, 2, 4, 8, 12, 24)
_DAYS: Final = (2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 180)

EDGES: Final = (
    *(timedelta(minutes=count) for count in _MINUTES),
    *(timedelta(hours=count) for count in _HOURS),
    *(timedelta(days=count) for count in _DAYS),
)
"""Upper ends of the classes, exclusive; one more class holds what took longer."""

COUNT: Final = len(EDGES) + 1


def within(times: Sequence[int], share: Fraction) -> timedelta | None:
    """Return the upper end of the class in which the ``share`` of all times is reached.

    Args:
        times: how many fell in each class, ``COUNT`` numbers.
        share: 1/2 for the median, 9/10 for the 90th percentile.

    Returns:
        ``None`` without times; ``timedelta.max`` for the open class at the end.
    """
    wanted, reached = ceil(sum(times) * share), 0
    for count, edge in zip(times, (*EDGES, timedelta.max), strict=True):
        reached += count
        if reached >= wanted > 0:
            return edge
    return None


def in_words(edge: timedelta | None) -> tuple[str, bool]:
    """Return the end of a class as people say it, and whether it was the open one."""
    if edge is None:
        return "—", False
    if edge == timedelta.max:
        return words.span(EDGES[-1]), True
    return words.span(edge), False
