"""The report page in a hand: taps counted, without network, without scripts, in every look."""

from typing import Any

import pytest
import shapely
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from tests.browser.conftest import Opened, axe
from tests.browser.test_forms import kept_by_the_worker
from tests.factories.world import Banner

HERE = {"latitude": 40.05, "longitude": 107.05, "accuracy": 18}


@pytest.fixture
def site(live_server: LiveServer, committed_banner: Banner) -> str:
    """The product's own pages, with a grid that can be stood in."""
    square = shapely.to_wkb(shapely.box(107.0, 40.0, 107.1, 40.1))
    places = [committed_banner.grid.pk, committed_banner.township.pk]
    Division.objects.filter(pk__in=places).update(outline=square)
    return live_server.url


def texts() -> list[str]:
    with scope.acting(SYSTEM):
        return list(Concern.objects.order_by("pk").values_list("text", flat=True))


def count_taps(page: Page) -> None:
    page.evaluate(
        """() => addEventListener("pointerdown",
            () => (sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1), true)"""
    )


def taps(page: Page) -> int:
    return int(page.evaluate("sessionStorage.taps"))


def test_three_taps_tell_what_and_where(visit: Opened) -> None:
    page = visit("/report/", geolocation=HERE, permissions=["geolocation"])
    count_taps(page)

    page.get_by_text("供水管道").tap()
    page.get_by_role("button", name="用现在的位置").tap()
    expect(page.get_by_text("已定位")).to_be_visible()
    page.get_by_role("button", name="提交").tap()

    expect(page.get_by_role("heading", name="已收到", exact=True)).to_be_visible()
    assert taps(page) == 3
    with scope.acting(SYSTEM):
        matter = Concern.objects.get().matter
    assert matter.place == "甲苏木乙嘎查第一网格"
    expect(page.get_by_text(matter.number)).to_be_visible()


def test_report_without_network_arrives_later_and_once(visit: Opened) -> None:
    page = visit("/report/")
    kept_by_the_worker(page)

    page.context.set_offline(offline=True)
    for sentence in ("第一盏灯不亮", "第二盏灯不亮"):
        page.goto("/report/")
        page.get_by_label("一句话").fill(sentence)
        page.get_by_role("button", name="提交").click()
        page.wait_for_url("**/offline/")
    assert texts() == []
    page.context.set_offline(offline=False)

    expect(page.locator("[data-queue]")).to_be_hidden()
    assert texts() == ["第一盏灯不亮", "第二盏灯不亮"]


def test_report_arrives_without_scripts(visit: Opened) -> None:
    page = visit("/report/", java_script_enabled=False)

    page.get_by_label("一句话").fill("路灯不亮")
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_role("heading", name="已收到", exact=True)).to_be_visible()


def test_hint_appears_while_writing_and_me_too_sends_nothing_twice(visit: Opened) -> None:
    first = visit("/report/")
    first.get_by_text("在地图上点").click()
    first.get_by_label("苏木乡镇街道").select_option("甲苏木")
    first.get_by_label("嘎查村社区").select_option("乙嘎查")
    first.get_by_label("一句话").fill("广场南口的路灯不亮")
    first.get_by_role("button", name="提交").click()
    expect(first.get_by_role("heading", name="已收到", exact=True)).to_be_visible()

    page = visit("/report/", geolocation=HERE, permissions=["geolocation"])
    page.get_by_role("button", name="用现在的位置").click()
    page.get_by_label("一句话").press_sequentially("路灯不亮")
    page.get_by_role("button", name="我也遇到").click()

    expect(page.get_by_text("已记下您也遇到")).to_be_visible()
    assert texts() == ["广场南口的路灯不亮"]
    page.goto("/report/")
    expect(page.get_by_label("一句话")).to_have_value("")


def test_press_on_the_folded_map_says_where(visit: Opened) -> None:
    page = visit("/report/")
    page.get_by_text("在地图上点").click()
    page.wait_for_selector(".leaflet-container .area")

    page.locator("#where").click(position={"x": 150, "y": 150})

    assert 107.0 < float(page.locator("[name=lon]").input_value()) < 107.1


def seen_to_the_end(page: Page) -> list[str]:
    """Look for faults where the bar at the thumb covers nothing any more."""
    page.wait_for_load_state()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    return axe(page)


@pytest.mark.parametrize("look", ["light.auto.off", "dark.more.off", "light.auto.on"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_nothing_is_in_anybodys_way(visit: Opened, look: str, size: str) -> None:
    page = visit("/report/", look=look, size=size)
    page.get_by_text("在地图上点").click()
    faults = seen_to_the_end(page)
    page.get_by_label("一句话").fill("路灯不亮")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="已收到", exact=True)).to_be_visible()
    faults += seen_to_the_end(page)
    page.get_by_role("link", name="看进展").click()
    faults += seen_to_the_end(page)
    page.goto("/follow/")
    faults += seen_to_the_end(page)

    assert faults == []
    wide: Any = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_who_is_sent_to_sign_in_finds_the_draft_again(visit: Opened) -> None:
    page = visit("/report/")
    page.get_by_label("一句话").fill("路灯不亮")
    page.wait_for_function("() => localStorage.getItem('draft::report')")

    page.locator("html").evaluate("root => root.dataset.visitor = 'somebody'")
    page.evaluate(
        """import(document.querySelector("script[src*='js/app']").src.replace("app", "drafts"))
            .then(({rememberDrafts}) => {
                document.querySelector("[name=text]").value = "";
                rememberDrafts(document);
            })"""
    )

    expect(page.get_by_label("一句话")).to_have_value("路灯不亮")


def test_button_at_the_thumb_is_not_covered(visit: Opened) -> None:
    page = visit("/report/", look="light.auto.on")

    button, raised = (
        page.locator(selector).bounding_box()
        for selector in (".page-actions .button", ".nav-report svg")
    )

    assert button
    assert raised
    assert button["y"] + button["height"] <= raised["y"]
