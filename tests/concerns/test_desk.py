"""The dispatch desk, worked by a dispatcher."""

import datetime as dt
import uuid
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.factories.world import LONG_AGO, Banner, opening
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.concerns.models import CatalogueLine, Concern
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter, Urgency
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

NOW = timezone.now()


def report(banner: Banner, *, text: str = "水管漏水", **changes: Any) -> Matter:
    at = NOW - changes.pop("ago", dt.timedelta())
    with scope.acting(banner.resident):
        return engine.open_matter(
            "concern", opening(banner.grid, **changes), by=banner.resident, at=at, text=text
        )


def send_on(banner: Banner, matter: Matter, **changes: Any) -> Any:
    given = {
        "lead": banner.water.pk,
        "category": banner.pipes.pk,
        "urgency": "3",
        "uid": str(uuid.uuid4()),
    }
    client = signed_in(banner.dispatcher)
    return client.post(f"/desk/{matter.number}/", given | changes, follow=True)


def test_desk_brings_what_is_urgent_first_and_then_what_is_due_first(banner: Banner) -> None:
    report(banner)
    older = report(banner, ago=dt.timedelta(hours=1))
    urgent = report(banner, urgency=Urgency.OUTAGE)
    client = signed_in(banner.dispatcher)

    assert client.get("/desk/").url == f"/desk/{urgent.number}/"
    send_on(banner, urgent)
    assert client.get("/desk/").url == f"/desk/{older.number}/"


def test_desk_goes_on_with_the_next_after_dispatching(banner: Banner) -> None:
    first, second = report(banner, ago=dt.timedelta(hours=1)), report(banner)

    answer = send_on(banner, first)

    assert answer.redirect_chain[-1][0] == f"/desk/{second.number}/"
    assert "已交水利局" in answer.content.decode()
    with scope.acting(SYSTEM):
        assert Matter.objects.get(pk=first.pk).state == "dispatched"


def test_catalogue_fills_in_who_leads_and_who_helps(banner: Banner) -> None:
    line = CatalogueLine.objects.create(category=banner.pipes, lead=banner.water, valid=LONG_AGO)
    line.assisting.add(banner.housing)
    matter = report(banner)

    page = signed_in(banner.dispatcher).get(f"/desk/{matter.number}/?category={banner.pipes.code}")

    initial = page.context["form"].initial
    assert initial["category"] == banner.pipes
    assert initial["lead"] == banner.water
    assert list(initial["assisting"]) == [banner.housing]


def test_category_chosen_from_the_forms_own_list_brings_its_units(banner: Banner) -> None:
    CatalogueLine.objects.create(category=banner.pipes, lead=banner.water, valid=LONG_AGO)
    matter = report(banner)

    page = signed_in(banner.dispatcher).get(f"/desk/{matter.number}/?category={banner.pipes.pk}")

    assert page.context["form"].initial["lead"] == banner.water
    assert signed_in(banner.dispatcher).get(f"/desk/{matter.number}/?category=x").status_code == 404


def test_step_page_begins_with_what_the_desk_would_fill_in(banner: Banner) -> None:
    CatalogueLine.objects.create(category=banner.pipes, lead=banner.water, valid=LONG_AGO)
    matter = report(banner)
    with scope.acting(SYSTEM):
        Concern.objects.filter(pk=matter.pk).update(category=banner.pipes)

    page = signed_in(banner.dispatcher).get(f"/m/{matter.number}/dispatch/")

    assert page.context["form"].initial["lead"] == banner.water
    assert page.context["form"].initial["urgency"] == banner.pipes.urgency


def test_similar_report_is_merged_into_with_one_press(banner: Banner) -> None:
    earlier = report(banner, text="东门口自来水管漏水，没人修")
    matter = report(banner, text="东门口自来水管漏水")
    client = signed_in(banner.dispatcher)
    address = f"/m/{matter.number}/merge/?same_as={earlier.number}"

    assert address in client.get(f"/desk/{matter.number}/").content.decode()
    assert f'value="{earlier.number}"' in client.get(address).content.decode()


def test_nothing_is_merged_into_itself_or_into_what_was_merged(banner: Banner) -> None:
    first, second, third = report(banner), report(banner), report(banner)
    client = signed_in(banner.dispatcher)

    def merge(matter: Matter, into: Matter) -> Any:
        return client.post(f"/m/{matter.number}/merge/", {"same_as": into.number}, follow=True)

    assert "这就是这件诉求自己的编号" in merge(first, first).content.decode()
    assert "“合并”已办好" in merge(second, first).content.decode()
    assert f"这件已并入 {first.number}" in merge(third, second).content.decode()
    assert "“合并”已办好" in merge(third, first).content.decode()


def test_similar_report_near_by_is_shown(banner: Banner) -> None:
    earlier = report(banner, text="东门口自来水管漏水，没人修")
    matter = report(banner, text="东门口自来水管漏水")

    page = signed_in(banner.dispatcher).get(f"/desk/{matter.number}/").content.decode()

    assert "可能是同一件事" in page
    assert page.count(earlier.number) > page.count("desk/" + earlier.number)


def test_empty_desk_says_so(banner: Banner) -> None:
    assert "都派完了" in signed_in(banner.dispatcher).get("/desk/").content.decode()


def test_form_without_a_unit_comes_back(banner: Banner) -> None:
    answer = send_on(banner, report(banner), lead="")

    assert answer.status_code == 422
    assert "还没有提交" in answer.content.decode()


def test_desk_is_for_dispatchers(banner: Banner) -> None:
    matter = report(banner)

    grid_worker = signed_in(banner.grid_worker)
    assert grid_worker.get(f"/desk/{matter.number}/").status_code == 403
    assert grid_worker.get("/desk/").status_code == 403
    assert Client().get("/desk/").status_code == 302


def test_many_reports_of_one_thing_in_one_village_are_a_hot_issue(banner: Banner) -> None:
    matters = [report(banner) for _ in range(5)]
    for matter in matters:
        send_on(banner, matter)

    shown = signed_in(banner.secretary).get("/hot/").content.decode()

    assert "乙嘎查 · 供水管道" in shown
    assert "5件" in shown
    assert "这几天没有热点" in signed_in(banner.resident).get("/hot/").content.decode()


def test_four_reports_are_not_hot(banner: Banner) -> None:
    for _ in range(4):
        send_on(banner, report(banner))

    assert "这几天没有热点" in signed_in(banner.secretary).get("/hot/").content.decode()
