"""Loop L20 through the pages: a person asks, the officer answers, the person judges."""

import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests.factories import world
from tests.factories.accounts import acting, enter, sign_in
from tests.factories.world import Banner

from guapeng.apps.rights.models import DataRequest
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter, StepTaken
from guapeng.kernel.people import actions, scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Field, Lookup, Person
from guapeng.kernel.people.sealed import unseal

PHONE, NEW_PHONE = "13812341234", "13999998888"
CORRECT = {"kind": "correct", "wanted_fields": ["phone"], "wanted": NEW_PHONE}
DELETE = {"kind": "delete", "wanted_fields": ["phone"], "reason": "不再使用"}
YES = {"granted": "yes", "answer": "已办理"}
NO = {"granted": "no", "answer": "现在还要联系您"}


@pytest.fixture
def resident(banner: Banner) -> Person:
    return enter("bagen", phone=PHONE, home=banner.grid)


@pytest.fixture
def officer(banner: Banner) -> Client:
    return sign_in(enter("officer", "privacy_officer", banner.county, name="保护负责人"))


def asked(client: Client, given: dict[str, Any], address: str = "/me/requests/new/") -> Matter:
    page = client.post(address, given)
    assert page.status_code == 302, page.content.decode()
    with scope.acting(SYSTEM):
        return Matter.objects.get(number=page.headers["Location"].strip("/").split("/")[-1])


def take(client: Client, matter: Matter, step: str, given: dict[str, Any]) -> Any:
    return client.post(f"/m/{matter.number}/{step}/", given)


def state(matter: Matter) -> str:
    with scope.acting(SYSTEM):
        return Matter.objects.get(pk=matter.pk).state


def case(matter: Matter) -> DataRequest:
    with scope.acting(SYSTEM):
        return DataRequest.objects.get(pk=matter.pk)


def phone_of(person: Person) -> str | None:
    sealed = Person.objects.get(pk=person.pk).phone_sealed
    return unseal(bytes(sealed)) if sealed else None


def test_correction_is_applied_with_the_answer_and_judged(
    resident: Person, officer: Client
) -> None:
    mine = sign_in(resident)
    matter = asked(mine, CORRECT)
    assert state(matter) == "verified"
    assert NEW_PHONE in officer.get(f"/m/{matter.number}/").content.decode()

    take(officer, matter, "answer", YES)

    assert phone_of(resident) == NEW_PHONE
    assert case(matter).wanted_sealed is None
    words = mine.get(f"/m/{matter.number}/").content.decode()
    assert "已办理" in words
    take(mine, matter, "judge", {"solved": "yes"})
    assert state(matter) == "closed"
    assert "更正联系方式" in mine.get("/me/").content.decode()


def test_new_value_stands_nowhere_in_the_open(resident: Person) -> None:
    matter = asked(sign_in(resident), CORRECT)

    with scope.acting(SYSTEM):
        given = str(StepTaken.objects.get(matter=matter).given)
    assert NEW_PHONE not in given
    assert "139****8888" in given
    assert not any(NEW_PHONE in entry.data + entry.says for entry in Entry.objects.all())


def test_deletion_is_refused_while_a_matter_is_open(
    banner: Banner, resident: Person, officer: Client
) -> None:
    with scope.acting(acting(resident)):
        engine.open_matter(
            "concern",
            world.opening(banner.grid),
            by=acting(resident),
            at=timezone.now(),
            text="井盖坏了",
        )
    matter = asked(sign_in(resident), DELETE)

    page = take(officer, matter, "answer", YES)
    assert page.status_code == 422
    assert "有正在办理的事项" in page.content.decode()
    assert phone_of(resident) == PHONE

    take(officer, matter, "answer", NO | {"ground": "open_matter"})
    words = sign_in(resident).get(f"/m/{matter.number}/").content.decode()
    assert "《个人信息保护法》第四十七条第一款" in words
    assert "向人民法院起诉" in words


def test_deletion_without_anything_to_keep_is_done(resident: Person, officer: Client) -> None:
    matter = asked(sign_in(resident), DELETE)

    take(officer, matter, "answer", YES)

    assert phone_of(resident) is None
    assert "没有登记" not in sign_in(resident).get("/me/").content.decode()


