"""The pages that every visitor may open, without an account and without data."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "瓜棚"),
        ("/look/", "显示"),
        ("/offline/", "网络"),
        ("/accounts/login/", "登录"),
    ],
)
def test_page_opens_for_a_visitor(address: str, words: str) -> None:
    page = Client().get(address)

    assert page.status_code == 200
    assert words in page.content.decode()


def test_pages_hold_no_inline_script_or_style_and_forbid_them() -> None:
    page = Client().get("/")

    assert "style=" not in page.content.decode()
    assert "<script>" not in page.content.decode()
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_address_that_is_not_there_is_answered_in_words() -> None:
    page = Client().get("/nowhere/")

    assert page.status_code == 404
    assert "瓜棚" in page.content.decode()
