"""Loop L7, played by everybody who takes part in it."""

import datetime as dt

import pytest
from django.test import Client
from tests.factories.world import MONDAY, Banner, actor, opening, take
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.whistle.models import Rating, Whistle
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.errors import NotYours
from guapeng.kernel.matters.models import Matter, Task, Urgency
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor

OBJECTION = {"ground": "not_our_duty", "explanation": ""}


@pytest.fixture
def leader(banner: Banner) -> Actor:
    return actor("township_leader", banner.township)


def whistle(banner: Banner, urgency: Urgency = Urgency.ORDINARY) -> Matter:
    with scope.acting(banner.secretary):
        return engine.open_matter(
            "whistle",
            opening(banner.village, title="路口积水"),
            by=banner.secretary,
            at=MONDAY,
            problem="路口积水无人管",
            tried="自己抽过水",
            lead=banner.water,
            assisting=[banner.housing, banner.police],
            urgency=urgency,
        )


def waiting(matter: Matter) -> set[str]:
    return set(Task.objects.filter(matter=matter, done_at=None).values_list("holder", flat=True))


def gather(banner: Banner, matter: Matter) -> Matter:
    for officer in (banner.water_officer, banner.housing_officer, banner.police_officer):
        matter = take("report_in", matter, officer)
    return matter


def bring_to_result(banner: Banner, matter: Matter) -> Matter:
    matter = gather(banner, matter)
    until = MONDAY + dt.timedelta(days=3)
    matter = take("agree_plan", matter, banner.water_officer, plan="分段清淤", until=until)
    return take("give_result", matter, banner.water_officer, result="已清淤")


def test_whistle_solved_travels_from_village_to_rating(banner: Banner, leader: Actor) -> None:
    matter = whistle(banner)
    assert waiting(matter) == {f"role:township_leader@{banner.township.pk}"}

    matter = take("review", matter, leader, sent=True, reason="")
    matter = bring_to_result(banner, matter)
    take("rate_unit", matter, banner.housing_officer, solved=True, comment="情况属实")
    take("rate_resident", matter, banner.resident, solved=True, comment="")
    matter = take("rate", matter, banner.secretary, solved=True, comment="")

    assert matter.state == "closed"
    with scope.acting(banner.secretary):
        sides = set(Rating.objects.values_list("side", flat=True))
    assert sides == {"whistler", "unit", "resident"}


def test_emergency_needs_no_review_and_is_due_in_thirty_minutes(banner: Banner) -> None:
    matter = whistle(banner, Urgency.DANGER)

    assert matter.state == "sent"
    assert matter.due_at == MONDAY + dt.timedelta(minutes=30)


def test_units_report_in_each_for_itself(banner: Banner) -> None:
    matter = whistle(banner, Urgency.DANGER)

    matter = take("report_in", matter, banner.housing_officer)

    assert matter.state == "sent"
    assert waiting(matter) == {f"body:{banner.water.pk}", f"body:{banner.police.pk}"}
    with pytest.raises(NotYours):
        take("report_in", matter, banner.housing_officer)


def test_objection_of_one_unit_does_not_hold_up_the_others(banner: Banner) -> None:
    matter = whistle(banner, Urgency.DANGER)
    matter = take("object", matter, banner.police_officer, **OBJECTION)

    take("report_in", matter, banner.water_officer)
    matter = take("report_in", matter, banner.housing_officer)
    assert matter.state == "objected"

    matter = take("rule_on", matter, banner.arbiter, upheld=True, ruling="确不属其职责")
    assert matter.state == "gathered"


def test_ruling_against_the_unit_calls_it_again(banner: Banner) -> None:
    matter = whistle(banner, Urgency.DANGER)
    matter = take("object", matter, banner.police_officer, **OBJECTION)

    matter = take("rule_on", matter, banner.arbiter, upheld=False, ruling="按权责清单应到场")

    assert matter.state == "sent"
    assert f"body:{banner.police.pk}" in waiting(matter)


