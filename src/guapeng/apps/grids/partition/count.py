"""How many grids: what the range allows, and what is wanted within it."""

from dataclasses import dataclass
from enum import StrEnum

from guapeng.apps.grids.partition.county import Range


class Policy(StrEnum):
    """Even grids with room for growth, or as few as there can be."""

    BALANCED = "balanced"
    FEWEST = "fewest"


class Between(StrEnum):
    """What is done with households that fit no number of grids, as with 501 to 599.

    The number with the least out of range, one grid too many households, or one grid more with too
    few.
    """

    NEAREST = "nearest"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True)
class Count:
    """How many grids a part of a community gets.

    Attributes:
        grids: how many.
        fits: whether so many grids in range can hold the households.
        least, most: what a grid may hold: the range, or as little beyond it as there must be.
    """

    grids: int
    fits: bool
    least: int
    most: int


def fewest(households: int, rule: Range) -> int:
    """Return the least number of grids that are not over ``rule.most``."""
    return max(1, -(-households // rule.most))


def count(
    households: int,
    rule: Range,
    policy: Policy = Policy.BALANCED,
    between: Between = Between.NEAREST,
) -> Count:
    """Return the number of grids for ``households`` that hang together.

    A whole number of grids fits if ``least * k <= households <= most * k``. If none does, that
    number is taken with which the fewest households are too many or missing: below ``least`` one
    grid; at 501 to 599 (for 300 to 500) one that is too large or two that are too small, whichever
    is less, one if equal, unless ``between`` says which.
    """
    low, high = fewest(households, rule), households // rule.least
    if low <= high:
        wanted = low if policy is Policy.FEWEST else round(households / rule.aim)
        return Count(min(max(wanted, low), high), True, rule.least, rule.most)
    over = households - max(1, high) * rule.most
    under = low * rule.least - households
    if between is Between.NEAREST:
        between = Between.OVER if over <= under else Between.UNDER
    return nearest(households, high if high and between is Between.OVER else low, rule)


def nearest(households: int, grids: int, rule: Range) -> Count:
    """Return what ``grids`` grids may hold if they are out of range by as little as can be."""
    if grids * rule.least <= households <= grids * rule.most:
        return Count(grids, True, rule.least, rule.most)
    if households > grids * rule.most:
        return Count(grids, False, rule.most, households - (grids - 1) * rule.most)
    return Count(grids, False, max(0, households - (grids - 1) * rule.least), rule.least)
