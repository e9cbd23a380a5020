"""Field work on a telephone without a signal: what was seen saved is what the server holds."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from guapeng.apps.grids.field import taking
from guapeng.apps.grids.models import LedgerChange, PatrolPlace, PhotoPart, VisitPhoto
from guapeng.kernel.matters.models import Attachment, Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, Person
from guapeng.web.look import COOKIE
from tests.browser.conftest import PHONE, axe
from tests.factories import accounts, pictures
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
def telephone(
    player: Playwright, program: dict[str, Any], site: str, person: Person, tmp_path: Path
) -> Iterator[Telephone]:
    """Switch a telephone on by its name: its store is what it was when it was switched off."""
    cookie = scene.Phone(person).client.cookies["sessionid"].value
    contexts: list[BrowserContext] = []

    def switched_on(name: str) -> BrowserContext:
        context = player.chromium.launch_persistent_context(
            str(tmp_path / name),
            base_url=site,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **program,
            **PHONE,
        )
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return context

    yield switched_on

    for context in contexts:
        context.close()


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


def at_home(county: Banner) -> Person:
    """Return somebody with an account and no post."""
    return accounts.enter("no_post", place=county.village)


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


def a_day(page: Page, known: list[Household], sluice: PatrolPlace) -> None:
    """Write thirty records of every kind, five of them with a photograph."""
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


def break_some(monkeypatch: pytest.MonkeyPatch, places: set[int]) -> None:
    """Let the server fail after it has written some of the records of a batch."""
    take_one, count = taking._taken, iter(range(999))  # noqa: SLF001

    def breaking(sent: dict[str, Any], **given: Any) -> dict[str, Any]:
        answer = take_one(sent, **given)
        if next(count) in places:
            raise OSError
        return answer

    monkeypatch.setattr(taking, "_taken", breaking)


def lose_an_answer(page: Page) -> None:
    """Let the first batch arrive and its answer not, so that it is delivered again."""
    lost = iter([True])

    def route(one: Route) -> None:
        if next(lost, False):
            one.fetch()
            one.abort()
        else:
            one.continue_()

    page.route("**/field/sync/", route)


def test_thirty_records_without_a_signal_outlive_the_browser_and_arrive_once(
    telephone: Telephone, county: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, (sluice,) = homes(), all_of(PatrolPlace)
    context = telephone("one")
    page = carried(context)
    context.set_offline(True)
    a_day(page, known, sluice)
    assert sign(page) == "30条等待信号"
    context.close()  # the browser is killed; what it keeps is on its disk

    context = telephone("one")
    context.set_offline(True)
    page = opened(context)
    assert sign(page) == "30条等待信号"
    assert all_of(Matter)[1:] == []
    break_some(monkeypatch, {3, 11, 20})
    lose_an_answer(page)
    context.set_offline(False)
    page.evaluate("location.hash = 'waiting'")
    until(lambda: sign(page) == "都已送出" or page.locator("[data-send]").click(), 90)

    visited = {one.household_id: one.found for one in scene.visits() if one.household_id}
    assert visited == {home.pk: f"第{n}户都好" for n, home in enumerate(known, start=1)}
    assert [one.found for one in scene.visits() if one.place_id] == ["闸门完好"]
    matters = all_of(Matter)
    assert [one.state for one in matters] == ["asking"] + ["reported"] * 8
    assert [one.members for one in homes()[:4]] == [5, 6, 7, 8]
    assert [one.address for one in homes()[12:]] == [f"{n}号楼101" for n in range(13, 17)]
    counted = {model: len(all_of(model)) for model in (LedgerChange, VisitPhoto, Attachment)}
    assert counted == {LedgerChange: 8, VisitPhoto: 3, Attachment: 2}
    assert all_of(PhotoPart) == []
    expect(page.locator(".field-queue li").filter(has_text="已送到")).to_have_count(30)
    told = set(re.findall(r"\d{6}-\d{6}-\d{5}-\d", page.inner_text(".field-queue")))
    assert told == {one.number for one in matters}


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


def test_store_is_sealed_and_wiped_when_the_post_ends(telephone: Telephone, person: Person) -> None:
    context = telephone("one")
    page = carried(context)
    kept = """new Promise((done) => { indexedDB.open("field").onsuccess = ({ target }) => {
        const base = target.result, found = {};
        const whole = base.transaction([...base.objectStoreNames]);
        const look = (shelf) => (event) => { found[shelf] = event.target.result; };
        for (const shelf of base.objectStoreNames)
            whole.objectStore(shelf).getAll().onsuccess = look(shelf);
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


@pytest.mark.parametrize("look", ["light.standard.off", "dark.more.on"])
def test_every_view_stands_without_a_network(
    telephone: Telephone, county: Banner, site: str, look: str
) -> None:
    context = telephone("one")
    context.add_cookies([{"name": COOKIE, "value": look, "url": site}])
    page = carried(context)
    context.set_offline(True)
    page.reload()

    for view in (
        "today",
        "map",
        "report",
        "households",
        "more",
        "waiting",
        "household/new",
        f"visit/{homes()[0].uid}",
    ):
        page.evaluate("view => { location.hash = view }", view)
        expect(page.locator(".nav")).to_be_visible()
        page.wait_for_function("() => document.querySelector('[data-view] h1')")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert axe(page) == [], view
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, view


def test_map_is_drawn_of_outlines_alone(telephone: Telephone, county: Banner) -> None:
    page = carried(telephone("one"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("location.hash = 'map'")

    ground = page.locator("[data-ground]")
    expect(ground.locator("path.own")).to_have_count(1)
    expect(ground.locator("a")).to_have_count(2)  # what waits, and the patrol place
    assert ground.locator("image").count() == 0
    before = ground.locator("path.own").get_attribute("d")
    page.get_by_label("放大").click()
    assert ground.locator("path.own").get_attribute("d") != before
    ground.locator("a.tone-going").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("东闸门")
    assert [url for url in asked if "/field/" not in url and "/static/" not in url] == []


def test_worker_behind_sends_when_no_page_is_open(telephone: Telephone, county: Banner) -> None:
    context = telephone("one")
    page = carried(context)
    context.set_offline(True)
    visit(page, homes()[0], "都好")
    asked = "navigator.serviceWorker.ready.then((worker) => worker.sync.getTags())"
    until(lambda: "field" in page.evaluate(asked))
    page.goto("about:blank")

    context.set_offline(False)

    until(lambda: len(scene.visits()) == 1)


def test_store_goes_with_signing_out(
    telephone: Telephone, county: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_some(monkeypatch, set(range(999)))
    context = telephone("one")
    page = carried(context)
    visit(page, homes()[0], "都好")
    page.goto("/accounts/logout/")
    expect(page.get_by_role("alert")).to_contain_text("还有1条外勤记录没有送出")
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))

    page = opened(context)

    expect(page.get_by_role("heading", level=1)).to_have_text("请先登录")
    expect(page.locator("[data-queue-sign]")).to_be_hidden()


@pytest.mark.parametrize("who", ["nobody", "resident"])
def test_page_says_what_to_do_where_nothing_is_carried(
    request: pytest.FixtureRequest, county: Banner, site: str, who: str
) -> None:
    page = request.getfixturevalue("visit")("/")
    if who == "resident":
        cookie = scene.Phone(at_home(county)).client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])

    page.goto("/field/")

    said = {"nobody": "请先登录", "resident": "您现在没有网格岗位"}[who]
    expect(page.get_by_role("heading", level=1)).to_have_text(said)
    expect(page.get_by_role("main").get_by_role("link", name="回到瓜棚首页")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("已经清除")
    bar = page.get_by_role("navigation").bounding_box()
    assert bar is not None
    assert bar["height"] < 90
    assert bar["y"] + bar["height"] == pytest.approx(PHONE["viewport"]["height"], abs=1)


def test_what_waits_outlives_somebody_without_a_grid(
    telephone: Telephone, county: Banner, site: str
) -> None:
    context = telephone("one")
    (own,) = (one for one in context.cookies() if one["name"] == "sessionid")
    page = carried(context)
    context.set_offline(True)
    visit(page, homes()[0], "都好")
    resident = scene.Phone(at_home(county)).client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": resident, "url": site}])
    context.set_offline(False)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("还有别人没送出的记录")
    page.goto("/field/#waiting")
    expect(page.get_by_role("main")).not_to_contain_text("都好")

    context.add_cookies([{"name": "sessionid", "value": own["value"], "url": site}])
    page.reload()

    until(lambda: len(scene.visits()) == 1)


def test_what_one_person_wrote_is_never_sent_as_another(
    telephone: Telephone, county: Banner, site: str
) -> None:
    context = telephone("one")
    page = carried(context)
    context.set_offline(True)
    visit(page, homes()[0], "都好")
    other = scene.Phone(scene.worker(county, "other")).client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": other, "url": site}])
    context.set_offline(False)
    page.reload()

    expect(page.locator("[data-part=visits]")).to_be_visible()
    until(lambda: sign(page) == "都已送出")
    assert scene.visits() == []
