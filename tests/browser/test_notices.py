"""The bell and its settings in a real browser, and what the service worker shows of a push."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from guapeng.kernel.notices.rounds import deliver
from guapeng.kernel.people.models import Account
from tests.browser.conftest import SIZES, Opened, axe, wait_until
from tests.factories.world import Banner
from tests.kernel.notices.conftest import with_accounts
from tests.stories.test_concern import report

PUSHED = {"title": "有事项待办", "body": "150999-260302-00001-0", "tag": "matter-1"}


@pytest.fixture
def site(live_server: LiveServer, committed_banner: Banner) -> str:
    """The product's own pages, with the people of the scene."""
    return live_server.url


@pytest.fixture
def signed_in(visit: Opened, site: str, committed_banner: Banner) -> Opened:
    """Visit as the dispatcher."""
    with_accounts(committed_banner)
    client = Client()
    account = Account.objects.get(person_id=committed_banner.dispatcher.person_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def opened(address: str, **options: Any) -> Page:
        page = visit("/offline/", **options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
        )
        page.goto(address)
        return page

    return opened


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("look", ["", "dark.more.on"])
def test_list_and_settings_bear_axe(
    signed_in: Opened, committed_banner: Banner, size: str, look: str
) -> None:
    for number in range(3):
        report(committed_banner, urgency=1 if number == 1 else 3)
    matter = report(committed_banner)
    deliver(at=matter.opened_at)

    # Tall enough that the bar at the thumb covers nothing that axe would press.
    viewport = SIZES[size]["viewport"] | {"height": 1600}
    page = signed_in("/notices/", size=size, look=look, viewport=viewport)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, f"notices-{size}{look}")
    page.goto("/notices/settings/")
    page.locator("[data-push-when]:visible").first.wait_for(timeout=5000)
    assert axe(page) == []
    keep(page, f"settings-{size}{look}")


def test_bell_is_there_on_every_page_and_counts(
    signed_in: Opened, committed_banner: Banner
) -> None:
    deliver(at=report(committed_banner).opened_at)

    page = signed_in("/look/")

    assert page.locator(".top-sign .nav-count").inner_text() == "1"
    page.locator(".top-sign").click()
    page.get_by_role("link", name="请您派单：诉求").click()
    page.goto("/look/")
    assert page.locator(".top-sign .nav-count").count() == 0


def test_without_scripts_the_settings_say_what_is_needed(signed_in: Opened) -> None:
    page = signed_in("/notices/settings/", java_script_enabled=False)

    assert "这需要浏览器运行脚本" in page.locator("main").inner_text()
    assert not page.get_by_role("button", name="在这台设备上提醒我").is_visible()


def test_denied_permission_is_explained(signed_in: Opened) -> None:
    page = signed_in("/notices/settings/", permissions=["geolocation"])  # and no other

    page.get_by_text("您在浏览器里禁止了通知").wait_for()


def test_push_service_out_of_reach_is_explained(signed_in: Opened) -> None:
    page = signed_in("/notices/settings/", permissions=["notifications"])

    page.get_by_role("button", name="在这台设备上提醒我").click()

    page.get_by_text("没有开通：").wait_for()


def test_pushed_notice_is_shown_and_a_newer_one_of_the_matter_takes_its_place(
    signed_in: Opened,
) -> None:
    page = signed_in("/notices/", permissions=["notifications"])
    push(page, PUSHED | {"url": "/m/1/"})
    push(page, PUSHED | {"url": "/m/1/", "title": "您的事项有进展"})

    shown = page.evaluate(
        """navigator.serviceWorker.ready
            .then((registration) => registration.getNotifications())
            .then((all) => all.map(({ title, body, tag, data }) => [title, body, tag, data.url]))"""
    )

    assert shown == [["您的事项有进展", PUSHED["body"], "matter-1", "/m/1/"]]


def push(page: Page, payload: dict[str, str]) -> None:
    """Hand a push message to the page's service worker, as the browser does."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wire = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    wire.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(told["registrations"]),
    )
    wire.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    origin = page.url.split("/notices")[0]
    given = {"origin": origin, "registrationId": found[-1]["registrationId"]}
    wire.send("ServiceWorker.deliverPushMessage", given | {"data": json.dumps(payload)})
    wait_until(
        page,
        """([title]) => navigator.serviceWorker.ready
            .then((registration) => registration.getNotifications())
            .then((all) => all.some((one) => one.title === title))""",
        [payload["title"]],
    )


def keep(page: Page, name: str) -> None:
    """Keep a picture for whoever asked for pictures."""
    folder = os.environ.get("GUAPENG_PICTURES")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)
