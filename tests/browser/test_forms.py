"""Forms on a bad network, on a shared telephone, and without scripts."""

import io
import re

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Opened, wait_until


def kept_by_the_worker(page: Page) -> None:
    """Wait until the service worker governs the page and has kept it."""
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()


def received() -> list[str]:
    return [sentence for _, sentence in pages.RECEIVED]


def test_form_arrives_without_scripts(visit: Opened) -> None:
    page = visit("/report/?client_id=1", java_script_enabled=False)
    page.locator("[name=client_id]").evaluate("field => field.value = 'made-by-server'")

    page.get_by_label("一句话").fill("路灯不亮")
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_text("已收到")).to_be_visible()
    assert pages.RECEIVED == [("made-by-server", "路灯不亮")]


def test_form_gets_an_id_of_its_own_in_the_browser(visit: Opened) -> None:
    page = visit("/report/")

    page.get_by_label("一句话").fill("路灯不亮")
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_text("已收到")).to_be_visible()
    ((client_id, _),) = pages.RECEIVED
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", client_id)


def test_refused_form_comes_back_with_its_errors_and_its_id(visit: Opened) -> None:
    page = visit("/report/")
    client_id = page.locator("[name=client_id]").input_value()

    page.locator("form#report").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_text("还没有提交")).to_be_visible()
    expect(page.locator(".field-error")).to_be_visible()
    assert page.locator("[name=client_id]").input_value() == client_id


def test_draft_outlives_the_page_and_is_forgotten_after_sending(visit: Opened) -> None:
    page = visit("/report/")
    page.get_by_label("一句话").fill("路灯不亮")
    page.wait_for_function("() => localStorage.getItem('draft::report')")

    page.reload()
    expect(page.get_by_label("一句话")).to_have_value("路灯不亮")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    page.goto("/report/")

    expect(page.get_by_label("一句话")).to_have_value("")


def test_forms_filled_without_network_are_sent_later_in_order_and_once(visit: Opened) -> None:
    page = visit("/report/")
    kept_by_the_worker(page)

    page.context.set_offline(offline=True)
    for sentence in ("第一件", "第二件", "第三件"):
        page.goto("/report/")
        page.get_by_label("一句话").fill(sentence)
        page.get_by_role("button", name="提交").click()
        page.wait_for_url("**/offline/")
    expect(page.locator("[data-queue]")).to_contain_text("已保存，联网后自动提交（3）")
    expect(page.locator("[data-unsent] li")).to_have_count(3)
    assert received() == []

    page.context.set_offline(offline=False)

    expect(page.locator("[data-queue]")).to_be_hidden()
    assert received() == ["第一件", "第二件", "第三件"]


def test_unsent_form_waits_for_its_own_author(visit: Opened) -> None:
    page = visit("/report/")
    kept_by_the_worker(page)
    page.context.set_offline(offline=True)
    page.locator("html").evaluate("root => root.dataset.visitor = 'somebody'")
    page.evaluate(
        """import(document.querySelector("script[src*='js/app']").src.replace("app", "outbox"))
            .then(({put}) => put({visitor: "somebody", named: "上报", action: "/report/",
                at: new Date().toISOString(), fields: [["sentence", "x"], ["client_id", "1"]]}))"""
    )

    page.context.set_offline(offline=False)
    page.goto("/offline/")

    expect(page.locator("[data-unsent] li")).to_have_count(1)
    page.wait_for_timeout(500)
    assert received() == []


def test_page_that_was_not_kept_is_answered_in_words_without_network(visit: Opened) -> None:
    page = visit("/report/")
    kept_by_the_worker(page)

    page.context.set_offline(offline=True)
    page.goto("/look/")

    expect(page.get_by_role("heading", name="眼下没有网络")).to_be_visible()


def test_kept_pages_are_forgotten_when_somebody_leaves(visit: Opened) -> None:
    page = visit("/report/")
    kept_by_the_worker(page)

    page.goto("/accounts/logout/")
    wait_until(page, "() => caches.match('/report/').then((kept) => !kept)")
    page.context.set_offline(offline=True)
    page.goto("/report/")

    expect(page.get_by_role("heading", name="眼下没有网络")).to_be_visible()


def test_photo_is_made_smaller_and_loses_what_the_camera_wrote(visit: Opened) -> None:
    page = visit("/report/")
    page.locator(".photos-input").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place(3000, 2000)}
    )
    expect(page.locator(".photos-list img")).to_be_visible()

    sent = bytes(
        page.locator(".photos-input").evaluate(
            "async (input) => [...new Uint8Array(await input.files[0].arrayBuffer())]"
        )
    )

    smaller = Image.open(io.BytesIO(sent))
    assert smaller.size == (1600, 1067)
    assert len(smaller.getexif()) == 0


def test_photo_can_be_taken_back(visit: Opened) -> None:
    page = visit("/report/")
    page.locator(".photos-input").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place(30, 20)}
    )

    page.get_by_role("button", name="去掉 现场.jpg").click()

    expect(page.locator(".photos-list img")).to_have_count(0)
    assert page.locator(".photos-input").evaluate("input => input.files.length") == 0


def photo_with_place(width: int, height: int) -> bytes:
    """Return a photograph whose EXIF tells where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (40.0, 53.0, 0.0)
    exif[0x010F] = "camera"
    out = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_place_is_asked_of_the_device_only_when_pressed(visit: Opened) -> None:
    here = {"latitude": 40.885, "longitude": 107.125, "accuracy": 18}
    page = visit("/report/", geolocation=here, permissions=["geolocation"])
    assert page.locator("[name=lon]").input_value() == ""

    page.get_by_role("button", name="用现在的位置").click()

    expect(page.get_by_text("已定位，误差约18米")).to_be_visible()
    assert page.locator("[name=lon]").input_value() == "107.125000"
    assert page.locator("[name=lat]").input_value() == "40.885000"


def test_refused_place_is_told_and_the_form_goes_on(visit: Opened) -> None:
    page = visit("/report/")

    page.get_by_role("button", name="用现在的位置").click()

    expect(page.get_by_text("没有得到位置")).to_be_visible()


def test_count_counts_characters_and_not_halves_of_rare_ones(visit: Opened) -> None:
    page = visit("/report/")

    page.get_by_label("一句话").fill("𠮷祥")

    expect(page.locator("[data-count]")).to_have_text("2 / 20")
