"""Who listens to what: ``@on("whistle.rated")``, or ``@on("whistle.*")`` for a family."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q

from guapeng.kernel.journal.models import Entry

Listener = Callable[[Entry], None]

MANY: Final = '"many":true'


@dataclass(frozen=True)
class Subscriber:
    """A listener, with its name and its patterns.

    The name, module and function, keys the cursor: renamed, a listener is a new one and hears
    everything from the first line, unless a migration renames the cursor too.

    Raises:
        ValueError: no pattern, or a ``*`` that is not the end of one.
    """

    name: str
    patterns: tuple[str, ...]
    listen: Listener
    many: bool = True

    def __post_init__(self) -> None:
        if not self.patterns or any("*" in pattern[:-1] for pattern in self.patterns):
            raise ValueError(f"{self.name}: an event, or the beginning of some and a star")

    @property
    def wanted(self) -> Q:
        """The entries whose event fits one of the patterns."""
        fitting = reduce(or_, map(_fits, self.patterns))
        return fitting if self.many else fitting & ~Q(data__contains=MANY)


SUBSCRIBERS: Final[dict[str, Subscriber]] = {}


def on(*patterns: str, many: bool = True) -> Callable[[Listener], Listener]:
    """Subscribe a function to events; it is called after commit, in order, one entry at a time.

    It runs in one transaction with the note of how far it has read, so its own database writes
    happen exactly once; what it does elsewhere can happen again. An entry that it could not take
    comes again later, alone, while those after it go on. A listener added to a running instance
    hears everything from the first line. It gets ids only; it is for facts, not for commands.
    ``many=False`` leaves out what came by the thousand, such as the lines of an import, whose
    ``data`` say ``"many": true``.
    """

    def subscribe(listener: Listener) -> Listener:
        name = f"{listener.__module__}.{listener.__qualname__}".removeprefix("guapeng.")
        SUBSCRIBERS[name] = Subscriber(name, patterns, listener, many)
        return listener

    return subscribe


def _fits(pattern: str) -> Q:
    if pattern.endswith("*"):
        return Q(event__startswith=pattern[:-1])
    return Q(event=pattern)
