"""The editor of a plan in real hands: moved, undone, locked, saved and found again."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from guapeng.apps.grids.models import Plan
from guapeng.apps.grids.partition.codes import name_of
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from tests.browser.conftest import SIZES, Opened, axe
from tests.browser.test_look import SMALL_TEXT, TOO_WIDE
from tests.factories import plans
from tests.factories.world import Banner
from tests.kernel.matters.test_api import signed_in

Editing = Callable[..., Page]


@pytest.fixture
def site(live_server: LiveServer, committed_banner: Banner) -> str:
    return live_server.url


@pytest.fixture
def plan(site: str, committed_banner: Banner) -> Plan:
    made = plans.survey(committed_banner)
    with scope.acting(SYSTEM):
        return plans.plan(committed_banner, made)


@pytest.fixture
def editing(visit: Opened, site: str, plan: Plan, committed_banner: Banner) -> Editing:
    """Open the plan as the village's secretary, and wait for the map."""
    session = signed_in(committed_banner.secretary).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(size: str = "desk", **options: object) -> Page:
        page = visit("/look/", size=size, **options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
        )
        page.goto(f"/grids/plans/{plan.uid}/")
        if options.get("java_script_enabled", True):
            ready(page)
        return page

    return opened


def ready(page: Page) -> None:
    expect(page.locator("[data-ready=yes]")).to_be_visible(timeout=60_000)


def choose(page: Page, *buildings: str) -> None:
    for one in buildings:
        page.locator("[data-find]").fill(one)
        page.get_by_role("button", name="选上").click()


def counts(page: Page) -> list[str]:
    return page.locator(".plan-grid .figure").all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
def test_moved_undone_locked_saved_and_the_same_after_a_reload(
    editing: Editing, size: str, plan: Plan
) -> None:
    page = editing(size)
    begun = counts(page)
    choose(page, "b0000", "b0001")
    page.locator("[data-target]").select_option(label="新网格")
    page.get_by_role("button", name="划入", exact=True).click()
    assert len(counts(page)) == len(begun) + 1

    page.get_by_role("button", name="撤销").click()
    assert counts(page) == begun
    page.get_by_role("button", name="重做").click()
    assert len(counts(page)) == len(begun) + 1

    choose(page, "b0005")
    page.locator("[data-lock-chosen]").click()
    expect(page.locator(".building.locked")).to_have_count(1)
    moved = counts(page)
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.locator("#status")).to_contain_text("已保存为第2版")
    expect(page.locator("[data-unsaved]")).to_be_hidden()

    page.goto(f"/grids/plans/{plan.uid}/")
    ready(page)
    assert counts(page) == moved
    expect(page.locator(".building.locked")).to_have_count(1)


def test_locked_building_stays_through_undo_by_hand_and_solver(editing: Editing) -> None:
    page = editing()
    choose(page, "b0040")
    page.locator("[data-lock-chosen]").click()
    where = tint_of(page, 40)

    choose(page, "b0040")
    page.locator("[data-target]").select_option(label="新网格")
    page.get_by_role("button", name="划入", exact=True).click()
    expect(page.locator("#status")).to_contain_text("已锁定，没有动")
    assert tint_of(page, 40) == where

    before = counts(page)
    page.get_by_role("button", name="重新划分").click()
    expect(page.locator("[data-plan]")).not_to_have_attribute("aria-busy", "true", timeout=60_000)
    expect(page.locator(".building.locked")).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    if counts(page) != before:
        page.get_by_role("button", name="重做").click()
    assert sum(map(number, counts(page))) == sum(map(number, before))


def test_what_falls_off_is_said_at_once_and_mended_with_one_press(editing: Editing) -> None:
    page = editing()
    choose(page, "b0000")
    codes = page.locator(".plan-grid").evaluate_all("all => all.map((one) => one.dataset.grid)")
    own = page.evaluate("() => document.querySelector('.cells path').getAttribute('class')")
    others = [
        code
        for code in codes
        if page.evaluate(
            "(code) => document.querySelector(`[data-grid='${code}'] rect`).getAttribute('class')",
            code,
        )
        != own
    ]
    page.locator("[data-target]").select_option(others[-1])
    page.get_by_role("button", name="划入", exact=True).click()

    expect(page.locator("#status")).to_contain_text("断开")
    expect(page.locator("[data-sums]")).to_contain_text("1栋不相连")
    page.locator(f"[data-grid='{others[-1]}']").click()
    page.get_by_role("button", name="把不相连的归入相邻网格").click()
    expect(page.locator("[data-sums]")).not_to_contain_text("不相连")


