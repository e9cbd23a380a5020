"""Askers whom nobody knows by name: a session that has shown a matter's code carries its key."""

from typing import Final

from django.http import HttpRequest

_SESSION_KEY: Final = "guapeng_askers"
_MOST: Final = 50


def carry(request: HttpRequest, uid: object) -> None:
    """Let this browser act as the asker of the matter ``uid``, from the next request on.

    The oldest keys are forgotten beyond 50 matters; their codes open them again.
    """
    mine = f"asker:{uid}"
    kept = [key for key in _kept(request) if key != mine]
    request.session[_SESSION_KEY] = [*kept, mine][-_MOST:]


def carried(request: HttpRequest) -> frozenset[str]:
    """Return the keys that this browser carries; costs nothing for a visitor without a session."""
    return frozenset(_kept(request))


def _kept(request: HttpRequest) -> list[str]:
    kept: list[str] = request.session.get(_SESSION_KEY, [])
    return kept
