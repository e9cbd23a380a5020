"""What everybody sees: reachable, readable, in its place, in every look and on every screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened, axe

LOOKS = ("light.auto.off", "dark.auto.off", "light.more.off", "dark.more.on", "light.auto.on")
ADDRESSES = ("/", "/look/", "/offline/", "/report/", "/who/", "/accounts/login/", "/_ui/print/")
ERRORS = ("/_ui/error/400/", "/_ui/error/403/", "/_ui/error/404/", "/_ui/error/500/")

# Everything that can be pressed, apart from links inside sentences.
TARGETS = """
({least}) => [...document.querySelectorAll("a.button, button, select, summary, .nav a, .tabs a,"
    + "input:not([type=hidden], [type=checkbox], [type=radio], .photos-input), .choice, .role")]
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.round(box.height) < least)
  .map(([element, box]) => `${element.className || element.tagName} ${box.height}`)
"""
SMALL_TEXT = """
() => [...document.querySelectorAll("main *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => element.checkVisibility() && !element.closest("kbd, svg, pre, .leaflet-container"))
  .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 24)
  .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 20)}`)
"""
TOO_WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => !element.closest(".table, .tabs, pre, svg, .leaflet-container, .skip, .unseen"))
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => `${element.tagName}.${element.className}`)
"""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_gallery_has_no_barrier(visit: Opened, size: str, look: str) -> None:
    page = visit("/_ui/", size=size, look=look)
    page.wait_for_selector(".leaflet-container .point")

    assert axe(page) == []


@pytest.mark.parametrize("address", [*ADDRESSES, *ERRORS])
def test_page_has_no_barrier(visit: Opened, address: str) -> None:
    whole = {"width": 390, "height": 1600}  # what the bar at the thumb hides can be scrolled to

    assert axe(visit(address, viewport=whole)) == []


@pytest.mark.parametrize(("look", "least"), [("light.auto.off", 44), ("light.auto.on", 60)])
def test_everything_to_press_is_large_enough(visit: Opened, look: str, least: int) -> None:
    page = visit("/_ui/", look=look)

    assert page.evaluate(TARGETS, {"least": least}) == []


def test_elder_mode_sets_all_text_in_eighteen_points(visit: Opened) -> None:
    page = visit("/_ui/", look="light.auto.on")

    assert page.evaluate(SMALL_TEXT) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("look", ["light.auto.off", "light.auto.on"])
def test_nothing_runs_out_of_the_screen(visit: Opened, width: int, look: str) -> None:
    page = visit("/_ui/", size="desk", look=look, viewport={"width": width, "height": 800})

    assert page.evaluate(TOO_WIDE) == []


def test_elder_mode_is_one_press_away_and_stays(visit: Opened) -> None:
    page = visit("/report/")

    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-elder", "on")
    page.goto("/")

    expect(page.get_by_role("button", name="标准版")).to_be_visible()


def test_elder_mode_is_one_press_away_without_scripts(visit: Opened) -> None:
    page = visit("/report/", java_script_enabled=False)

    page.get_by_role("button", name="大字版").click()

    expect(page.locator("html")).to_have_attribute("data-elder", "on")
    assert page.url.endswith("/report/")


def test_bar_is_at_the_thumb_on_a_phone_and_at_the_side_on_a_desk(visit: Opened) -> None:
    phone = visit("/").locator(".nav").bounding_box()
    desk = visit("/", size="desk").locator(".nav").bounding_box()

    assert phone is not None
    assert desk is not None
    assert phone["y"] + phone["height"] == pytest.approx(844, abs=1)
    assert (desk["x"], desk["height"]) == (0, pytest.approx(800, abs=1))


def test_keyboard_reaches_the_text_past_the_navigation(visit: Opened) -> None:
    page = visit("/report/", size="desk")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