def test_without_network_edits_are_kept_and_saved_later(editing: Editing, plan: Plan) -> None:
    page = editing("phone")
    page.context.set_offline(True)
    choose(page, "b0000", "b0001")
    page.locator("[data-target]").select_option(label="新网格")
    page.get_by_role("button", name="划入", exact=True).click()
    moved = counts(page)
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.locator("#status")).to_contain_text("存在本机浏览器里")
    page.context.set_offline(False)

    page.goto(f"/grids/plans/{plan.uid}/")  # as after the browser was closed
    ready(page)
    assert counts(page) == moved
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.locator("#status")).to_contain_text("已保存为第2版")


def test_lasso_and_paint_on_the_map(editing: Editing) -> None:
    page = editing()
    page.get_by_text("圈选").click()
    box = page.locator("[data-map] svg").first.bounding_box()
    assert box
    x, y, wide, tall = box["x"], box["y"], box["width"], box["height"]
    page.mouse.move(x + wide * 0.3, y + tall * 0.1)
    page.mouse.down()
    for at in ((0.7, 0.1), (0.7, 0.9), (0.3, 0.9), (0.3, 0.1)):
        page.mouse.move(x + wide * at[0], y + tall * at[1], steps=4)
    page.mouse.up()
    expect(page.locator("[data-chosen-sum]")).to_contain_text("选了")
    page.get_by_role("button", name="不选了").click()

    page.locator(".plan-grid").last.click()
    page.get_by_text("涂到所选网格").click()
    before = counts(page)
    page.mouse.move(x + wide * 0.45, y + tall * 0.3)
    page.mouse.down()
    page.mouse.move(x + wide * 0.55, y + tall * 0.5, steps=8)
    page.mouse.up()
    assert counts(page) != before
    page.get_by_role("button", name="撤销").click()
    assert counts(page) == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", ["light.auto.off", "dark.more.off", "light.auto.on"])
def test_editor_is_accessible_and_fits(editing: Editing, size: str, look: str) -> None:
    page = editing(size, look=look)
    page.locator(".plan-grid").first.click()
    choose(page, "b0000")
    page.wait_for_timeout(1500)  # smooth areas have come
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")  # no bar covers anything

    assert axe(page) == []
    assert page.evaluate(TOO_WIDE) == []
    if look.endswith("on"):  # elder mode
        assert page.evaluate(SMALL_TEXT) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", ["compare/", "paper/", "submit/?version=1"])
def test_other_pages_of_a_plan_are_accessible(
    editing: Editing, plan: Plan, size: str, address: str
) -> None:
    page = editing(size)
    page.goto(f"/grids/plans/{plan.uid}/{address}")

    assert axe(page) == []
    assert page.evaluate(TOO_WIDE) == []


def test_without_scripts_the_plan_is_a_table_and_a_picture(editing: Editing) -> None:
    page = editing("phone", java_script_enabled=False)

    expect(page.get_by_role("img", name="东关社区")).to_be_visible()
    expect(page.get_by_role("table", name="网格和户数")).to_be_visible()
    expect(page.locator(".plan-scripted")).to_be_hidden()


