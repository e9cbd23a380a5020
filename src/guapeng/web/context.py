"""What every page's frame needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString

from guapeng.web import hot, registry
from guapeng.web.look import Look, look_of
from guapeng.web.registry import Identity


class Line(NamedTuple):
    """A line of the navigation, ready to draw."""

    key: str
    label: str
    url: str
    icon: str
    tab: bool
    count: int  # type: ignore[assignment]  # a line has a count, and nobody asks a tuple's
    current: bool


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

    @property
    def icons(self) -> str:
        """The address of the icon sprite, for pieces too hot for ``<c-icon>``."""
        return hot.icons()

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
        user = getattr(self._request, "user", None)  # a wrong host is refused before one is known
        return salted_hmac("web.visitor", str(user.pk)).hexdigest()[:16] if user and user.pk else ""

    def sign_in_panels(self) -> Iterator[SafeString]:
        """What apps bring to the log-in page, such as the demo's roles."""
        return registry.panels("sign_in", request=self._request)

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
        grouped: dict[str, list[Line]] = {"": []}
        for entry, line in self._lines:
            if not entry.top:
                grouped.setdefault(str(entry.group), []).append(line)
        return [Group(label, lines) for label, lines in grouped.items()]

    @property
    def beside_bar(self) -> list[Line]:
        """What the phone's bar has no room for; its front page lists it."""
        return [line for group in self.navigation for line in group.lines if not line.tab]

    @property
    def top(self) -> list[Line]:
        """The signs at the head of the page, such as the bell."""
        return [line for entry, line in self._lines if entry.top]

    @cached_property
    def _lines(self) -> list[tuple[registry.Entry, Line]]:
        found = [(entry, entry.url) for entry in registry.entries(self._request)]
        here = self._here([url for _, url in found])
        return [(entry, self._line(entry, url, current=url == here)) for entry, url in found]

    def _here(self, urls: list[str]) -> str:
        """Return the longest address that the page's own begins with."""
        path = self._request.path
        under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
        return max(under, key=len, default="")

    def _line(self, entry: registry.Entry, url: str, *, current: bool) -> Line:
        count = entry.count(self._request) if entry.count else 0
        tab = entry.tab(self._request) if callable(entry.tab) else entry.tab
        return Line(entry.key, str(entry.label), url, entry.icon, tab, count, current)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates the page's frame as ``shell``."""
    return {"shell": Shell(request)}
