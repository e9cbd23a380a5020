"""Navigation and panels: what apps register is what visitors see."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from guapeng.web import registry
from guapeng.web.context import Shell
from guapeng.web.registry import Entry, Panel


@pytest.fixture(autouse=True)
def _own_shelves(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_ENTRIES", {})
    monkeypatch.setattr(registry, "_PANELS", {})
    return


def asked(path: str, *, signed_in: bool = False) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True) if signed_in else AnonymousUser()
    return request


def entry(key: str, url_name: str, order: int, **more: object) -> Entry:
    return Entry(key=key, label=key, url_name=url_name, icon="home", order=order, **more)  # type: ignore[arg-type]


def test_navigation_stands_in_order_under_its_groups() -> None:
    registry.enter(entry("map", "web:offline", 40))
    registry.enter(entry("board", "web:look", 60, group="县里的事"))
    registry.enter(entry("home", "web:home", 10))

    groups = Shell(asked("/")).navigation

    assert [(group.label, [line.key for line in group.lines]) for group in groups] == [
        ("", ["home", "map"]),
        ("县里的事", ["board"]),
    ]


@pytest.mark.parametrize(
    ("path", "current"), [("/", "home"), ("/look/", "look"), ("/look/more/", "look"), ("/x/", "")]
)
def test_navigation_marks_the_line_that_the_page_lies_under(path: str, current: str) -> None:
    registry.enter(entry("home", "web:home", 10))
    registry.enter(entry("look", "web:look", 20))

    (group,) = Shell(asked(path)).navigation

    assert [line.key for line in group.lines if line.current] == [current] * bool(current)


def test_entry_is_shown_only_to_those_it_is_for() -> None:
    registry.enter(entry("home", "web:home", 10))
    registry.enter(entry("inbox", "web:look", 20, shown=registry.signed_in))

    visitor, member = asked("/"), asked("/", signed_in=True)

    assert [line.key for line in registry.entries(visitor)] == ["home"]
    assert [line.key for line in registry.entries(member)] == ["home", "inbox"]


def test_second_entry_of_a_key_is_refused() -> None:
    registry.enter(entry("home", "web:home", 10))

    with pytest.raises(ValueError, match="'home' is registered already"):
        registry.enter(entry("home", "web:look", 20))


def test_panels_of_a_place_are_drawn_in_order_and_empty_ones_left_out() -> None:
    def hang(key: str, place: registry.Place, order: int, *, empty: bool = False) -> None:
        template = "web/field_words.html"
        field = {"help_text": key, "auto_id": key}
        registry.hang(
            Panel(
                key=key,
                place=place,
                template=template,
                order=order,
                context=lambda _: None if empty else {"field": field},
            )
        )

    hang("second", "home", 20)
    hang("first", "home", 10)
    hang("nothing", "home", 5, empty=True)
    hang("elsewhere", "me", 1)

    drawn = [panel.strip() for panel in registry.panels("home", request=asked("/"))]

    assert drawn == [
        '<p class="field-help" id="first_helptext">first</p>',
        '<p class="field-help" id="second_helptext">second</p>',
    ]


def test_bar_depends_on_who_asks_and_the_front_page_lists_the_rest() -> None:
    registry.enter(entry("board", "web:look", 22, tab=registry.visiting))
    registry.enter(entry("home", "web:home", 10, tab=True))
    registry.enter(entry("map", "web:offline", 40))

    visitor, resident = Shell(asked("/")), Shell(asked("/", signed_in=True))

    assert [line.key for line in visitor.beside_bar] == ["map"]
    assert [line.key for line in resident.beside_bar] == ["board", "map"]