# Fifty acts by chance: every building stays in one grid of the list, nobody moves who is
# held, and going back and forth again ends where it was.
ACTS_BY_CHANCE = """
async ([seed, ground]) => {
  const script = document.querySelector("script[src*='editor']").src;
  const drafts = await import(new URL("draft.js", script));
  const { History } = await import(new URL("history.js", script));
  ground.beside = ground.buildings.map(() => []);
  for (const [a, b] of ground.edges) ground.beside[a].push(b), ground.beside[b].push(a);
  let state = seed;
  const chance = (n) => ((state = (state * 1103515245 + 12345) % 2147483648), state % n);
  const one = (list) => list[chance(list.length)];
  const rows = () => Array.from({ length: 1 + chance(5) }, () => chance(ground.buildings.length));
  const grid = (draft) => one(draft.grids).code;
  const told_of = (d) => [...drafts.factsOf(d, ground).values()];
  const households = (list) => list.reduce((all, one) => all + one.households, 0);
  const acts = [
    (d) => drafts.move(d, rows(), grid(d)),
    (d) => drafts.moveToNew(d, rows(), ground),
    (d) => drafts.merge(d, grid(d), grid(d)),
    (d) => drafts.lockBuildings(d, rows(), chance(2) === 0),
    (d) => drafts.changeGrid(d, grid(d), { locked: chance(3) === 0 }),
    (d) => drafts.mend(d, told_of(d).flatMap(({ loose }) => loose), ground),
  ];
  const history = new History(drafts.received(ground.draft, ground));
  const wrong = [];
  const told = [JSON.stringify(history.now)];
  for (let turn = 0; turn < 50; turn += 1) {
    const before = history.now;
    const held = drafts.heldOf(before);
    const after = one(acts)(before);
    const codes = new Set(after.grids.map(({ code }) => code));
    if (after.of.some((code) => !codes.has(code))) wrong.push(`${turn}: a building without grid`);
    if (codes.size !== after.grids.length) wrong.push(`${turn}: a code twice`);
    if ([...held].some((at) => after.of[at] !== before.of[at])) wrong.push(`${turn}: a lock`);
    if (households(told_of(after)) !== households(ground.buildings)) wrong.push(`${turn}: sum`);
    if (JSON.stringify(before) !== told.at(-1)) wrong.push(`${turn}: a draft was changed`);
    history.add(after);
    told.push(JSON.stringify(after));
  }
  for (let at = told.length - 1; at > 0; at -= 1) {
    if (JSON.stringify(history.now) !== told[at]) wrong.push(`undo ${at}`);
    history.undo();
  }
  for (let at = 1; at < told.length; at += 1) {
    history.redo();
    if (JSON.stringify(history.now) !== told[at]) wrong.push(`redo ${at}`);
  }
  return wrong;
}
"""


def test_acts_by_chance_keep_cover_and_locks_and_go_back_and_forth(
    editing: Editing, plan: Plan
) -> None:
    page = editing()
    ground = page.request.get(f"/grids/plans/{plan.uid}/ground/").json()

    for seed in range(20):
        assert page.evaluate(ACTS_BY_CHANCE, [seed, ground]) == []


def number(text: str) -> int:
    return int(text.removesuffix("户"))


def tint_of(page: Page, at: int) -> str:
    tint = page.locator(".cells path").nth(at).get_attribute("class")
    assert tint
    return tint


def test_new_names_are_those_that_the_engine_gives(editing: Editing) -> None:
    """The script is a mirror: every number, and every form of siblings, as in Python."""
    page, code = editing(), "152224001001"
    forms: list[list[tuple[str, str]]] = [
        [],
        [(f"{code}001", "第一网格"), (f"{code}002", "第二网格")],
        [(f"{code}003", "三网格"), (f"{code}005", "第5网格")],
        [(f"{code}001", "东大院"), (f"{code}002", "三八厂")],
        [(f"{code}001", "东关社区第1网格")],
    ]
    numbers = [*range(1, 130), 200, 210, 305, 900]
    asked = [[{"code": key, "name": name} for key, name in one] for one in forms]

    given = page.evaluate(
        """async ([at, code, forms, numbers]) => {
          const { nameOf } = await import(at);
          return forms.map((siblings) => numbers.map((number) =>
            nameOf("东关社区", `${code}${String(number).padStart(3, "0")}`, siblings)));
        }""",
        [staticfiles_storage.url("grids/js/names.js"), code, asked, numbers],
    )

    assert given == [
        [name_of("东关社区", f"{code}{number:03d}", one) for number in numbers] for one in forms
    ]
