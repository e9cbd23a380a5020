"""Theme, contrast, elder mode and language: chosen by a form, kept in cookies, drawn at once."""

import pytest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from guapeng.web.look import COOKIE, Look, look_of

pytestmark = pytest.mark.django_db


def test_choice_is_drawn_by_the_server_on_the_next_page() -> None:
    client = Client()

    client.post("/look/", {"theme": "dark", "elder": "on", "next": "/offline/"})
    page = client.get("/offline/").content.decode()

    assert 'data-theme="dark" data-contrast="auto" data-elder="on"' in page
    assert 'dark.css" media="all"' in page


def test_choice_leaves_the_others_as_they_were() -> None:
    client = Client()
    client.post("/look/", {"theme": "dark"})

    client.post("/look/", {"contrast": "more"})

    assert client.cookies[COOKIE].value == "dark.more.off"


def test_choice_leads_back_to_the_page_it_was_made_on() -> None:
    answer = Client().post("/look/", {"elder": "on", "next": "/offline/?a=1"})

    assert answer.headers["Location"] == "/offline/?a=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""]
)
def test_choice_never_leads_to_another_site(elsewhere: str) -> None:
    answer = Client().post("/look/", {"elder": "on", "next": elsewhere})

    assert answer.headers["Location"] == "/"


def test_language_is_kept_beside_the_look() -> None:
    client = Client()

    client.post("/look/", {"language": "en"})

    assert '<html lang="en"' in client.get("/offline/").content.decode()


def test_unknown_choices_change_nothing() -> None:
    client = Client()

    client.post("/look/", {"theme": "pink", "language": "xx", "elder": "maybe"})

    assert client.cookies[COOKIE].value == "auto.auto.off"
    assert "django_language" not in client.cookies


@given(st.text())
def test_any_cookie_gives_a_look(said: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = said

    assert isinstance(look_of(request), Look)


@pytest.mark.parametrize(
    ("look", "media"),
    [
        (Look(), "(prefers-color-scheme: dark) and (prefers-contrast: more)"),
        (Look(theme="dark"), "(prefers-contrast: more)"),
        (Look(contrast="more"), "(prefers-color-scheme: dark)"),
        (Look(theme="dark", contrast="more"), "all"),
        (Look(theme="light", contrast="more"), "not all"),
    ],
)
def test_dark_contrast_applies_exactly_when_both_do(look: Look, media: str) -> None:
    assert look.dark_contrast_media == media
