"""The loop through HTTP, as several people."""

import uuid
from typing import Any

import pytest
from django.test import Client
from tests.factories.world import Banner
from tests.stories.test_concern import RESULT, dispatch, report

from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Account

pytestmark = pytest.mark.urls("guapeng.kernel.matters.urls")


def signed_in(actor: Actor) -> Client:
    account, _ = Account.objects.get_or_create(
        person_id=actor.person_id, defaults={"username": f"p{actor.person_id}"}
    )
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(actor: Actor, matter: Matter, step: str, **given: Any) -> Any:
    return signed_in(actor).post(
        f"/api/v1/concern/{matter.number}/{step}/", given, content_type="application/json"
    )


def test_step_taken_through_http_moves_the_matter(banner: Banner) -> None:
    matter = report(banner)

    answer = send(
        banner.dispatcher,
        matter,
        "dispatch",
        lead=banner.water.pk,
        assisting=[banner.housing.pk],
        category=banner.pipes.pk,
        urgency="3",
    )

    assert answer.status_code == 200
    assert answer.json()["state"] == "dispatched"
    assert answer.json()["story"][-1]["says"] == "已交水利局牵头办理"


def test_missing_fields_are_named_and_nothing_changes(banner: Banner) -> None:
    matter = report(banner)

    answer = send(banner.dispatcher, matter, "dispatch")

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"lead", "category", "urgency"}
    assert (
        signed_in(banner.dispatcher).get(f"/api/v1/concern/{matter.number}/").json()["state"]
        == "reported"
    )


def test_stranger_unit_is_refused_in_words(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    answer = send(banner.police_officer, matter, "sign_in")

    assert answer.status_code == 403
    assert answer.json() == {"code": "NotYours", "message": "“签收”由牵头单位办理"}


def test_second_officer_reads_who_was_first(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    send(banner.water_officer, matter, "sign_in")

    answer = send(banner.water_officer, matter, "sign_in")

    assert answer.status_code == 409
    assert "签收" in answer.json()["message"]


def test_repeating_a_request_is_harmless(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    send(banner.water_officer, matter, "sign_in")
    uid = str(uuid.uuid4())

    first = send(banner.water_officer, matter, "contact", uid=uid, reached="yes")
    second = send(banner.water_officer, matter, "contact", uid=uid, reached="yes")

    assert (first.status_code, second.status_code) == (200, 200)
    steps = [taken["step"] for taken in second.json()["story"]]
    assert steps.count("contact") == 1


def test_hidden_matter_and_wrong_number_are_not_found(banner: Banner) -> None:
    hidden = report(banner, visibility="involved")
    client = Client()

    for number in (hidden.number, "150999-260302-99999-0", "abc"):
        assert client.get(f"/api/v1/concern/{number}/").status_code == 404


def test_visitor_sees_of_a_public_matter_no_more_than_its_state(banner: Banner) -> None:
    matter = report(banner)

    shown = Client().get(f"/api/v1/concern/{matter.number}/").json()

    assert shown["says"] == "已收到，等待受理"
    assert shown["story"] == []


def test_inbox_lists_what_waits(banner: Banner) -> None:
    matter = report(banner)

    rows = signed_in(banner.dispatcher).get("/api/v1/inbox/").json()["waiting"]

    assert [row["number"] for row in rows] == [matter.number]


def test_openapi_describes_every_row(banner: Banner) -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]

    taking = paths["/api/v1/concern/{number}/give_result/"]["post"]
    schema = taking["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["result", "summary"]
    assert set(RESULT) <= set(schema["properties"])


def test_unreadable_body_is_refused(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    answer = signed_in(banner.water_officer).post(
        f"/api/v1/concern/{matter.number}/sign_in/", "[1", content_type="application/json"
    )

    assert answer.status_code == 400
