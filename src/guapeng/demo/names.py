"""Names and numbers of people who do not exist: Han and Mongolian, short and long."""

from functools import cache
from random import Random
from typing import Final

from guapeng.demo.files import rows

_MONGOLIAN_SHARE: Final = 0.55
_APART: Final = 40


def name(rng: Random) -> str:
    """Return a name."""
    if rng.random() < _MONGOLIAN_SHARE:
        return rng.choice(_known("mongolian"))
    return rng.choice(_known("surname")) + rng.choice(_known("given"))


def several(rng: Random, count: int) -> list[str]:
    """Return names of which none comes again soon, so that colleagues can be told apart."""
    made: list[str] = []
    while len(made) < count:
        one = name(rng)
        if one not in made[-_APART:]:
            made.append(one)
    return made


def phone(serial: int) -> str:
    """Return a mobile number of the right form that nobody has: prefix 154 is not given out."""
    return f"1540000{serial:04d}"


@cache
def _known(kind: str) -> tuple[str, ...]:
    return tuple(row["name"] for row in rows("names") if row["kind"] == kind)
