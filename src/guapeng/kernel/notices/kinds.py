"""Kinds of notices and their wording: registered by who tells, as ``kinds.register(Kind(…))``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What notices of one sort say.

    Attributes:
        key: stable, e.g. ``matters.awaited``.
        says: from the notice's ``params`` to the sentence on the page, in the reader's language.
        needs_action: somebody is awaited; else it is an answer that the person asked for.
    """

    key: str
    says: Callable[[Mapping[str, Any]], str]
    needs_action: bool

    @property
    def outside(self) -> str:
        """All that leaves the county, on other people's servers: that something waits."""
        return _("有事项待办") if self.needs_action else _("您的事项有进展")


_KINDS: Final[dict[str, Kind]] = {}


def register(kind: Kind) -> None:
    """Make a kind known; its key must be free. Called from an app's ``ready``."""
    if kind.key in _KINDS:
        raise ValueError(f"notices of the kind {kind.key!r} are registered already")
    _KINDS[kind.key] = kind


def kind(key: str) -> Kind:
    """Return the kind ``key``; KeyError when nobody registered it."""
    return _KINDS[key]
