"""Photographs from a phone's browser to the page of the matter."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guapeng.kernel.matters.models import Attachment, Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from tests.browser.conftest import Opened, axe
from tests.factories import pictures
from tests.factories.world import Banner
from tests.kernel.matters.test_api import signed_in


@pytest.fixture
def county(committed_banner: Banner, site: str, settings: Any, tmp_path: Path) -> Banner:
    """The scene behind the product's own pages."""
    settings.ROOT_URLCONF = "guapeng.config.urls"
    settings.FILES = str(tmp_path / "files")
    return committed_banner


def camera(count: int, *, width: int = 2400, height: int = 1800) -> list[Any]:
    colours = [(60, 90 + 50 * number, 200 - 60 * number) for number in range(count)]
    return [
        {
            "name": f"IMG_{number}.JPG",
            "mimeType": "image/jpeg",
            "buffer": pictures.photo(width, height, colour=colour),
        }
        for number, colour in enumerate(colours, start=1)
    ]


def choose(page: Page, files: list[Any]) -> None:
    page.set_input_files("input[name=photos]", files)
    expect(page.locator("[data-photos-list] li")).to_have_count(len(files))


def as_(page: Page, by: Actor) -> None:
    """Let the browser be signed in as ``by``."""
    cookie = signed_in(by).cookies["sessionid"].value
    url = re.match(r"https?://[^/]+", page.url)
    assert url
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": url[0]}])


def found_by_axe(page: Page) -> list[str]:
    """Return what axe finds wrong at the page's end, where nothing lies under the fixed bars."""
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    return axe(page)


def the_files() -> list[Attachment]:
    with scope.acting(SYSTEM):
        return list(Attachment.objects.select_related("blob", "matter").order_by("position"))


def test_villager_adds_three_photos_with_a_phone(county: Banner, visit: Opened) -> None:
    page = visit(f"/report/?grid={county.grid.code}")
    choose(page, camera(3))
    assert found_by_axe(page) == []

    page.get_by_role("button", name="提交").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
    found = the_files()
    assert [one.name for one in found] == ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]
    assert {(one.blob.width, one.blob.height) for one in found} == {(1600, 1200)}
    stranger = visit("/")
    for one in found:
        answer = stranger.request.get(f"/files/{one.pk}/")
        assert answer.status == 404
        assert page.request.get(f"/files/{one.pk}/").status == 200


def test_photos_stay_chosen_when_the_form_comes_back(county: Banner, visit: Opened) -> None:
    page = visit("/report/")
    choose(page, camera(2))
    page.fill("input[name=phone]", "12")

    page.get_by_role("button", name="提交").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[data-photos-list] li")).to_have_count(2)
    assert page.evaluate("document.querySelector('input[name=photos]').files.length") == 2


def test_without_scripts_the_form_says_that_photos_must_be_chosen_again(
    county: Banner, visit: Opened
) -> None:
    page = visit("/report/", java_script_enabled=False)
    page.set_input_files("input[name=photos]", camera(1, width=64, height=48))
    page.fill("input[name=phone]", "12")

    page.get_by_role("button", name="提交").click()

    expect(page.get_by_text("刚才选的照片没有留下，请再选一次")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_handler_sees_the_row_of_photos(county: Banner, visit: Opened, size: str) -> None:
    page = visit(f"/report/?grid={county.grid.code}")
    choose(page, camera(3))
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到")
    with scope.acting(SYSTEM):
        number = Matter.objects.get().number

    page = visit("/", size=size)
    as_(page, county.dispatcher)
    page.goto(f"/m/{number}/")
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("img", name="照片1，上报时附上")).to_be_visible()
    loaded = "[...document.images].every(one => one.complete && one.naturalWidth === 320)"
    page.wait_for_function(loaded)
    assert found_by_axe(page) == []
