"""Who stands on a grid, by its pages; and whom anybody calls, without signing in."""

import datetime as dt
import re

import pytest
import shapely
from django.test import Client
from django.utils.timezone import localdate
from django.utils.translation import override
from tests.factories import accounts
from tests.factories.world import Banner, division

from guapeng.apps.grids.models import HandOver, Leave
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions as people
from guapeng.kernel.people.models import Body, Person, Post

DAY = dt.timedelta(days=1)


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


@pytest.fixture
def worker(banner: Banner) -> Person:
    Post.objects.filter(division=banner.grid).delete()
    return accounts.enter("worker", "grid_worker", banner.grid, name="乌兰", phone="13900000001")


@pytest.fixture
def next_grid(banner: Banner) -> Division:
    return division("第二网格", "150999200201002", Level.GRID, banner.village)


@pytest.fixture
def deputy(next_grid: Division) -> Person:
    return accounts.enter("deputy", "grid_worker", next_grid, name="其木格")


@pytest.fixture
def leader(banner: Banner) -> Client:
    return accounts.sign_in(accounts.enter("leader", "grid_leader", banner.village, name="巴图"))


def of_grid(banner: Banner, more: str) -> str:
    return f"/grids/{banner.grid.code}/{more}/"


def name_deputy(leader: Client, banner: Banner, who: Person) -> None:
    form = {"person": who.pk, "since": localdate()}
    assert leader.post(of_grid(banner, "deputy"), form).status_code == 302


def test_leader_names_a_deputy_worker_goes_and_the_deputy_has_the_grid(
    banner: Banner, worker: Person, deputy: Person, leader: Client
) -> None:
    assert "没有替岗人" in text(leader.get("/grids/coverage/"))
    name_deputy(leader, banner, deputy)
    days = {"worker": worker.pk, "first": localdate(), "last": localdate() + DAY}

    own = accounts.sign_in(worker)
    answer = own.post(of_grid(banner, "leave"), days | {"deputy": deputy.pk})

    assert answer.status_code == 302
    assert "其木格替岗" in text(own.get(of_grid(banner, "staffing")))
    ledger = f"/households/grid/{banner.grid.code}/"
    stands_in = accounts.sign_in(deputy)
    assert stands_in.get(ledger).status_code == 200
    shown = text(Client().get(f"/who/?grid={banner.grid.code}"))
    assert "其木格" in shown
    assert "今天替岗" in shown

    (leave,) = Leave.objects.all()
    assert own.post(f"/grids/leaves/{leave.pk}/end/").status_code == 302
    assert stands_in.get(ledger).status_code == 404
    assert "乌兰" in text(Client().get(f"/who/?grid={banner.grid.code}"))


def test_gap_is_seen_before_it_comes(
    banner: Banner, worker: Person, deputy: Person, leader: Client
) -> None:
    name_deputy(leader, banner, deputy)
    first = localdate() + 6 * DAY
    form = {"worker": worker.pk, "first": first, "last": first + 2 * DAY, "deputy": ""}
    leader.post(of_grid(banner, "leave"), form)

    shown = leader.get("/grids/coverage/").context

    (row,) = [row for row in shown["rows"] if row["grid"] == banner.grid]
    assert [gap["gap"] for gap in row["gaps"]] == ["网格员请假，没有人替岗"]
    assert shown["stats"] == {"grids": 2, "today": 0, "coming": 1, "deputies": 1}
    bars = row["strip"]["bars"]
    assert [(bar["at"], bar["days"], bar["kind"]) for bar in bars] == [
        (0, 6, "covered"),
        (6, 3, "away"),
        (9, 21, "covered"),
    ]


def test_county_sees_townships_in_the_order_of_their_codes_and_no_person(
    banner: Banner, worker: Person
) -> None:
    other = division("丙苏木", "150999201000", Level.TOWNSHIP, banner.county)
    client = accounts.sign_in(accounts.enter("lead", "dispatch_lead", banner.county))

    shown = client.get("/grids/coverage/")

    assert [row[0]["text"] for row in shown.context["rows"]] == ["甲苏木", other.name]
    assert [row[1:] for row in shown.context["rows"]] == [[1, 0, 0, 1], [0, 0, 0, 0]]
    assert "乌兰" not in text(shown)
    below = client.get(f"/grids/coverage/?place={banner.township.code}")
    assert "第一网格" in text(below)