def test_refusing_to_delete_names_a_ground(resident: Person, officer: Client) -> None:
    matter = asked(sign_in(resident), DELETE)

    page = take(officer, matter, "answer", NO)

    assert page.status_code == 422
    assert "不删除的，须选择依据" in page.content.decode()


def test_number_of_somebody_else_is_not_put_in(
    resident: Person, officer: Client, banner: Banner
) -> None:
    actions.enrol(at=timezone.now(), name="萨仁", phone=NEW_PHONE)
    matter = asked(sign_in(resident), CORRECT)

    page = take(officer, matter, "answer", YES)

    assert page.status_code == 409
    assert "已登记在另一人名下" in page.content.decode()
    assert (phone_of(resident), state(matter)) == (PHONE, "verified")


def test_home_is_corrected_to_a_division_that_the_officer_names(
    resident: Person, officer: Client, banner: Banner
) -> None:
    wish = {"kind": "correct", "wanted_fields": ["home"], "wanted": "乙嘎查三组"}
    matter = asked(sign_in(resident), wish)
    assert take(officer, matter, "answer", YES).status_code == 422

    take(officer, matter, "answer", YES | {"home": "乙嘎查"})

    assert Person.objects.get(pk=resident.pk).home == banner.village


def test_unsolved_goes_back_once_and_then_closes(resident: Person, officer: Client) -> None:
    mine = sign_in(resident)
    matter = asked(mine, DELETE)
    for expected in ("verified", "closed"):
        take(officer, matter, "answer", NO | {"ground": "law"})
        take(mine, matter, "judge", {"solved": "no"})
        assert state(matter) == expected


def test_request_by_telephone_is_checked_before_it_is_answered(
    banner: Banner, resident: Person, officer: Client
) -> None:
    desk = sign_in(enter("desk", "dispatcher", banner.county))
    given = DELETE | {"number": PHONE, "channel": "phone"}
    matter = asked(desk, given, "/requests/counter/")
    assert state(matter) == "asked"

    assert take(officer, matter, "answer", YES).status_code == 409
    take(officer, matter, "confirm", {"is_person": "yes", "how": "回拨登记的电话"})
    assert state(matter) == "verified"
    assert "个人信息请求：删除" in sign_in(resident).get("/me/").content.decode()


def test_caller_who_is_not_the_person_gets_nothing(
    banner: Banner, resident: Person, officer: Client
) -> None:
    desk = sign_in(enter("desk", "dispatcher", banner.county))
    matter = asked(desk, DELETE | {"number": PHONE, "channel": "phone"}, "/requests/counter/")

    take(officer, matter, "confirm", {"is_person": "no", "how": "回拨无人知晓"})

    assert state(matter) == "refused"
    assert phone_of(resident) == PHONE


def test_counter_tells_nothing_of_a_number_that_is_not_known(banner: Banner) -> None:
    desk = sign_in(enter("desk", "dispatcher", banner.county))

    page = desk.post("/requests/counter/", DELETE | {"number": NEW_PHONE, "channel": "counter"})

    assert page.status_code == 422
    assert "没有登记过这个号码" in page.content.decode()


def test_consent_is_withdrawn_for_somebody_at_the_counter(
    banner: Banner, resident: Person, officer: Client
) -> None:
    own = Actor(person_id=resident.pk)
    actions.give_consent(
        resident, by=own, at=timezone.now(), purpose="service_contact", field=Field.PHONE
    )
    wish = {"kind": "withdraw", "wanted_fields": ["phone"], "purpose": "service_contact"}
    matter = asked(officer, wish | {"number": PHONE, "channel": "counter"}, "/requests/counter/")
    take(officer, matter, "confirm", {"is_person": "yes", "how": "查看身份证件"})

    take(officer, matter, "answer", YES)

    with scope.acting(own):
        assert not resident.consents.filter(withdrawn_at=None).exists()


