"""Where apps hang their navigation and their panels, so that pages show what nobody imports.

An app registers from its ``AppConfig.ready``::

    registry.enter(Entry(key="inbox", label=_("待办"), url_name="matters:inbox", icon="inbox",
                         order=20, tab=True, count=waiting_count))
    registry.hang(Panel(key="my-matters", place="home", template="matters/panel_mine.html",
                        context=my_matters))

The phone's bar has room for five: 首页 10, 待办 20, 上报 30, 地图 40, 我的 50 (``tab=True``); a
visitor has 公开栏 in the place of 待办. What has no room there is listed on the phone's front page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString

Text = str | Promise
Place = Literal["home", "me", "held", "sign_in"]
T = TypeVar("T", "Entry", "Panel")


def everybody(_request: HttpRequest) -> bool:
    """Shown to all, signed in or not."""
    return True


def signed_in(request: HttpRequest) -> bool:
    """Shown to whoever has signed in."""
    return request.user.is_authenticated


def visiting(request: HttpRequest) -> bool:
    """Shown to whoever has not signed in."""
    return not request.user.is_authenticated


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the navigation.

    Attributes:
        key: stable name; ``report`` gets the raised button in the middle of the phone's bar.
        url_name: what ``reverse`` understands, without arguments.
        icon: a name in the icon sprite.
        order: lower comes first.
        tab: also on the phone's bar; a function where that depends on who asks.
        top: at the head of every page instead of in the list, as a sign with its count.
        group: heading under which the wide screen lists it; empty for the first, unnamed group.
        shown: asked for each request.
        count: how many things wait there, shown as a number; must be cheap.
    """

    key: str
    label: Text
    url_name: str
    icon: str
    order: int
    tab: bool | Callable[[HttpRequest], bool] = False
    top: bool = False
    group: Text = ""
    shown: Callable[[HttpRequest], bool] = everybody
    count: Callable[[HttpRequest], int] | None = None

    @cached_property
    def url(self) -> str:
        """The page's address."""
        return reverse(self.url_name)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A piece of somebody's page, brought by an app.

    ``context`` gives the template its variables, or None when there is nothing to show.
    """

    key: str
    place: Place
    template: str
    order: int
    context: Callable[[HttpRequest], Mapping[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is signed in, in words: a name and the post in which they act."""

    name: str
    post: str = ""


Identify = Callable[[HttpRequest], Identity | None]

_ENTRIES: Final[dict[str, Entry]] = {}
_PANELS: Final[dict[str, Panel]] = {}
_IDENTIFY: Final[list[Identify]] = []
_FILES: Final[dict[str, str]] = {}


def enter(entry: Entry) -> None:
    """Add a line to the navigation; ValueError when the key is taken."""
    _add(_ENTRIES, entry)


def hang(panel: Panel) -> None:
    """Add a panel to a page; ValueError when the key is taken."""
    _add(_PANELS, panel)


def write(page: str, *, url_name: str) -> None:
    """Offer the list of the page ``page`` (a URL name) as a file, at the address ``url_name``."""
    _FILES[page] = url_name


def file_of(request: HttpRequest, page: str, **filters: str) -> str:
    """Return the address of a page's list as a file, to be ended with ``format=csv``.

    Empty where nobody offers it, and for visitors: a file may be long.
    """
    if page not in _FILES or not request.user.is_authenticated:
        return ""
    chosen = {name: value for name, value in filters.items() if value}
    return f"{reverse(_FILES[page])}?{urlencode(chosen)}{'&' if chosen else ''}"


def identify(by: Identify) -> None:
    """Let ``by`` say who is signed in; the last to be registered is asked."""
    _IDENTIFY.append(by)


def entries(request: HttpRequest) -> list[Entry]:
    """Return the navigation of whoever asks, in order."""
    shown = (entry for entry in _ENTRIES.values() if entry.shown(request))
    return sorted(shown, key=lambda entry: entry.order)


def panels(place: Place, *, request: HttpRequest) -> Iterator[SafeString]:
    """Yield the rendered panels of a place, in order, without those that have nothing to show."""
    hung = (panel for panel in _PANELS.values() if panel.place == place)
    for panel in sorted(hung, key=lambda panel: panel.order):
        context = panel.context(request)
        if context is not None:
            yield render_to_string(panel.template, dict(context), request)


def identity(request: HttpRequest) -> Identity | None:
    """Return who is signed in, or None for a visitor."""
    return _IDENTIFY[-1](request) if _IDENTIFY else None


def _add(shelf: dict[str, T], item: T) -> None:
    if item.key in shelf:
        raise ValueError(f"{type(item).__name__} {item.key!r} is registered already")
    shelf[item.key] = item