def test_lead_let_go_is_succeeded_by_a_helper(banner: Banner) -> None:
    matter = whistle(banner, Urgency.DANGER)
    matter = take("object", matter, banner.water_officer, **OBJECTION)

    matter = take("rule_on", matter, banner.arbiter, upheld=True, ruling="由住建牵头")

    lead = matter.assignments.get(is_lead=True, withdrawn_at=None)
    assert lead.body == banner.housing


def test_plan_sets_the_date_that_all_agreed_on(banner: Banner) -> None:
    matter = gather(banner, whistle(banner, Urgency.DANGER))
    until = MONDAY + dt.timedelta(days=3)

    matter = take("agree_plan", matter, banner.water_officer, plan="分段清淤", until=until)

    assert matter.due_at == until


def test_unsolved_whistle_is_blown_again_one_level_up(banner: Banner, leader: Actor) -> None:
    matter = bring_to_result(banner, whistle(banner, Urgency.DANGER))

    matter = take("rate", matter, banner.secretary, solved=False, comment="又积水")

    again = Matter.objects.get(parent=matter)
    assert matter.state == "again"
    assert (again.state, again.division) == ("sent", banner.township)
    assert again.assignments.count() == 3
    again = bring_to_result(banner, again)
    assert waiting(again) == {f"role:township_leader@{banner.township.pk}"}


def test_whistle_text_is_hidden_from_units_that_were_not_called(banner: Banner) -> None:
    whistle(banner, Urgency.DANGER)
    stranger = actor("department_officer", banner.county)

    with scope.acting(stranger):
        assert Whistle.objects.count() == 0
    with scope.acting(banner.water_officer):
        assert Whistle.objects.count() == 1


def test_residents_rate_and_visitors_read_that_they_must_sign_in(banner: Banner) -> None:
    matter = bring_to_result(banner, whistle(banner, Urgency.DANGER))
    address = f"/m/{matter.number}/rate_resident/"
    resident = signed_in(actor())

    assert address in resident.get(f"/m/{matter.number}/").content.decode()
    assert resident.post(address, {"solved": "yes"}).status_code == 302
    assert Client().post(address, {"solved": "yes"}).status_code == 403


def test_public_reads_the_result_without_numbers(banner: Banner) -> None:
    matter = bring_to_result(banner, whistle(banner, Urgency.DANGER))

    shown = Client().get(f"/m/{matter.number}/").content.decode()

    assert matter.outcome
    assert matter.outcome in shown


def test_each_unit_has_its_own_right_to_object_once(banner: Banner, leader: Actor) -> None:
    matter = whistle(banner, Urgency.DANGER)
    matter = take("object", matter, banner.water_officer, **OBJECTION)
    matter = take("rule_on", matter, banner.arbiter, upheld=False, ruling="照办")

    with pytest.raises(NotYours):
        take("object", matter, banner.water_officer, **OBJECTION)
    assert take("object", matter, banner.housing_officer, **OBJECTION).state == "objected"


def test_whistle_and_the_one_that_follows_lead_to_each_other(banner: Banner, leader: Actor) -> None:
    first = bring_to_result(banner, whistle(banner, Urgency.DANGER))
    first = take("rate", first, banner.secretary, solved=False, comment="又积水")
    second = Matter.objects.get(parent=first)

    client = signed_in(banner.water_officer)
    assert second.number in client.get(f"/m/{first.number}/").content.decode()
    assert first.number in client.get(f"/m/{second.number}/").content.decode()


def test_public_hears_of_a_whistle_once_it_is_sent(banner: Banner, leader: Actor) -> None:
    first, second = whistle(banner), whistle(banner)
    addresses = [f"/m/{matter.number}/" for matter in (first, second)]
    assert [Client().get(address).status_code for address in addresses] == [404, 404]
    assert signed_in(banner.secretary).get(addresses[0]).status_code == 200

    take("review", first, leader, sent=True, reason="")
    take("review", second, leader, sent=False, reason="先由物业处理")

    assert [Client().get(address).status_code for address in addresses] == [200, 404]
