"""From the problem list to the service list, as a township and a villager see it."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.factories.world import Banner, actor, opening, take
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.whistle.models import Service
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

NOW = timezone.now()


def whistle_with_cause(banner: Banner, cause: str) -> None:
    with scope.acting(banner.secretary):
        matter = engine.open_matter(
            "whistle",
            opening(banner.village),
            by=banner.secretary,
            at=NOW,
            problem="积水",
            tried="排过水",
            lead=banner.water,
            assisting=[],
            urgency=1,
        )
    matter = take("report_in", matter, banner.water_officer, at=NOW)
    until = NOW + dt.timedelta(days=1)
    matter = take("agree_plan", matter, banner.water_officer, at=NOW, plan="抽水", until=until)
    take("give_result", matter, banner.water_officer, at=NOW, result="已排干", cause=cause)


def test_cause_that_repeats_becomes_a_service_that_everybody_reads(banner: Banner) -> None:
    leader = signed_in(actor("township_leader", banner.township))
    whistle_with_cause(banner, "管网老化")
    assert "管网老化" not in page(leader)
    whistle_with_cause(banner, "管网老化")
    assert "管网老化" in page(leader)
    assert "管网老化" not in page(Client())

    address = f"/services/offer/?cause=管网老化&township={banner.township.pk}"
    given = {"title": "汛前疏通", "how": "拨打值班电话预约", "body": banner.water.pk}
    for _ in range(2):
        answer = leader.post(address, given, follow=True)

    assert answer.status_code == 200
    assert "汛前疏通" in page(Client())
    assert "列为服务" not in page(leader)
    with scope.acting(SYSTEM):
        assert Service.objects.count() == 1
        assert Entry.objects.filter(event="whistle.service_offered").count() == 1


def test_only_who_answers_for_the_place_offers_a_service(banner: Banner) -> None:
    address = f"/services/offer/?cause=管网老化&township={banner.township.pk}"

    for client in (Client(), signed_in(banner.resident), signed_in(banner.secretary)):
        assert client.get(address).status_code == 404


def test_duty_list_is_searched_before_whistling(banner: Banner) -> None:
    client = signed_in(banner.secretary)

    assert "清单里没有" in client.get("/duties/?q=排水").content.decode()
    assert Client().get("/duties/").status_code == 302


def page(client: Any) -> str:
    return client.get("/services/").content.decode()
