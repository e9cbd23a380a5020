"""A page or its piece, a word on the next page, a page that may be kept."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django_htmx.middleware import HtmxDetails

from guapeng.web import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def templates(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "list.html").write_text(
        "<main>{% partialdef rows inline %}<p>{{ word }}</p>{% endpartialdef %}</main>"
    )
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path]}
    settings.TEMPLATES = [engine]


def asked(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, "<main><p>棚</p></main>"),
        ({"HX-Request": "true"}, "<p>棚</p>"),
        ({"HX-Request": "true", "HX-Boosted": "true"}, "<main><p>棚</p></main>"),
    ],
)
def test_page_gives_htmx_its_piece_and_everybody_else_the_whole(
    headers: dict[str, str], body: str
) -> None:
    answer = answers.page(asked(**headers), "list.html", {"word": "棚"}, part="rows", status=422)

    assert answer.content.decode() == body
    assert answer.status_code == 422
    assert "HX-Request" in answer.headers["Vary"]


def test_said_word_stands_on_the_next_page_once_and_clears_its_draft() -> None:
    client = Client()
    request = RequestFactory().get("/")
    answers_messages(request)

    answers.say(request, "已提交", clears="report")

    (message,) = get_messages(request)
    assert (message.message, message.extra_tags) == ("已提交", "clears:report")
    assert "data-said" not in client.get("/").content.decode()


def answers_messages(request: HttpRequest) -> None:
    """Give the request a place for messages, as the middleware does."""
    from django.contrib.messages.storage.cookie import CookieStorage  # needs apps

    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # noqa: SLF001


def test_page_is_kept_for_use_without_network_only_where_a_view_says_so() -> None:
    @answers.kept_offline
    def form(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert form(RequestFactory().get("/"))[answers.KEEP_HEADER] == "yes"
    assert answers.KEEP_HEADER not in Client().get("/").headers
