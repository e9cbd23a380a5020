"""The loop through its pages, as several people."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from tests.factories.world import LONG_AGO, Banner, actor
from tests.kernel.matters.test_api import signed_in
from tests.stories.test_concern import dispatch, report

from guapeng.kernel.matters.models import Matter, StepTaken
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Duty


def submit(by: Actor, matter: Matter, step: str, **given: Any) -> Any:
    return signed_in(by).post(f"/m/{matter.number}/{step}/", given, follow=True)


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_concern_travels_round_the_loop_by_its_pages(banner: Banner) -> None:
    matter = report(banner)

    submit(
        banner.dispatcher,
        matter,
        "dispatch",
        lead=banner.water.pk,
        assisting=[banner.housing.pk],
        category=banner.pipes.pk,
        urgency="3",
    )
    submit(banner.water_officer, matter, "sign_in")
    submit(banner.water_officer, matter, "give_result", result="已换管", summary="已换管")
    submit(banner.grid_worker, matter, "verify", holds="yes")
    answer = submit(banner.resident, matter, "judge", solved="yes", satisfied="no")

    assert answer.status_code == 200
    assert "“评价”已办好" in text_of(answer)
    with scope.acting(SYSTEM):
        matter.refresh_from_db()
        assert matter.state == "closed"
        assert matter.verdicts.get().satisfied is False


def test_page_shows_the_asker_who_has_it_and_what_was_said_to_the_asker(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    shown = text_of(signed_in(banner.resident).get(f"/m/{matter.number}/"))

    assert "门口水管漏水" in shown
    assert "水利局" in shown
    assert "已交给负责单位" in shown


def test_stranger_reads_how_it_stands_and_nothing_that_was_said(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    for client in (signed_in(actor()), Client()):
        shown = text_of(client.get(f"/m/{matter.number}/"))
        assert "已交给负责单位" in shown
        assert "门口水管漏水" not in shown
        assert "已交水利局牵头办理" not in shown


def test_matter_that_is_not_public_is_not_there_for_strangers(banner: Banner) -> None:
    matter = report(banner, visibility="involved")

    assert signed_in(actor()).get(f"/m/{matter.number}/").status_code == 404
    assert signed_in(banner.resident).get(f"/m/{matter.number}/").status_code == 200


@pytest.mark.parametrize("number", ["123", "150999-260302-00001-0", "甲乙丙"])
def test_number_that_cannot_be_is_not_found(banner: Banner, number: str) -> None:
    assert Client().get(f"/m/{number}/").status_code == 404


def test_step_of_somebody_else_is_refused_before_anything_is_typed(banner: Banner) -> None:
    matter = report(banner)

    answer = signed_in(banner.resident).get(f"/m/{matter.number}/dispatch/")

    assert answer.status_code == 403
    assert "指挥中心坐席" in text_of(answer)


def test_form_that_is_not_right_comes_back_with_what_was_typed(banner: Banner) -> None:
    matter = report(banner)

    answer = submit(banner.dispatcher, matter, "dispatch", urgency="3", uid=str(uuid.uuid4()))

    assert answer.status_code == 422
    assert "还没有提交，请先改正" in text_of(answer)
    matter.refresh_from_db()
    assert matter.state == "reported"


def test_second_taker_reads_who_was_first(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    answer = submit(banner.dispatcher, matter, "send_back", reason="重复")

    assert answer.status_code == 409
    assert "指挥中心坐席办理“派单”" in text_of(answer)


def test_form_sent_twice_is_one_step(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    uid = str(uuid.uuid4())

    first = submit(banner.water_officer, matter, "sign_in", uid=uid)
    second = submit(banner.water_officer, matter, "sign_in", uid=uid)

    assert (first.status_code, second.status_code) == (200, 200)
    with scope.acting(SYSTEM):
        assert StepTaken.objects.filter(matter=matter, step="sign_in").count() == 1


def test_merging_asks_for_the_number_of_the_earlier_one(banner: Banner) -> None:
    earlier, later = report(banner), report(banner)

    wrong = submit(banner.dispatcher, later, "merge", same_as="12")
    submit(banner.dispatcher, later, "merge", same_as=f" {earlier.number.replace('-', ' ')}")

    assert wrong.status_code == 422
    later.refresh_from_db()
    assert later.state == "merged"


def test_inbox_lists_what_waits_and_pages_on(banner: Banner) -> None:
    matters = [report(banner) for _ in range(31)]
    client = signed_in(banner.dispatcher)

    first = text_of(client.get("/inbox/"))
    older = next(word for word in first.split('"') if word.startswith("?after="))
    second = text_of(client.get(f"/inbox/{older.replace('&amp;', '&')}"))

    shown = [matter for matter in matters if matter.number in first]
    rest = [matter for matter in matters if matter.number in second]
    assert (len(shown), len(rest)) == (30, 1)
    assert {matter.pk for matter in shown + rest} == {matter.pk for matter in matters}


def test_inbox_asks_the_database_as_often_for_many_as_for_one(banner: Banner) -> None:
    client = signed_in(banner.dispatcher)
    asked = []
    for more in (1, 20):
        for _ in range(more):
            report(banner)
        client.get("/inbox/")  # what is kept for a while is kept now
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox/")
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 12


def test_lists_of_ones_own_and_of_the_area(banner: Banner) -> None:
    matter = report(banner)

    mine = text_of(signed_in(banner.resident).get("/inbox/raised/"))
    area = text_of(signed_in(banner.secretary).get("/inbox/area/"))
    elsewhere = signed_in(banner.resident).get("/inbox/area/")

    assert matter.number in mine
    assert matter.number in area
    assert elsewhere.status_code == 404


def test_visitor_is_asked_to_sign_in_for_the_inbox(banner: Banner) -> None:
    assert Client().get("/inbox/").status_code == 302


def test_procedure_page_shows_limits_and_sources(banner: Banner) -> None:
    shown = text_of(Client().get("/procedures/concern/"))

    assert "指挥中心坐席" in shown
    assert "潍坊市12345政务服务便民热线条例" in shown
    assert Client().get("/procedures/nothing/").status_code == 404


def test_secretary_whistles_by_page_and_units_are_called(banner: Banner) -> None:
    given = {
        "uid": str(uuid.uuid4()),
        "title": "主干道积水",
        "division": banner.village.code,
        "problem": "暴雨后主干道积水，车辆无法通行",
        "tried": "已组织村民排水",
        "lead": banner.water.pk,
        "urgency": "1",
    }

    answer = signed_in(banner.secretary).post("/new/whistle/", given, follow=True)
    again = signed_in(banner.secretary).post("/new/whistle/", given, follow=True)

    assert answer.status_code == 200
    assert "已组织村民排水" in text_of(answer)
    assert again.status_code == 200
    assert Matter.objects.filter(workflow="whistle").count() == 1


def test_whistle_of_a_resident_is_refused(banner: Banner) -> None:
    given = {
        "division": banner.village.code,
        "problem": "积水",
        "tried": "无",
        "lead": banner.water.pk,
        "urgency": "3",
    }

    assert signed_in(banner.resident).post("/new/whistle/", given).status_code == 403
    assert not Matter.objects.exists()


def test_matter_is_opened_through_the_api_once(banner: Banner) -> None:
    sent = {"uid": str(uuid.uuid4()), "division": banner.grid.code, "text": "路灯不亮"}
    client = signed_in(banner.resident)

    first = client.post("/api/v1/concern/", sent, content_type="application/json")
    second = client.post("/api/v1/concern/", sent, content_type="application/json")

    assert first.status_code == second.status_code == 201
    assert first.json()["number"] == second.json()["number"]
    missing = client.post("/api/v1/concern/", {}, content_type="application/json")
    assert missing.status_code == 422
    assert set(missing.json()["errors"]) == {"division"}


def test_what_a_verb_refuses_stands_on_the_form_that_keeps_what_was_typed(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    submit(banner.water_officer, matter, "sign_in")

    answer = submit(
        banner.water_officer, matter, "ask_extension", reason="等配件到货", until="2099-01-01"
    )

    assert answer.status_code == 422
    assert "最迟可延至" in text_of(answer)
    assert "等配件到货" in text_of(answer)


def sent_on(banner: Banner) -> Matter:
    """Return a concern dispatched just now: the time to object runs from then."""
    matter = report(banner)
    given = {"lead": banner.water.pk, "category": banner.pipes.pk, "urgency": "3"}
    submit(banner.dispatcher, matter, "dispatch", **given)
    return matter


def test_step_that_can_be_taken_once_is_no_longer_offered(banner: Banner) -> None:
    matter = sent_on(banner)
    offered = f"/m/{matter.number}/object/"
    client = signed_in(banner.water_officer)
    assert offered in text_of(client.get(f"/m/{matter.number}/"))

    submit(banner.water_officer, matter, "object", ground="unclear")
    submit(banner.arbiter, matter, "rule_on", upheld="no", ruling="照办")

    assert offered not in text_of(client.get(f"/m/{matter.number}/"))


def test_result_is_the_last_rounds_only_while_another_is_awaited(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    submit(banner.water_officer, matter, "sign_in")
    submit(banner.water_officer, matter, "give_result", result="已换管", summary="已换管")
    client = signed_in(banner.resident)
    assert "上一次的办理结果" not in text_of(client.get(f"/m/{matter.number}/"))

    submit(banner.grid_worker, matter, "verify", holds="no")

    assert "上一次的办理结果" in text_of(client.get(f"/m/{matter.number}/"))


def test_objection_may_cite_a_line_of_the_duty_list_and_the_arbiter_reads_whose_it_is(
    banner: Banner,
) -> None:
    line = Duty.objects.create(
        body=banner.housing,
        number="ZJ-01",
        title="排水管网维护",
        kind="公共服务",
        basis="条例",
        valid=LONG_AGO,
    )
    matter = sent_on(banner)

    submit(banner.water_officer, matter, "object", ground="not_our_duty", duty=line.pk)

    arbiter = signed_in(banner.arbiter)
    assert "ZJ-01 排水管网维护" in text_of(arbiter.get(f"/m/{matter.number}/"))
    ruling = text_of(arbiter.get(f"/m/{matter.number}/rule_on/"))
    assert "水利局的异议：不属本单位职责" in ruling


def test_whoever_can_begin_a_procedure_nowhere_reads_so_before_typing(banner: Banner) -> None:
    assert Client().get("/new/whistle/").status_code == 403
    assert signed_in(banner.resident).get("/new/whistle/").status_code == 403

    page = signed_in(banner.secretary).get("/new/whistle/")
    assert page.context["where"].fields["division"].initial == banner.village


def test_story_is_told_again_in_english(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    client = signed_in(banner.resident)
    client.cookies["django_language"] = "en"

    with override("en"):  # which the request's own choice would outlive
        shown = text_of(client.get(f"/m/{matter.number}/"))

    assert "as lead unit" in shown
    assert "已交水利局牵头办理" not in shown


def test_whose_session_has_ended_is_led_to_sign_in_and_back(banner: Banner) -> None:
    matter = report(banner)

    answer = Client().post(f"/m/{matter.number}/send_back/", {"reason": "不属本旗"})

    assert answer.status_code == 403
    assert f"/accounts/login/?next=/m/{matter.number}/send_back/" in text_of(answer)
