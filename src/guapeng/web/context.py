"""What every page's frame needs to know."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise

from guapeng.web import registry
from guapeng.web.look import Look, look_of
from guapeng.web.registry import Identity


class Line(NamedTuple):
    """A line of the navigation, ready to draw. ``current`` is the value of ``aria-current``."""

    key: str
    label: str | Promise
    url: str
    icon: str
    tab: bool
    count: int  # type: ignore[assignment]  # a line has a count, and nobody asks a tuple's
    current: str


class Group(NamedTuple):
    """Lines under one heading."""

    label: str
    lines: list[Line]


class Shell:
    """The frame around a page. Worked out only when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def look(self) -> Look:
        """The visitor's theme, contrast and elder mode."""
        return look_of(self._request)

    @cached_property
    def identity(self) -> Identity | None:
        """Who is signed in."""
        return registry.identity(self._request)

    @cached_property
    def visitor(self) -> str:
        """A name for the account that only this instance can read; empty without an account.

        The browser keeps it with drafts and unsent forms, so that on a shared telephone nothing
        is restored for, or sent as, somebody else.
        """
        user = self._request.user
        return salted_hmac("web.visitor", str(user.pk)).hexdigest()[:16] if user.pk else ""

    @property
    def demo(self) -> bool:
        """Whether this instance shows invented data."""
        return bool(settings.DEMO)

    @property
    def path(self) -> str:
        """The page's own address, to come back to."""
        return self._request.get_full_path()

    @cached_property
    def navigation(self) -> list[Group]:
        """The navigation of this visitor, grouped, with the page's own line marked."""
        entries = registry.entries(self._request)
        here = self._here({entry.url for entry in entries})
        lines = (
            (str(entry.group), self._line(entry, current="page" if entry.url == here else ""))
            for entry in entries
        )
        grouped = groupby(sorted(lines, key=lambda pair: pair[0] != ""), key=lambda pair: pair[0])
        return [Group(label, [line for _, line in pairs]) for label, pairs in grouped]

    def _here(self, urls: set[str]) -> str:
        """Return the longest address that the page's own begins with."""
        path = self._request.path
        under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
        return max(under, key=len, default="")

    def _line(self, entry: registry.Entry, *, current: str) -> Line:
        count = entry.count(self._request) if entry.count else 0
        return Line(entry.key, entry.label, entry.url, entry.icon, entry.tab, count, current)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates the page's frame as ``shell``."""
    return {"shell": Shell(request)}
