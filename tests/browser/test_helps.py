"""Keys, dialogs and the map."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened


def test_keys_are_listed_under_a_question_mark(visit: Opened) -> None:
    page = visit("/_ui/", size="desk")

    page.keyboard.press("?")

    expect(page.locator("dialog[data-keys]")).to_be_visible()
    expect(page.locator("dialog[data-keys] dl")).to_contain_text("上报")


def test_keys_walk_along_the_rows(visit: Opened) -> None:
    page = visit("/_ui/", size="desk")

    for key in ("j", "j", "k"):
        page.keyboard.press(key)

    expect(page.locator("[data-row]").first).to_be_focused()


def test_keys_rest_while_somebody_types(visit: Opened) -> None:
    page = visit("/report/", size="desk")

    page.get_by_label("一句话").press_sequentially("s?j")

    expect(page.get_by_label("一句话")).to_have_value("s?j")
    assert page.url.endswith("/report/")


@pytest.mark.parametrize("scripts", [True, False])
def test_dialog_opens_and_closes_with_and_without_scripts(visit: Opened, *, scripts: bool) -> None:
    page = visit("/_ui/", java_script_enabled=scripts)
    dialog = page.locator("#gallery-dialog")
    expect(dialog).to_be_hidden()

    page.locator("a[href='#gallery-dialog']").click()
    expect(dialog).to_be_visible()
    dialog.locator(".dialog-head a").click()

    expect(dialog).to_be_hidden()


def test_press_on_the_map_fills_the_place(visit: Opened) -> None:
    page = visit("/_ui/", size="desk")
    page.wait_for_selector(".leaflet-container .area")

    page.locator("#gallery-map").click(position={"x": 300, "y": 150})

    lon = float(page.locator("[name=map_lon]").input_value())
    lat = float(page.locator("[name=map_lat]").input_value())
    assert 107.0 < lon < 107.3
    assert 40.8 < lat < 41.0
