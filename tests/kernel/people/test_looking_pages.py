"""Looking somebody up, through the pages, as several people."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from tests.factories.world import Banner, division
from tests.kernel.people.conftest import Entered, SignedIn

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions, scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Lookup, Person
from guapeng.kernel.people.roles import roles

PHONE, IDENTITY = "13812341234", "11010519491231002X"
WHY = {"purpose": "核实漏水位置", "basis": "answer_request", "fields_wanted": ["phone"]}


@pytest.fixture
def resident(enter: Entered, banner: Banner) -> Person:
    return enter("bagen", name="阿拉腾巴根那", phone=PHONE, identity=IDENTITY, home=banner.grid)


@pytest.fixture
def worker(enter: Entered, sign_in: SignedIn, banner: Banner) -> Client:
    return sign_in(enter("worker", "grid_worker", banner.grid, name="萨仁"))


def find(client: Client, text: str) -> str:
    return client.post("/people/", {"text": text}).content.decode()


def traces() -> int:
    with scope.acting(SYSTEM):
        return Lookup.objects.count()


@pytest.mark.parametrize("text", [PHONE, "138 1234 1234", IDENTITY, "巴根", "altbgn", "alateng"])
def test_person_is_found_masked(resident: Person, worker: Client, text: str) -> None:
    words = find(worker, text)

    assert f"/people/{resident.pk}/" in words
    assert "138****1234" in words
    assert PHONE not in words.replace(f'value="{text}"', "")
    assert "阿拉腾" not in words
    assert traces() == 0


@pytest.mark.parametrize("text", ["13812341235", "1234", "乌云"])
def test_who_is_not_there_is_not_found(resident: Person, worker: Client, text: str) -> None:
    assert "没有找到" in find(worker, text)


def test_person_of_another_grid_is_not_found_even_by_the_whole_number(
    resident: Person, enter: Entered, sign_in: SignedIn, banner: Banner
) -> None:
    next_grid = division("第二网格", "150999200201002", Level.GRID, banner.village)
    neighbour = sign_in(enter("neighbour", "grid_worker", next_grid))

    assert "没有找到" in find(neighbour, PHONE)
    assert neighbour.get(f"/people/{resident.pk}/").status_code == 404


@pytest.mark.parametrize("role", roles())
def test_only_posts_with_people_of_an_area_look_anybody_up(
    resident: Person, enter: Entered, sign_in: SignedIn, banner: Banner, role: str
) -> None:
    client = sign_in(enter("somebody", role, banner.county, banner.water))
    may = roles()[role].sees_area("reporter_contact")

    assert client.get("/people/").status_code == (200 if may else 403)
    assert client.get(f"/people/{resident.pk}/").status_code == (200 if may else 404)
    assert ("查询人员" in client.get("/").content.decode()) is may


def test_fields_open_for_a_purpose_and_the_person_sees_it_at_once(
    resident: Person, worker: Client, sign_in: SignedIn
) -> None:
    assert PHONE not in worker.get(f"/people/{resident.pk}/").content.decode()

    page = worker.post(f"/people/{resident.pk}/", WHY)

    words = page.content.decode()
    assert PHONE in words
    assert IDENTITY not in words
    assert "已记入本人的调阅记录" in words
    assert "no-store" in page.headers["Cache-Control"]
    mine = sign_in(resident).get("/me/").content.decode()
    assert "第一网格 网格员 萨仁" in mine
    assert "核实漏水位置" in mine
    assert PHONE not in worker.get(f"/people/{resident.pk}/").content.decode()


def test_second_press_is_a_second_look(resident: Person, worker: Client) -> None:
    worker.post(f"/people/{resident.pk}/", WHY)
    worker.post(f"/people/{resident.pk}/", WHY)

    assert traces() == 2


@pytest.mark.parametrize(
    ("missing", "words"),
    [("purpose", "目的"), ("basis", "依据"), ("fields_wanted", "要看的信息")],
)
def test_nothing_opens_without_purpose_basis_and_fields(
    resident: Person, worker: Client, missing: str, words: str
) -> None:
    given = {name: value for name, value in WHY.items() if name != missing}

    page = worker.post(f"/people/{resident.pk}/", given)

    assert page.status_code == 422
    assert f">{words}" in page.content.decode()
    assert PHONE not in page.content.decode()
    assert traces() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fields_wanted": ["identity"]}, "不包括：身份证号码"),
        ({"basis": "service_contact"}, "本人没有同意使用：联系方式"),
    ],
    ids=str,
)
def test_refusal_is_a_page_in_plain_words(
    resident: Person, worker: Client, changes: dict[str, Any], words: str
) -> None:
    page = worker.post(f"/people/{resident.pk}/", WHY | changes)

    assert page.status_code == 403
    assert words in page.content.decode()
    assert "什么都没有改变，也没有显示" in page.content.decode()
    assert not Entry.objects.filter(event="people.look_up").exists()


def test_search_goes_by_post_so_that_no_number_stands_in_an_address(
    resident: Person, worker: Client
) -> None:
    words = worker.get(f"/people/?text={PHONE}").content.decode()

    assert 'method="post" action="/people/"' in words
    assert f"/people/{resident.pk}/" not in words


def test_look_page_opens_whom_somebody_meets_in_a_matter(
    resident: Person, enter: Entered, banner: Banner, rf: Any
) -> None:
    """What a matter's page calls: the officer of the unit sees this one asker and no other."""
    from guapeng.kernel.people.actors import actor_of
    from guapeng.kernel.people.views.looking import look_page

    officer = enter("officer", "department_officer", banner.county, banner.water)
    request: HttpRequest = rf.post("/", WHY)
    request.user = officer.account
    request.session, request.actor = {}, actor_of(officer.account, on=timezone.localdate())  # type: ignore[attr-defined, assignment]

    with scope.acting(request.actor):  # type: ignore[attr-defined]
        page = look_page(request, resident, met_in="matter:17")

    assert PHONE in page.content.decode()
    with scope.acting(SYSTEM):
        assert Lookup.objects.get().met_in == "matter:17"


def test_erased_person_is_found_no_more(
    resident: Person, worker: Client, enter: Entered, banner: Banner
) -> None:
    from tests.factories.world import actor

    officer = actor("privacy_officer", banner.county)
    actions.erase(resident, by=officer, at=timezone.now(), fields=["name"])

    assert "没有找到" in find(worker, PHONE)
    assert worker.get(f"/people/{resident.pk}/").status_code == 404
