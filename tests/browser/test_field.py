"""Field work on a telephone without a signal: what was seen saved is what the server holds."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from guapeng.apps.grids.field import taking
from guapeng.apps.grids.models import LedgerChange, PatrolPlace, PhotoPart, VisitPhoto
from guapeng.kernel.matters.models import Attachment, Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, Person
from tests.browser.conftest import PHONE, axe
from tests.factories import pictures
from tests.factories.world import Banner, take
from tests.grids.field import scene
from tests.stories.test_concern import RESULT, dispatch
from tests.stories.test_concern import report as reported

Telephone = Callable[[str], BrowserContext]


@pytest.fixture
def county(committed_banner: Banner, site: str, settings: Any, tmp_path: Path) -> Banner:
    """A grid with an outline, twelve households, two places, and a result to be verified."""
    settings.ROOT_URLCONF = "guapeng.config.urls"
    settings.FILES = str(tmp_path / "files")
    banner = committed_banner
    scene.draw(banner.grid, scene.SQUARE)
    for number in range(1, 13):
        scene.household(banner.grid, f"{number}号楼101")
    scene.patrol_place(banner.grid)
    with scope.acting(SYSTEM):
        matter = dispatch(banner, reported(banner, lon=120.003, lat=43.007))
    take("sign_in", matter, banner.water_officer)
    take("give_result", matter, banner.water_officer, **RESULT)
    return banner


@pytest.fixture
def person(county: Banner) -> Person:
    return scene.worker(county)


@pytest.fixture
def telephone(site: str, person: Person, tmp_path: Path) -> Iterator[Telephone]:
    """Switch a telephone on by its name: its store is what it was when it was switched off."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    cookie = scene.Phone(person).client.cookies["sessionid"].value
    with sync_playwright() as playwright:

        def switched_on(name: str) -> BrowserContext:
            context = playwright.chromium.launch_persistent_context(
                str(tmp_path / name),
                executable_path=found,
                args=["--no-sandbox"],
                base_url=site,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                **PHONE,
            )
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
            return context

        yield switched_on


def opened(context: BrowserContext, address: str = "/field/") -> Page:
    """Open the page and wait until it shows what it carries."""
    page = context.pages[0]
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    return page


def carried(context: BrowserContext) -> Page:
    """Bring the grid onto a telephone, and the page into its browser."""
    page = opened(context)
    expect(page.locator("[data-part=visits]")).to_be_visible()
    until(lambda: page.evaluate("caches.match('/field/').then(Boolean)"))
    return page


