"""Who listens to what: ``@on("whistle.rated")``, or ``@on("whistle.*")`` for a family."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from guapeng.kernel.journal.models import Entry

Listener = Callable[[Entry], None]


@dataclass(frozen=True)
class Subscriber:
    """A listener with its name (module and function: it keys the cursor) and its patterns."""

    name: str
    patterns: tuple[str, ...]
    listen: Listener

    def wants(self, event: str) -> bool:
        """Tell whether ``event`` fits one of the patterns."""
        return any(fnmatchcase(event, pattern) for pattern in self.patterns)


SUBSCRIBERS: Final[dict[str, Subscriber]] = {}


def on(*patterns: str) -> Callable[[Listener], Listener]:
    """Subscribe a function to events; it is called after commit, at least once, in order.

    It runs in a transaction together with the note of how far it has read, so its own database
    writes happen exactly once. It gets ids only; it is for facts, not for commands.
    """

    def subscribe(listener: Listener) -> Listener:
        name = f"{listener.__module__}.{listener.__qualname__}".removeprefix("guapeng.")
        SUBSCRIBERS[name] = Subscriber(name, patterns, listener)
        return listener

    return subscribe
