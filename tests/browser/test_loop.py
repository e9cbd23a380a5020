"""The loop in real hands: on a phone, at the desk by keyboard alone, and in every look."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from guapeng.apps.concerns import classify
from guapeng.apps.concerns.classify.model import save
from guapeng.apps.concerns.classify.training import train
from guapeng.apps.concerns.models import Category
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.statistics import folding
from guapeng.kernel.notices.rounds import deliver
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Account
from tests.browser.conftest import SIZES, Opened, axe
from tests.browser.test_look import SMALL_TEXT, TOO_WIDE
from tests.browser.test_report import HERE
from tests.concerns.cases import cases
from tests.factories.world import Banner, opening, take
from tests.stories.test_concern import dispatch

LIGHT, CONTRAST, ELDER = "light.auto.off", "dark.more.off", "light.auto.on"
LONG = "呼和浩特音额尔德尼敖包图查干淖尔嘎查"
# Most rows that one page can hold: the bar at the thumb covers none of them.
TALL = 4000

# Bars that stay at the thumb must let go of the last thing that can be pressed.
COVERED = """
() => {
  scrollTo(0, document.documentElement.scrollHeight);
  return [...document.querySelectorAll("main a, main button, main input, .page-foot a")]
    .filter((one) => one.checkVisibility() && !one.closest(".page-actions, .unseen"))
    .filter((one) => {
      const box = one.getBoundingClientRect();
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      // What lies outside a frame that scrolls by itself is not there to be pressed.
      const frame = one.closest(".desk-queue")?.getBoundingClientRect();
      if (frame && y > frame.bottom) return false;
      if (!box.width || y < innerHeight / 2 || y > innerHeight) return false;
      const top = document.elementFromPoint(x, y);
      return top?.closest(".nav, .page-actions") && !one.contains(top);
    })
    .map((one) => one.outerHTML.slice(0, 120));
}
"""
SignedIn = Callable[..., Page]


@pytest.fixture
def site(live_server: LiveServer, committed_banner: Banner) -> str:
    """The product's own pages, in a village with a long name."""
    Division.objects.filter(pk=committed_banner.village.pk).update(name=LONG)
    square = shapely.to_wkb(shapely.box(107.0, 40.0, 107.1, 40.1))
    places = [committed_banner.grid.pk, committed_banner.township.pk]
    Division.objects.filter(pk__in=places).update(outline=square)
    for name in ROLES:
        person_id = getattr(committed_banner, name).person_id
        Account.objects.create(username=name, person_id=person_id)
    return live_server.url


ROLES = ("resident", "grid_worker", "secretary", "dispatcher", "water_officer")


@pytest.fixture
def as_role(visit: Opened, site: str) -> SignedIn:
    """Visit as one of the people of the scene."""

    def opened(role: str, address: str, **options: Any) -> Page:
        page = visit("/offline/", **options)
        enter(page, role, site)
        page.goto(address)
        return page

    return opened


def enter(page: Page, role: str, site: str) -> None:
    """Be somebody else in the same browser."""
    client = Client()
    account = Account.objects.get(username=role)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def only_matter() -> Matter:
    with scope.acting(SYSTEM):
        return Matter.objects.get()