def until(holds: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until something holds; fail if it does not come."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def go(page: Page, to: str) -> None:
    page.evaluate("to => { location.hash = to }", to)
    expect(page.locator("[data-save]").first).to_be_visible()


def save(page: Page) -> None:
    page.locator("[data-save]").first.click()
    expect(page.locator("#status")).to_contain_text("已存在这台手机上")
    page.evaluate("document.getElementById('status').replaceChildren()")


def sign(page: Page) -> str:
    return page.locator("[data-queue-says]").inner_text()


def camera(number: int) -> dict[str, Any]:
    picture = pictures.photo(900, 700, colour=(40 * number % 256, 90, 160))
    return {"name": f"IMG_{number}.JPG", "mimeType": "image/jpeg", "buffer": picture}


def shoot(page: Page, number: int) -> None:
    page.set_input_files("input[name=photos]", [camera(number)])
    expect(page.locator("[data-photos-list] li")).to_have_count(1)


def visit(page: Page, household: Household, found: str, *, photo: int = 0) -> None:
    go(page, f"visit/{household.uid}")
    page.fill("#found", found)
    if photo:
        shoot(page, photo)
    save(page)


def report(page: Page, text: str, *, photo: int = 0) -> None:
    go(page, "report")
    page.fill("[name=text]", text)
    if photo:
        shoot(page, photo)
    save(page)


def change(page: Page, household: Household, members: int) -> None:
    go(page, f"household/{household.uid}")
    page.fill("#members", str(members))
    save(page)


def homes() -> list[Household]:
    with scope.acting(SYSTEM):
        return sorted(Household.objects.all(), key=lambda one: int(one.address.split("号")[0]))


def all_of(model: Any) -> list[Any]:
    with scope.acting(SYSTEM):
        return list(model.objects.order_by("pk"))


def test_thirty_records_without_a_signal_outlive_the_browser_and_arrive_once(
    telephone: Telephone, county: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, (sluice,) = homes(), all_of(PatrolPlace)
    context = telephone("one")
    page = carried(context)
    context.set_offline(True)

    for number, home in enumerate(known, start=1):
        visit(page, home, f"第{number}户都好", photo=number if number <= 3 else 0)
    for number in range(1, 9):
        report(page, f"第{number}件事", photo=number + 3 if number <= 2 else 0)
    for number, home in enumerate(known[:4], start=5):
        change(page, home, number)
    go(page, f"place/{sluice.uid}")
    page.fill("#found", "闸门完好")
    save(page)
    page.evaluate("location.hash = 'today'")
    page.locator("[data-part=tasks] a").click()
    page.get_by_text("属实，已办好").click()
    save(page)
    for number in range(13, 17):
        go(page, "household/new")
        page.fill("#address", f"{number}号楼101")
        save(page)
    assert sign(page) == "30条等待信号"
    context.close()  # the browser is killed; what it keeps is on its disk

    context = telephone("one")
    context.set_offline(True)
    page = opened(context)
    assert sign(page) == "30条等待信号"
    assert all_of(Matter)[1:] == []

    take_one, broken = taking._taken, iter(range(99))  # noqa: SLF001

    def breaking(sent: dict[str, Any], **given: Any) -> dict[str, Any]:
        answer = take_one(sent, **given)
        if next(broken) in {3, 11, 20}:
            raise OSError
        return answer

    monkeypatch.setattr(taking, "_taken", breaking)
    # The letter arrives and its answer does not: it is delivered again.
    lost = iter([True, False])
    page.route(
        "**/field/sync/",
        lambda route: (route.fetch(), route.abort()) if next(lost, False) else route.continue_(),
    )
    context.set_offline(False)
    page.goto("/field/#waiting")
    page.reload()
    until(lambda: sign(page) == "都已送出" or page.locator("[data-send]").click(), 90)

    with scope.acting(SYSTEM):
        found = {one.household_id: one.found for one in scene.visits() if one.household_id}
    assert found == {home.pk: f"第{n}户都好" for n, home in enumerate(known, start=1)}
    assert [one.found for one in scene.visits() if one.place_id] == ["闸门完好"]
    assert len(scene.visits()) == 13
    matters = all_of(Matter)
    assert len(matters) == 1 + 8
    assert matters[0].state == "asking"
    assert [one.members for one in homes()[:4]] == [5, 6, 7, 8]
    assert [one.address for one in homes()[12:]] == [f"{n}号楼101" for n in range(13, 17)]
    assert len(all_of(LedgerChange)) == 8
    assert len(all_of(VisitPhoto)) == 3
    assert len(all_of(Attachment)) == 2
    assert all_of(PhotoPart) == []
    shown = page.locator(".field-queue li")
    expect(shown).to_have_count(30)
    expect(shown.filter(has_text="已送到")).to_have_count(30)
    numbers = {one.number for one in matters}
    assert set(re.findall(r"\d{6}-\d{6}-\d{5}-\d", page.inner_text(".field-queue"))) == numbers
    context.close()


def test_two_telephones_change_one_household_and_a_person_decides(
    telephone: Telephone, county: Banner
) -> None:
    home = homes()[0]
    one, other = telephone("one"), telephone("other")
    page, second = carried(one), carried(other)
    for context in (one, other):
        context.set_offline(True)
    change(page, home, 5)
    change(second, home, 2)
    one.set_offline(False)
    until(lambda: sign(page) == "都已送出")
    other.set_offline(False)
    until(lambda: sign(second) == "1条要您看一看")
    assert homes()[0].members == 5

    second.locator("[data-queue-sign]").click()
    second.get_by_role("link", name="对照两边").click()

    sides = second.locator(".sides")
    expect(sides.locator("[data-mine]")).to_have_text("2")
    expect(sides.locator("[data-theirs]")).to_have_text("5")
    assert axe(second) == []
    sides.get_by_label("您写的").check()
    save(second)
    until(lambda: sign(second) == "都已送出")
    assert homes()[0].members == 2
    assert [row.after for row in all_of(LedgerChange)] == [{"members": 5}, {"members": 2}]
    for context in (one, other):
        context.close()


def test_store_is_sealed_and_wiped_when_the_post_ends(telephone: Telephone, person: Person) -> None:
    context = telephone("one")
    page = carried(context)
    kept = """new Promise((done) => { indexedDB.open("guapeng-field").onsuccess = ({target}) => {
        const base = target.result, found = {};
        const whole = base.transaction([...base.objectStoreNames]);
        for (const shelf of base.objectStoreNames)
            whole.objectStore(shelf).getAll().onsuccess = (e) => { found[shelf] = e.target.result; };
        whole.oncomplete = () => { base.close(); done({
            rows: Object.values(found).flat().length,
            key: found.keys[0]?.key.extractable,
            open: found.carried.some((row) => row.content || row.sealed.plain) }); };
    }; })"""
    held = page.evaluate(kept)
    assert held["rows"] > 20
    assert (held["key"], held["open"]) == (False, False)

    scene.ended_post(person)
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("您现在没有网格岗位")
    assert page.evaluate(kept)["rows"] == 0
    context.close()