@pytest.mark.parametrize("role", ["resident", "dispatcher", "grid_worker", "department_officer"])
def test_coverage_is_for_whoever_arranges_it(banner: Banner, role: str) -> None:
    place = banner.grid if role == "grid_worker" else banner.county
    client = accounts.sign_in(accounts.enter("other", role, place))

    assert client.get("/grids/coverage/").status_code == 403
    for more in ("deputy", "phones", "hand-over"):
        assert client.get(of_grid(banner, more)).status_code == 403


def test_leader_of_another_village_arranges_nothing_here(banner: Banner, worker: Person) -> None:
    village = division("丁嘎查", "150999200202", Level.VILLAGE, banner.township)
    client = accounts.sign_in(accounts.enter("far", "grid_leader", village))

    assert client.get(of_grid(banner, "staffing")).status_code == 403
    assert client.get(f"/grids/coverage/?place={banner.village.code}").status_code == 404
    form = {"worker": worker.pk, "first": localdate(), "last": localdate(), "deputy": ""}
    assert client.post(of_grid(banner, "leave"), form).status_code == 403
    assert not Leave.objects.exists()


def test_leave_asks_for_days_and_never_why(banner: Banner, worker: Person) -> None:
    form = accounts.sign_in(worker).get(of_grid(banner, "leave")).context["form"]

    assert list(form.fields) == ["worker", "first", "last", "deputy"]


def test_hand_over_is_signed_by_both_on_their_own_pages(
    banner: Banner, worker: Person, leader: Client
) -> None:
    taker = accounts.enter("taker", name="萨仁")
    Post.objects.create(
        person=taker, role="grid_worker", division=banner.grid, valid=(localdate() + DAY, None)
    )
    form = {"giver": worker.pk, "taker": taker.pk}
    assert leader.post(of_grid(banner, "hand-over"), form).status_code == 302

    (found,) = HandOver.objects.all()
    here = f"/grids/hand-overs/{found.pk}/"
    assert leader.post(here).status_code == 403
    assert accounts.sign_in(accounts.enter("other")).get(here).status_code == 403
    for who in (worker, taker):
        client = accounts.sign_in(who)
        assert "我已看过，签收" in text(client.get(here))
        assert client.post(here).status_code == 302
        assert "我已看过，签收" not in text(client.get(here))
    assert "双方已签收" in text(leader.get(of_grid(banner, "staffing")))


def test_anybody_finds_the_grid_worker_by_code_place_and_list(
    banner: Banner, worker: Person, next_grid: Division
) -> None:
    Body.objects.create(
        name="乙嘎查委员会", short_name="乙嘎查", kind="committee", division=banner.village,
        phone="0479-0000101",
    )  # fmt: skip
    Body.objects.create(
        name="甲苏木人民政府", short_name="甲苏木", kind="township", division=banner.township,
        phone="0479-0000102",
    )  # fmt: skip

    shown = text(Client().get(f"/who/?grid={banner.grid.code}"))

    for words in ("第一网格", "乌兰", "0479-0000101", "0479-0000102"):
        assert words in shown
    assert "13900000001" not in shown
    assert f"/report/?grid={banner.grid.code}" in shown
    assert f"?grid={banner.grid.code}" in text(Client().get(f"/who/?place={banner.village.code}"))
    assert f"?grid={next_grid.code}" in text(Client().get("/who/?q=第二网格"))


def test_places_chosen_stand_first_and_those_found_say_where(
    banner: Banner, next_grid: Division
) -> None:
    chosen = text(Client().get(f"/who/?place={banner.village.code}"))
    assert chosen.index(f"?grid={banner.grid.code}") < chosen.index("按现在的位置找")

    assert "甲苏木乙嘎查第二网格" in text(Client().get("/who/?q=第二网格"))


