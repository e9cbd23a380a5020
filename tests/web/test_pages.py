"""The pages that every visitor may open, without an account and without data."""

import logging
import sys

import pytest
from django.test import Client

from guapeng.web.logs import Places

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


def test_request_for_a_host_that_is_not_ours_is_refused_in_words() -> None:
    page = Client().get("/", headers={"host": "elsewhere.example"})

    assert page.status_code == 400
    assert "没有看懂" in page.content.decode()


def test_zero_byte_in_an_address_is_refused_in_words() -> None:
    page = Client().get("/search/?q=%00")

    assert page.status_code == 400
    assert "没有看懂" in page.content.decode()


@pytest.mark.parametrize("next_", ["-1", "elsewhere", "//elsewhere.example/", "https://x.example"])
def test_look_leads_back_to_nowhere_else(next_: str) -> None:
    page = Client().post("/look/", {"elder": "on", "next": next_})

    assert page.headers["Location"] == "/"


def test_fault_is_told_with_its_place_and_without_what_it_quotes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Places())
    phone = "138" + "0" * 8
    try:
        int(phone + "x")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    handler.emit(record)

    told = capsys.readouterr().err
    assert "test_pages.py" in told
    assert "ValueError" in told
    assert phone not in told
