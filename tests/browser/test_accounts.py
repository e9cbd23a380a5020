"""Signing in with a passkey, and the pages of the people held to axe."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opened, axe
from tests.factories.accounts import PASSWORD, enter
from tests.factories.world import Banner

pytestmark = pytest.mark.django_db(transaction=True)

HOME = re.compile(r"://[^/]+/$")
_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(HOME)


def test_passkey_is_added_and_signs_in_without_a_password(
    committed_banner: Banner, visit: Opened
) -> None:
    enter("bagen")
    page = visit("/accounts/login/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    sign_in(page, "bagen")

    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="确认").click()
    page.get_by_role("button", name="添加").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(lambda address: "logout" not in address)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(HOME)
    page.goto("/me/")
    assert page.get_by_text("登录名：bagen").is_visible()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_pages_of_the_people_are_for_everybody(
    committed_banner: Banner, visit: Opened, size: str
) -> None:
    enter("worker", "grid_worker", committed_banner.grid, phone="13812341234")
    page = visit("/accounts/login/", size=size)
    assert axe(page) == []
    sign_in(page, "worker")

    for address in ("/me/", "/me/looked/", "/people/", "/me/requests/new/", "/accounts/2fa/"):
        page.goto(address)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # clear of the bar at the bottom
        assert axe(page) == [], address