def test_keeper_of_posts_is_offered_no_page_that_is_refused(
    banner: Banner, worker: Person, leader: Client
) -> None:
    keeper = accounts.sign_in(accounts.enter("keeper", "system_admin", banner.county))
    coverage = f"/grids/coverage/?place={banner.village.code}&all=yes"

    assert banner.grid.code in text(keeper.get(coverage))
    assert of_grid(banner, "staffing") not in text(keeper.get(coverage))
    assert of_grid(banner, "staffing") in text(leader.get(coverage))


def test_press_of_here_finds_the_grid_and_keeps_no_place(banner: Banner, worker: Person) -> None:
    square = shapely.to_wkb(shapely.box(116.0, 42.0, 116.1, 42.1))
    Division.objects.filter(pk=banner.grid.pk).update(outline=square)

    found = Client().post("/who/", {"lon": "116.05", "lat": "42.05"})

    assert found.url == f"/who/?grid={banner.grid.code}"
    for lon, lat in (("117.5", "42.05"), ("1", "2"), ("a", "b"), ("", "")):
        outside = Client().post("/who/", {"lon": lon, "lat": lat})
        assert outside.status_code == 422
        assert "按名称找" in text(outside)
    assert not Entry.objects.exists()


def test_worker_who_agrees_is_called_on_the_own_number(banner: Banner, worker: Person) -> None:
    client = accounts.sign_in(worker)
    assert "作为网格员向居民公开本人电话" in text(client.get("/me/"))

    client.post("/me/consents/", {"purpose": "grid_contact", "field": "phone", "wish": "give"})
    assert "13900000001" in text(Client().get(f"/who/?grid={banner.grid.code}"))

    client.post("/me/consents/", {"purpose": "grid_contact", "field": "phone", "wish": "withdraw"})
    assert "13900000001" not in text(Client().get(f"/who/?grid={banner.grid.code}"))


def test_residents_are_not_asked_to_publish_their_number(db: None) -> None:
    client = accounts.sign_in(accounts.enter("resident", phone="13900000002"))
    assert "向居民公开本人电话" not in text(client.get("/me/"))


def test_nobody_holds_the_grid_and_the_page_says_so(banner: Banner, next_grid: Division) -> None:
    assert "今天没有人在岗" in text(Client().get(f"/who/?grid={next_grid.code}"))


@pytest.mark.parametrize("query", ["grid=999", "grid=x"])
def test_code_that_is_no_grids_leads_to_the_list(banner: Banner, query: str) -> None:
    answer = Client().get(f"/who/?{query}")

    assert answer.status_code == 422
    assert "按名称找" in text(answer)


def test_sign_for_the_door_names_worker_and_phones_with_a_code(
    banner: Banner, worker: Person, leader: Client
) -> None:
    form = {"service_phone": "0479-0000001", "complaint_phone": "12345"}
    assert leader.post(of_grid(banner, "phones"), form).status_code == 302
    private = leader.post(of_grid(banner, "phones"), form | {"service_phone": "13900000001"})
    assert private.status_code == 422

    for size in ("", "?size=a3"):
        shown = text(Client().get(f"/who/sign/{banner.grid.code}/{size}"))
        for words in ("第一网格", "乌兰", "0479-0000001", "12345", banner.grid.code, "<svg"):
            assert words in shown
    assert Client().get("/who/sign/999/").status_code == 404


def test_gone_worker_is_on_no_page(banner: Banner, worker: Person) -> None:
    people.end_post(
        worker.posts.get(),
        by=accounts.acting(accounts.enter("admin", "system_admin", banner.county)),
        at=dt.datetime.now(dt.UTC),
    )
    assert "乌兰" not in text(Client().get(f"/who/?grid={banner.grid.code}"))


def test_who_in_english(banner: Banner, worker: Person) -> None:
    client = Client()
    with override("zh-hans"):  # a request leaves its language behind
        client.post("/look/", {"language": "en"})

        assert "My grid worker" in text(client.get(f"/who/?grid={banner.grid.code}"))
