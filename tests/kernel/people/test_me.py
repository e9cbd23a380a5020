import io
import re

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from tests.factories.world import Banner
from tests.kernel.people.conftest import PASSWORD, Entered, SignedIn

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions, scope
from guapeng.kernel.people.actors import Actor, actor_of
from guapeng.kernel.people.models import Consent, Field, Person

PHONE, IDENTITY = "13812341234", "11010519491231002X"
CONSENT = {"purpose": "service_contact", "field": "phone"}


@pytest.fixture
def resident(enter: Entered, banner: Banner) -> Person:
    return enter("bagen", phone=PHONE, identity=IDENTITY, home=banner.grid)


def look(person: Person, by: Actor, times: int = 1) -> None:
    for number in range(times):
        with scope.acting(by):
            actions.look_up(
                person,
                by=by,
                at=timezone.now(),
                purpose=f"核实第{number}处漏水",
                basis="answer_request",
                fields=[Field.PHONE],
            )


def test_visitor_is_led_to_sign_in(db: None) -> None:
    assert Client().get("/me/").headers["Location"] == "/accounts/login/?next=/me/"


def test_person_reads_what_is_held_whole_and_by_what_law(
    resident: Person, sign_in: SignedIn
) -> None:
    page = sign_in(resident).get("/me/")
    words = page.content.decode()

    assert page.status_code == 200
    assert all(value in words for value in ("巴根", PHONE, IDENTITY, "第一网格"))
    assert "《个人信息保护法》第十三条第三项" in words
    assert "no-store" in page.headers["Cache-Control"]


def test_page_names_who_is_signed_in_and_their_post(
    enter: Entered, sign_in: SignedIn, banner: Banner
) -> None:
    worker = enter("worker", "grid_worker", banner.grid, name="萨仁")

    words = sign_in(worker).get("/").content.decode()

    assert "萨仁 <small>第一网格 网格员</small>" in words


def test_look_up_is_on_the_persons_page_at_once(
    resident: Person, banner: Banner, sign_in: SignedIn
) -> None:
    mine = sign_in(resident)
    assert "没有人查看过您的信息" in mine.get("/me/").content.decode()

    look(resident, banner.grid_worker)

    words = mine.get("/me/").content.decode()
    assert "第一网格 网格员 某人" in words
    assert "看了您的联系方式" in words
    assert "核实第0处漏水" in words


def test_look_ups_come_in_pages_by_key(resident: Person, banner: Banner, sign_in: SignedIn) -> None:
    look(resident, banner.grid_worker, times=31)
    mine = sign_in(resident)

    first = mine.get("/me/looked/")
    (link,) = re.findall(r"\?before=\d+", first.content.decode())
    older = mine.get(f"/me/looked/{link}")

    assert first.content.decode().count("看了您的联系方式") == 30
    assert older.content.decode().count("看了您的联系方式") == 1


def test_who_looked_takes_as_many_queries_for_one_as_for_three(
    resident: Person, banner: Banner, sign_in: SignedIn
) -> None:
    mine, counts = sign_in(resident), set[int]()
    for times in (1, 2):
        look(resident, banner.grid_worker, times)
        with CaptureQueriesContext(connection) as queries:
            mine.get("/me/looked/")
        counts.add(len(queries))

    assert len(counts) == 1


def test_consent_is_given_and_withdrawn_with_one_press_each(
    resident: Person, sign_in: SignedIn
) -> None:
    mine = sign_in(resident)

    mine.post("/me/consents/", CONSENT | {"wish": "give"})
    with scope.acting(Actor(person_id=resident.pk)):
        assert Consent.objects.get().withdrawn_at is None
    assert "同意 · " in mine.get("/me/").content.decode()

    mine.post("/me/consents/", CONSENT | {"wish": "withdraw"})
    with scope.acting(Actor(person_id=resident.pk)):
        assert Consent.objects.get().withdrawn_at is not None


def test_withdrawing_twice_is_refused_in_words(resident: Person, sign_in: SignedIn) -> None:
    page = sign_in(resident).post("/me/consents/", CONSENT | {"wish": "withdraw"})

    assert page.status_code == 403
    assert "本人没有同意使用：联系方式" in page.content.decode()


def test_copy_holds_everything_and_is_told(
    resident: Person, banner: Banner, sign_in: SignedIn
) -> None:
    look(resident, banner.grid_worker)

    mine = sign_in(resident)
    asked = mine.post("/me/copy/", {"as": "json"})
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    answer = mine.post(asked.headers["Location"], {"password": PASSWORD})

    sections = {one["title"]: one["rows"] for one in orjson.loads(answer.content)["sections"]}
    held = {row["项目"]: row["内容"] for row in sections["登记的信息"]}
    assert held == {
        "姓名": "巴根",
        "联系方式": PHONE,
        "身份证号码": IDENTITY,
        "居住地": "第一网格",
    }
    assert sections["谁看过"][0]["目的"] == "核实第0处漏水"
    assert Entry.objects.filter(event="people.copy", subject=f"person:{resident.pk}").exists()


def test_copy_as_workbook_has_a_sheet_a_section_and_no_formula(
    enter: Entered, sign_in: SignedIn
) -> None:
    trickster = enter("trickster", name="=1+1")

    mine = sign_in(trickster)
    mine.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = mine.post("/me/copy/", {"as": "xlsx"})

    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[0] == "登记的信息"
    assert book["登记的信息"]["B2"].value == "'=1+1"


def test_nobody_takes_a_copy_of_somebody_else(resident: Person, banner: Banner) -> None:
    with pytest.raises(Exception, match="只能由本人"):
        actions.tell_copied(resident, by=banner.secretary, at=timezone.now())


def test_actor_of_the_account_is_the_person(resident: Person) -> None:
    assert actor_of(resident.account, on=timezone.localdate()).person_id == resident.pk