def test_copy_for_somebody_at_the_counter_leaves_a_trace(
    banner: Banner, resident: Person, officer: Client
) -> None:
    given = {"kind": "copy", "number": PHONE, "channel": "counter"}
    matter = asked(officer, given, "/requests/counter/")
    assert officer.post(f"/requests/{matter.number}/copy/").status_code == 404
    take(officer, matter, "confirm", {"is_person": "yes", "how": "查看身份证件"})
    take(officer, matter, "answer", YES)

    answer = officer.post(f"/requests/{matter.number}/copy/")

    book = load_workbook(io.BytesIO(answer.content))
    assert PHONE in [row[1].value for row in book["登记的信息"].iter_rows()]
    assert "取副本交给本人" in sign_in(resident).get("/me/").content.decode()
    with scope.acting(SYSTEM):
        assert Lookup.objects.get().met_in == f"matter:{matter.pk}"


@pytest.mark.parametrize("role", ["grid_worker", "village_secretary", "dispatcher", "audit_admin"])
def test_nobody_of_the_area_sees_that_somebody_asked(
    banner: Banner, resident: Person, role: str
) -> None:
    matter = asked(sign_in(resident), DELETE)
    somebody = sign_in(enter("somebody", role, banner.county))

    assert somebody.get(f"/m/{matter.number}/").status_code == 404
    assert somebody.post(f"/requests/{matter.number}/copy/").status_code == 404
    with scope.acting(acting(Person.objects.get(account__username="somebody"))):
        assert not Matter.objects.filter(pk=matter.pk).exists()
        assert not DataRequest.objects.exists()
        assert not StepTaken.objects.exists()


def test_officer_does_not_answer_themself(banner: Banner) -> None:
    person = enter("officer", "privacy_officer", banner.county)
    client = sign_in(person)
    matter = asked(client, CORRECT)

    page = take(client, matter, "answer", YES)

    assert page.status_code == 403
    assert "另一位负责人" in page.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "correct", "wanted": NEW_PHONE}, "一次更正一项"),
        ({"kind": "correct", "wanted_fields": ["phone"]}, "请填写正确的内容"),
        ({"kind": "correct", "wanted_fields": ["phone"], "wanted": "12"}, "电话"),
        ({"kind": "delete"}, "请选择哪些信息"),
        ({"kind": "withdraw", "wanted_fields": ["phone"]}, "请选择撤回哪项同意"),
        ({}, "请求"),
    ],
    ids=str,
)
def test_request_says_what_is_missing(resident: Person, given: dict[str, Any], words: str) -> None:
    page = sign_in(resident).post("/me/requests/new/", given)

    assert page.status_code == 422
    assert words in page.content.decode()
    with scope.acting(SYSTEM):
        assert not Matter.objects.exists()


def test_resend_opens_nothing_twice(resident: Person) -> None:
    mine, uid = sign_in(resident), "6f9619ff-8b86-4011-b42d-00c04fc964ff"

    first, second = (asked(mine, DELETE | {"uid": uid}) for _ in range(2))

    assert first == second


def test_visitor_is_led_to_sign_in(db: None) -> None:
    assert Client().get("/me/requests/new/").status_code == 302


def test_copy_of_ones_own_holds_matters_and_words(banner: Banner, resident: Person) -> None:
    with scope.acting(acting(resident)):
        engine.open_matter(
            "concern",
            world.opening(banner.grid),
            by=acting(resident),
            at=timezone.now(),
            text="井盖坏了",
        )
    mine = sign_in(resident)
    mine.post("/accounts/reauthenticate/", {"password": "Melon-shed-7"})

    book = load_workbook(io.BytesIO(mine.post("/me/copy/", {"as": "xlsx"}).content))

    assert book["提出的事项"].max_row == 2
    assert "井盖坏了" in str(book["办理中的话"]["D2"].value)


def test_form_of_one_kind_asks_for_what_it_needs(resident: Person, officer: Client) -> None:
    mine = sign_in(resident)
    words = mine.get("/me/requests/new/?kind=delete").content.decode()
    assert "请求删除个人信息" in words
    assert "正确的内容" not in words

    matter = asked(mine, DELETE, "/me/requests/new/?kind=delete")

    assert case(matter).fields == ["phone"]
