"""The household ledger by its pages: worker, deputy, leader, secretary, resident, neighbour."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import override
from tests.factories import accounts
from tests.factories.world import LONG_AGO, Banner, division

from guapeng.apps.grids.models import CareOpening, LedgerChange
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people import actions as people
from guapeng.kernel.people import scope
from guapeng.kernel.people.actions import Dwelling
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, HouseholdMember, Person

SINCE = dt.date(2025, 5, 1)


@pytest.fixture
def worker(banner: Banner) -> Client:
    return accounts.sign_in(accounts.enter("worker", "grid_worker", banner.grid, name="乌兰"))


def household(grid: Division, address: str = "1号楼101") -> Household:
    one = Dwelling(uuid.uuid4(), grid.pk, address, Household.Kind.ORDINARY, 3, SINCE)
    people.enter_households([one], by=SYSTEM, at=timezone.now())
    with scope.acting(SYSTEM):
        return Household.objects.get(uid=one.uid)


def live_in(home: Household, who: Person) -> HouseholdMember:
    with scope.acting(SYSTEM):
        return HouseholdMember.objects.create(household=home, person=who, valid=LONG_AGO)


def stored(home: Household) -> Household:
    with scope.acting(SYSTEM):
        return Household.objects.get(pk=home.pk)


def page(home: Household, more: str = "") -> str:
    return f"/households/{home.uid}/{more}"


def given(version: int = 1, **changes: object) -> dict[str, object]:
    """Return the form of a change as a browser sends it."""
    form = {
        "uid": uuid.uuid4(),
        "version": version,
        "address": "1号楼101",
        "kind": "ordinary",
        "members": 3,
        "since": "2025-05-01",
        "source": "visit",
    }
    return form | changes


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def test_worker_enters_changes_and_ends_a_household(banner: Banner, worker: Client) -> None:
    code = banner.grid.code
    assert worker.get("/households/").url == f"/households/grid/{code}/"
    assert "还没有登记住户" in text(worker.get(f"/households/grid/{code}/"))

    new = given(address="2号楼202", members="")
    answer = worker.post(f"/households/grid/{code}/new/", new)
    again = worker.post(f"/households/grid/{code}/new/", new)
    assert answer.url == again.url

    with scope.acting(SYSTEM):
        home = Household.objects.get()
    changed = worker.post(page(home, "change/"), given(address="2号楼202", members=4))
    assert changed.status_code == 302
    shown = text(worker.get(page(home)))
    assert "人数 没有登记 → 4人" in shown or "人数 4人" in shown
    assert "乙嘎查" not in shown
    assert "来源：入户走访" in shown
    assert "乌兰" in shown

    last = {"uid": uuid.uuid4(), "version": 2, "last": localdate(), "source": "other"}
    assert worker.post(page(home, "end/"), last).status_code == 302
    assert "2号楼202" not in text(worker.get(f"/households/grid/{code}/"))
    assert "2号楼202" in text(worker.get(f"/households/grid/{code}/?gone=yes"))


def test_two_who_change_the_same_meet_both_sides(banner: Banner, worker: Client) -> None:
    home = household(banner.grid)
    resident = accounts.enter("resident", name="其木格")
    live_in(home, resident)
    accounts.sign_in(resident).post(page(home, "change/"), given(members=5))

    answer = worker.post(page(home, "change/"), given(members=2))

    assert answer.status_code == 409
    shown = text(answer)
    for words in ("3人", "5人", "2人", "用我写的", "保留现在的"):
        assert words in shown
    assert stored(home).members == 5
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown))
    assert again["version"] == "2"
    assert worker.post(page(home, "change/"), again).status_code == 302
    assert stored(home).members == 2


def test_who_changes_one_thing_takes_nothing_else_back(banner: Banner, worker: Client) -> None:
    home = household(banner.grid)
    worker.post(page(home, "change/"), given(members=5))

    answer = worker.post(page(home, "change/"), given(kind="herding_household"))

    assert answer.status_code == 409
    assert [str(side["label"]) for side in answer.context["sides"]] == ["户别"]
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text(answer)))
    assert worker.post(page(home, "change/"), again).status_code == 302
    assert (stored(home).kind, stored(home).members) == ("herding_household", 5)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("address", "", "必填"), ("members", "0", "1"), ("since", "2999-01-01", "今天之后")],
)
def test_form_that_is_not_right_comes_back_with_words(
    banner: Banner, worker: Client, field: str, value: str, says: str
) -> None:
    home = household(banner.grid)
    answer = worker.post(page(home, "change/"), given(**{field: value}))

    assert answer.status_code == 422
    assert says in text(answer)
    assert stored(home).version == 1


def test_households_are_searched_and_paged_by_address(banner: Banner, worker: Client) -> None:
    for number in range(65):
        household(banner.grid, f"{number // 10}号楼{number:03d}")

    seen, url = [], f"/households/grid/{banner.grid.code}/"
    while url:
        answer = worker.get(url)
        seen += re.findall(r"\d号楼\d{3}", text(answer))
        older = answer.context["older"]
        url = f"/households/grid/{banner.grid.code}/{older}" if older else ""
    assert len(set(seen)) == 65
    assert sorted(set(seen)) == list(dict.fromkeys(seen))

    found = text(worker.get(f"/households/grid/{banner.grid.code}/?q=3号楼"))
    assert "3号楼030" in found
    assert "2号楼020" not in found
    assert "没有这样的住址" in text(worker.get(f"/households/grid/{banner.grid.code}/?q=9号楼"))


def test_list_costs_as_many_questions_for_thirty_as_for_one(banner: Banner, worker: Client) -> None:
    url, asked = f"/households/grid/{banner.grid.code}/", []
    for rows in (1, 30):
        for _number in range(rows):
            household(banner.grid, f"{uuid.uuid4()}")
        worker.get(url)  # rules and the session are at hand from here on
        with CaptureQueriesContext(connection) as questions:
            assert len(worker.get(url).context["rows"]) == min(rows, 30)
        asked.append(len(questions))

    assert asked[0] == asked[1] <= 16


def test_leader_and_secretary_read_and_do_not_write(banner: Banner) -> None:
    home = household(banner.grid)
    for name, role, place in (
        ("leader", "grid_leader", banner.grid),
        ("secretary", "village_secretary", banner.village),
    ):
        client = accounts.sign_in(accounts.enter(name, role, place))
        assert "1号楼101" in text(client.get(f"/households/grid/{banner.grid.code}/"))
        assert "更改经过" in text(client.get(page(home)))
        assert client.post(page(home, "change/"), given(members=9)).status_code == 403
    assert stored(home).members == 3


@pytest.mark.parametrize(
    "role", ["dispatcher", "township_leader", "system_admin", "privacy_officer"]
)
def test_other_posts_have_no_ledger(banner: Banner, role: str) -> None:
    home = household(banner.grid)
    place = banner.township if role == "township_leader" else banner.county
    client = accounts.sign_in(accounts.enter("other", role, place))

    assert client.get(page(home)).status_code == 404
    assert client.get(f"/households/grid/{banner.grid.code}/").status_code == 403
    assert "/households/" not in text(client.get("/me/"))


def test_form_sent_as_it_was_says_that_nothing_changed(banner: Banner, worker: Client) -> None:
    home = household(banner.grid)

    answer = worker.post(page(home, "change/"), given(), follow=True)

    assert "没有要改的" in text(answer)
    assert stored(home).version == 1


def test_neighbour_next_worker_and_visitor_are_refused(banner: Banner) -> None:
    home = household(banner.grid)
    grid = division("第二网格", "150999200201002", Level.GRID, banner.village)
    neighbour = accounts.enter("neighbour")
    live_in(household(banner.grid, "1号楼102"), neighbour)
    next_worker = accounts.enter("next", "grid_worker", grid)

    for who in (neighbour, next_worker):
        client = accounts.sign_in(who)
        assert client.get(page(home)).status_code == 404
        assert client.post(page(home, "change/"), given(members=9)).status_code == 404
        assert client.post(page(home, "care/"), {"purpose": "x"}).status_code == 404
    assert Client().get(page(home)).url.startswith("/accounts/login/")
    assert stored(home).members == 3


def test_former_member_no_longer_reads_of_the_household(banner: Banner) -> None:
    home = household(banner.grid)
    former = accounts.enter("former")
    lived = live_in(home, former)
    with scope.acting(SYSTEM):
        HouseholdMember.objects.filter(pk=lived.pk).update(valid=(SINCE, localdate()))

    client = accounts.sign_in(former)

    assert client.get(page(home)).status_code == 404
    assert page(home) not in text(client.get("/me/"))


def test_resident_sees_and_corrects_the_own_household(banner: Banner) -> None:
    home = household(banner.grid)
    resident = accounts.enter("resident", name="其木格")
    live_in(home, resident)
    live_in(home, accounts.enter("spouse", name="巴特尔"))
    client = accounts.sign_in(resident)

    assert page(home) in text(client.get("/me/"))
    shown = text(client.get(page(home)))
    assert "其木格" in shown
    assert "巴" not in shown.partition("同住成员")[2].partition("关爱登记")[0]

    form = {name: value for name, value in given(members=5).items() if name != "source"}
    assert client.post(page(home, "change/"), form).status_code == 302
    with scope.acting(SYSTEM):
        assert LedgerChange.objects.get().source == "resident"
    assert "来源：住户本人" in text(client.get(page(home)))


def test_who_opened_the_care_entries_stands_on_the_own_page(banner: Banner, worker: Client) -> None:
    home = household(banner.grid)
    resident = accounts.enter("resident", name="其木格")
    live_in(home, resident)
    care = {"uid": uuid.uuid4(), "group": "lone_elder", "since": SINCE, "source": "visit"}
    assert worker.post(page(home, "care/new/"), care).status_code == 302
    assert "独居老年人" not in text(worker.get(page(home)))

    assert worker.post(page(home, "care/"), {"purpose": ""}).status_code == 422
    opened = worker.post(page(home, "care/"), {"purpose": "周一上门看望"})

    assert "独居老年人" in text(opened)
    assert opened["Cache-Control"].find("no-store") >= 0
    own = text(accounts.sign_in(resident).get("/me/"))
    for words in ("独居老年人", "《老年人权益保障法》", "第一网格 网格员 乌兰", "周一上门看望"):
        assert words in own
    with scope.acting(SYSTEM):
        assert CareOpening.objects.count() == 1


def test_worker_is_not_offered_what_only_the_household_may_wish(
    banner: Banner, worker: Client
) -> None:
    home = household(banner.grid)
    resident = accounts.enter("resident")
    live_in(home, resident)
    assert "残疾人" not in text(worker.get(page(home, "care/new/")))

    client = accounts.sign_in(resident)
    form = {"uid": uuid.uuid4(), "group": "disabled", "since": SINCE}
    assert "checked" not in text(client.get(page(home, "care/new/")))
    assert client.post(page(home, "care/new/"), form).status_code == 302
    assert "残疾人" in text(client.get(page(home)))


def test_member_is_known_again_by_the_telephone(banner: Banner, worker: Client) -> None:
    home = household(banner.grid)
    known = accounts.enter("known", name="其木格", phone="13900000001")
    form = {
        "uid": uuid.uuid4(),
        "version": 1,
        "name": "萨仁",
        "phone": "139 0000 0001",
        "since": SINCE,
        "source": "visit",
    }

    wrong = worker.post(page(home, "members/"), form)
    assert wrong.status_code == 422
    assert "另一个姓名" in text(wrong)
    assert worker.post(page(home, "members/"), form | {"name": "其木格"}).status_code == 302

    with scope.acting(SYSTEM):
        assert HouseholdMember.objects.get().person == known
    shown = text(worker.get(page(home)))
    assert "其木格" not in shown
    assert f"/people/{known.pk}/" in shown


def test_ledger_in_english(banner: Banner, worker: Client) -> None:
    home = household(banner.grid)
    with override("zh-hans"):  # a request leaves its language behind
        worker.post("/look/", {"language": "en"})
        shown = text(worker.get(page(home)))

    for words in ("What is entered", "Who lives here", "Care entries", "History"):
        assert words in shown