def press(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def submit(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url("**/m/*/")


def test_concern_goes_round_in_five_hands(
    as_role: SignedIn, site: str, committed_banner: Banner
) -> None:
    phone = as_role("resident", "/report/", geolocation=HERE, permissions=["geolocation"])
    phone.get_by_role("button", name="用现在的位置").tap()
    expect(phone.get_by_text("已定位")).to_be_visible()
    phone.get_by_label("一句话").fill("门口的水管漏了三天")
    phone.get_by_text("供水管道").tap()
    phone.get_by_role("button", name="提交").tap()
    expect(phone.get_by_role("heading", name="已收到", exact=True)).to_be_visible()
    matter = only_matter()

    desk = as_role("dispatcher", "/desk/", size="desk")
    desk.get_by_label("牵头单位").focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.press("d")
    expect(desk.get_by_text(f"{matter.number} 已交水利局")).to_be_visible()
    expect(desk.get_by_text("都派完了，棚下清静")).to_be_visible()

    enter(phone, "water_officer", site)
    phone.goto("/inbox/")
    phone.get_by_role("link", name="签收").tap()
    press(phone, "签收")
    submit(phone, "签收")
    press(phone, "反馈结果")
    phone.get_by_label("办理结果").fill("已更换水管，恢复供水")
    phone.get_by_label("公开摘要").fill("已更换水管")
    submit(phone, "反馈结果")

    enter(phone, "grid_worker", site)
    phone.goto("/inbox/")
    phone.get_by_role("link", name="核查").tap()
    press(phone, "核查")
    phone.get_by_text("属实，已办好").tap()
    submit(phone, "核查")

    enter(phone, "resident", site)
    phone.goto("/inbox/")
    phone.get_by_role("link", name="评价").tap()
    press(phone, "评价")
    phone.get_by_role("button", name="评价", exact=True).wait_for()
    for question in phone.locator("fieldset.field").all():
        question.locator("input").first.check()
    submit(phone, "评价")
    expect(phone.locator(".page-title").get_by_text("已办结")).to_be_visible()
    assert only_matter().state == "closed"


def test_desk_is_worked_by_keyboard_alone(
    as_role: SignedIn,
    committed_banner: Banner,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("GUAPENG_HOME", str(tmp_path))
    model, _ = train(cases(300), at=timezone.now(), advance=lambda *_: None)
    save(model, classify.default_path())
    Category.objects.filter(pk=committed_banner.pipes.pk).update(name="供水")
    for _ in range(3):
        report_now(committed_banner)
    page = as_role("dispatcher", "/desk/", size="desk")
    first = page.url

    page.keyboard.press("?")
    expect(page.locator("dialog[data-keys]")).to_contain_text("下一件")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("1")
    page.wait_for_url("**?category=01001")
    page.keyboard.press("m")
    page.wait_for_url("**/merge/?same_as=*")


def report_now(banner: Banner) -> Matter:
    """Report a leak a moment ago, so that the desk sees those before it as like it."""
    with scope.acting(banner.resident):
        return engine.open_matter(
            "concern",
            opening(banner.grid, title=f"{LONG}门口的水管漏水三天没有人来修理"),
            by=banner.resident,
            at=timezone.now(),
            text="门口水管漏水",
            category=banner.pipes,
        )


@pytest.fixture
def shown(committed_banner: Banner) -> dict[str, str]:
    """Return matters of a well-used scene: one in the hands of a unit, one settled."""
    now = timezone.now()
    for _ in range(12):
        report_now(committed_banner)
    acting = dispatch(committed_banner, report_now(committed_banner), at=now)
    acting = take("sign_in", acting, committed_banner.water_officer, at=now)
    settled = report_now(committed_banner)
    settled = take("settle", settled, committed_banner.grid_worker, at=now, summary="已修好")
    folding.fold(at=now)
    deliver(at=now)
    return {"acting": acting.number, "settled": settled.number}


def pages(shown: dict[str, str]) -> list[tuple[str, str]]:
    """Return who looks at what."""
    acting, settled = f"/m/{shown['acting']}/", f"/m/{shown['settled']}/"
    return [
        ("", acting), ("", settled), ("", "/board/?choose=yes"), ("", "/map/"),
        ("", "/statistics/"), ("", "/search/?q=水管"), ("", "/procedures/concern/"),
        ("resident", "/inbox/"), ("resident", "/inbox/raised/"), ("resident", acting),
        ("resident", "/me/"), ("resident", "/notices/"),
        ("dispatcher", "/inbox/"), ("dispatcher", "/desk/"), ("dispatcher", "/hot/"),
        ("water_officer", acting), ("water_officer", f"{acting}give_result/"),
        ("secretary", "/new/whistle/"), ("secretary", "/services/"),
        ("secretary", "/duties/?q=供水"),
    ]  # fmt: skip


def faults_of(page: Page, address: str, size: str) -> list[str]:
    """Return what is in anybody's way on one page, with its address."""
    usual = SIZES[size]["viewport"]
    page.set_viewport_size(usual)
    page.goto(address)
    faults = [f"too wide: {one}" for one in page.evaluate(TOO_WIDE)]
    faults += [f"covered: {one}" for one in page.evaluate(COVERED)]
    page.set_viewport_size(usual | {"height": TALL})
    return [f"{address} {fault}" for fault in faults + axe(page)]


@pytest.mark.parametrize(("size", "look"), [("phone", LIGHT), ("desk", CONTRAST)])
def test_no_page_of_the_loop_is_in_anybodys_way(
    visit: Opened, site: str, shown: dict[str, str], size: str, look: str
) -> None:
    page, faults, who = visit("/board/", size=size, look=look), [], ""
    for role, address in pages(shown):
        if role != who:
            enter(page, who := role, site)
        faults += [f"{role} {fault}" for fault in faults_of(page, address, size)]

    assert faults == []


def test_elder_mode_holds_on_the_pages_of_the_loop(
    visit: Opened, site: str, shown: dict[str, str]
) -> None:
    page = visit("/board/", look=ELDER)
    faults = faults_of(page, "/board/", "phone")
    for role, address in (("resident", f"/m/{shown['acting']}/"), ("water_officer", "/inbox/")):
        enter(page, role, site)
        faults += faults_of(page, address, "phone")
        faults += page.evaluate(SMALL_TEXT)

    assert faults == []


def test_step_that_is_wrong_says_so_and_stays_readable(
    as_role: SignedIn, shown: dict[str, str]
) -> None:
    page = as_role("water_officer", f"/m/{shown['acting']}/give_result/")
    page.locator("#step").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="反馈结果", exact=True).tap()

    expect(page.get_by_text("还没有提交，请先改正：")).to_be_visible()
    expect(page.locator(".field-error")).to_have_count(2)
    page.set_viewport_size(SIZES["phone"]["viewport"] | {"height": TALL})
    assert axe(page) == []


@pytest.mark.parametrize(("size", "look"), [("phone", LIGHT), ("phone", ELDER), ("desk", LIGHT)])
def test_english_fits_where_chinese_does(
    visit: Opened, site: str, shown: dict[str, str], size: str, look: str
) -> None:
    page = visit("/look/", size=size, look=look)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    enter(page, "dispatcher", site)
    found = []
    for address in ("/", "/inbox/", "/desk/", f"/m/{shown['acting']}/", "/board/", "/statistics/"):
        page.goto(address)
        found += [f"{address} {one}" for one in page.evaluate(TOO_WIDE) + page.evaluate(COVERED)]
    assert found == []
