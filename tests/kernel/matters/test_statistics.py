"""What the statistics count, how they are kept, and what of them the public sees."""

import contextlib
import csv
import datetime as dt
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import world
from tests.factories.world import MONDAY, Banner, opening, take
from tests.stories.test_concern import RESULT, SOLVED, UNSOLVED, dispatch, report
from typer.testing import CliRunner

from guapeng.command.app import app
from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.beginning import Arrival, open_many
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import (
    Matter,
    Measure,
    Posting,
    PostingCount,
    SearchKeys,
    SquareCount,
    Tally,
    Urgency,
)
from guapeng.kernel.matters.statistics import folding, rates, reading
from guapeng.kernel.matters.statistics.forms import Filters
from guapeng.kernel.matters.statistics.periods import Period
from guapeng.kernel.matters.statistics.reading import Asked
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Account, Person

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def fold(at: dt.datetime = MONDAY) -> None:
    folding.fold(at=at)


def rows() -> dict[str, list[dict[str, object]]]:
    with scope.acting(SYSTEM):
        return {
            "measures": sorted(Measure.objects.values(), key=str),
            "tallies": sorted(Tally.objects.values(), key=str),
            "postings": sorted(Posting.objects.values(), key=str),
            "counts": sorted(PostingCount.objects.values(), key=str),
            "squares": sorted(SquareCount.objects.values(), key=str),
            "keys": sorted(SearchKeys.objects.values(), key=str),
        }


def sums(place: object, **filters: object) -> reading.Sums:
    return rates.everything(reading.sums(Asked(place, MARCH, **filters)))


def solved(banner: Banner, at: dt.datetime = MONDAY) -> Matter:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    take("contact", matter, banner.water_officer, at=at, reached=True, note="")
    matter = take("give_result", matter, banner.water_officer, at=at, **RESULT)
    matter = take("verify", matter, banner.grid_worker, at=at, holds=True, found="")
    return take("judge", matter, banner.resident, at=at, **SOLVED)


def test_solved_concern_counts_in_every_rate(banner: Banner) -> None:
    solved(banner, at=MONDAY + HOUR)
    fold(at=MONDAY + HOUR)

    three = rates.three_rates(reading.sums(Asked(banner.county, MARCH)))

    assert (three.response.hits, three.response.of) == (1, 1)
    assert (three.solution.hits, three.solution.of) == (1, 1)
    assert (three.satisfaction.hits, three.satisfaction.of) == (0, 1)


def test_every_storey_has_the_same_numbers(banner: Banner) -> None:
    solved(banner)
    report(banner)
    fold()

    storeys = (banner.county, banner.township, banner.village, banner.grid)
    assert len({str(sums(storey)) for storey in storeys}) == 1
    assert (sums(banner.grid).opened, sums(banner.grid).closed) == (2, 1)


def test_matter_outside_anybodys_duty_is_left_out_of_the_rates_and_counted_beside(
    banner: Banner,
) -> None:
    take("send_back", report(banner), banner.dispatcher, reason="不属职责")
    solved(banner)
    fold()

    found = reading.sums(Asked(banner.county, MARCH))

    assert rates.three_rates(found).solution.of == 1
    assert rates.three_rates(found).solution.excluded == 1
    assert [(one.label, one.count) for one in rates.left_out(found, 1)] == [("不受理", 1)]


def test_history_counts_by_its_own_times_and_in_no_rate(banner: Banner) -> None:
    raised = MONDAY - 8 * HOUR
    told, untold = (
        Arrival(opening(banner.grid), {"text": "x"}, opened_at=raised, closed_at=closed)
        for closed in (raised + 2 * HOUR, None)
    )
    solved(banner)
    open_many("concern", [told, untold], by=SYSTEM, at=MONDAY, row="take_over")
    fold()

    found = reading.sums(Asked(banner.county, MARCH))

    everything, timed = rates.everything(found), rates.timed(found)
    assert (everything.opened, everything.closed, everything.unanswered) == (3, 3, 0)
    assert rates.three_rates(found).solution.of == 1
    assert rates.three_rates(found).response.of == 1
    assert [(one.label, one.count) for one in rates.left_out(found, 1)] == [("接收历史工单", 2)]
    assert sum(timed.close_times) == sum(rates.counted(found).close_times) + 1


def test_history_that_is_handled_again_counts_as_any_other(banner: Banner) -> None:
    mine = opening(banner.grid, on_behalf_of_id=banner.resident.person_id)
    (matter,) = open_many(
        "concern", [Arrival(mine, {"text": "x"})], by=SYSTEM, at=MONDAY, row="take_over"
    )
    take("reopen", matter, banner.resident, reason="又漏了")
    fold()

    found = reading.sums(Asked(banner.county, MARCH))

    assert rates.left_out(found, 1) == []
    assert (rates.counted(found).opened, rates.counted(found).reopened) == (1, 1)


def test_contact_after_its_date_is_late(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    fold()
    assert sums(banner.county).contact_due == 0

    later = MONDAY + 3 * DAY
    fold(at=later)
    assert (sums(banner.county).contact_due, sums(banner.county).contacted) == (1, 0)
    assert sums(banner.county).overdue == 1

    take("contact", matter, banner.water_officer, at=later, reached=True, note="")
    fold(at=later)
    assert (sums(banner.county).contact_due, sums(banner.county).contacted) == (1, 0)


def test_objection_redo_and_reopening_are_counted(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    matter = take("object", matter, banner.water_officer, ground="unclear", explanation="")
    matter = take("rule_on", matter, banner.arbiter, upheld=False, ruling="照办")
    matter = take("sign_in", matter, banner.water_officer)
    matter = take("give_result", matter, banner.water_officer, **RESULT)
    matter = take("verify", matter, banner.grid_worker, holds=True, found="")
    matter = take("judge", matter, banner.resident, **UNSOLVED)
    matter = take("give_result", matter, banner.water_officer, **RESULT)
    matter = take("verify", matter, banner.grid_worker, holds=True, found="")
    matter = take("judge", matter, banner.resident, **SOLVED)
    take("reopen", matter, banner.resident, reason="又漏了")
    fold()

    found = sums(banner.county)

    assert (found.objections, found.redone, found.reopened) == (1, 1, 1)
    assert (found.opened, found.closed) == (1, 0)


MARCH_ASKED = {"period": "custom", "first": "2026-03-01", "last": "2026-03-31"}


def shown(client: Client, **asked: object) -> dict[str, Any]:
    context = client.get("/statistics/", MARCH_ASKED | asked).context
    return {key: context[key] for part in context for one in part for key in one}


def values(told: dict[str, Any]) -> dict[str, str]:
    return {stat.label: stat.value for group in told["groups"] for stat in group.stats}


def test_public_page_withholds_small_numbers(client: Client, banner: Banner) -> None:
    for _ in range(4):
        solved(banner)
    fold()
    assert "groups" not in shown(client)

    for _ in range(4):
        report(banner)
    fold()
    told = values(shown(client))

    assert told["提出"] == "8"
    assert (told["已结案"], told["未结案"], told["解决率"]) == ("＊", "＊", "＊")
    assert [line.name for line in shown(client)["lines"].lines] == ["提出"]


def test_months_that_are_too_small_at_the_beginning_do_not_hide_the_later_ones(
    client: Client, banner: Banner
) -> None:
    for month, count in ((10, 3), (11, 3), (12, 6), (15, 8)):
        at = MONDAY.replace(year=2025 + month // 13, month=(month - 1) % 12 + 1, day=2)
        for _ in range(count):
            opened_at(banner, at)
    fold()

    lines = shown(client, first="2025-08-01", last="2026-03-31")["lines"]

    assert [row.moment for row in lines.rows] == ["2025-12", "2026-01", "2026-02", "2026-03"]


def opened_at(banner: Banner, at: dt.datetime) -> Matter:
    with scope.acting(banner.resident):
        return engine.open_matter(
            "concern", opening(banner.grid), by=banner.resident, at=at, text="水管漏水"
        )


def test_officials_see_their_own_places_exactly(client: Client, banner: Banner) -> None:
    solved(banner)
    fold()
    sign_in(client, banner.secretary)

    told = shown(client)

    assert told["place"] == banner.village
    assert values(told)["解决率"] == "100.0%"
    assert told["parts"] == [[{"text": "第一网格", "href": ANY}, "1", "1", "0"]]


def test_villages_are_not_for_the_public_nor_for_other_places(
    client: Client, banner: Banner
) -> None:
    for _ in range(9):
        solved(banner)
    fold()

    assert client.get("/statistics/", {"place": banner.village.pk}).status_code == 404
    assert shown(client, place=banner.township.pk)["place"] == banner.township
    sign_in(client, banner.water_officer)
    assert client.get("/statistics/", {"place": banner.village.pk}).status_code == 404


def test_township_whose_count_is_withheld_on_the_countys_page_is_withheld_on_its_own(
    client: Client, banner: Banner
) -> None:
    other = world.division("丙苏木", "150999201000", Level.TOWNSHIP, banner.county)
    for _ in range(7):
        report(banner)
    for _ in range(2):
        with scope.acting(banner.resident):
            engine.open_matter(
                "concern", opening(other), by=banner.resident, at=MONDAY, text="路灯不亮"
            )
    fold()

    assert [row[1] for row in shown(client)["parts"]] == ["＊", "＊"]
    assert "groups" not in shown(client, place=banner.township.pk)


def test_no_league_table_of_villages_or_people(client: Client, banner: Banner) -> None:
    """Parts stand in the order of their codes, with counts and no rate; nobody is ranked."""
    better = world.division("丁嘎查", "150999200202", Level.VILLAGE, banner.township)
    with scope.acting(banner.resident):
        for _ in range(3):
            engine.open_matter(
                "concern", opening(better), by=banner.resident, at=MONDAY, text="路灯不亮"
            )
    report(banner)
    fold()
    sign_in(client, banner.dispatcher)

    told = shown(client, place=banner.township.pk)

    assert [row[0]["text"] for row in told["parts"]] == ["乙嘎查", "丁嘎查"]
    assert [column["label"] for column in told["head"]] == ["区划", "提出", "已结案", "未结案"]
    assert not [field for field in Filters.base_fields if "sort" in field or "order" in field]
    assert banner.secretary.known_person not in Measure.objects.values_list("matter", flat=True)


def test_filters_by_kind_and_category(client: Client, banner: Banner) -> None:
    solved(banner)
    report(banner)
    fold()
    sign_in(client, banner.dispatcher)

    assert values(shown(client, category="01001"))["提出"] == "1"
    assert values(shown(client, workflow="concern"))["提出"] == "2"
    assert "groups" not in shown(client, workflow="whistle")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": ""}, "first"),
        ({"last": "2026-02-01"}, "last"),
        ({"last": "2036-03-01"}, "last"),
        ({"period": "century"}, "period"),
        ({"category": "99999"}, "category"),
    ],
)
def test_wrong_filters_are_told_by_their_field(
    client: Client, banner: Banner, changes: dict[str, str], field: str
) -> None:
    answer = client.get("/statistics/", MARCH_ASKED | changes)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_empty_instance_has_a_page(client: Client, db: None) -> None:
    assert client.get("/statistics/").status_code == 200


def test_file_holds_the_numbers_of_the_page(client: Client, banner: Banner) -> None:
    solved(banner)
    fold()
    sign_in(client, banner.dispatcher)

    answer = client.get("/statistics/", MARCH_ASKED | {"format": "csv"})
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert ["三率", "解决率", "100.0%", "1 / 1件"] in [row[:4] for row in rows]
    assert ["下级区划", "甲苏木", "1", "1", "0"] in rows


def test_command_counts_anew(banner: Banner) -> None:
    report(banner)

    ended = CliRunner().invoke(app, ["recount"])

    assert ended.exit_code == 0
    assert "已重新统计1件事项" in ended.output
    assert sums(banner.county).opened == 1


def test_renamed_township_keeps_its_numbers(banner: Banner) -> None:
    report(banner)
    fold()
    heir = world.division("新甲苏木", "150999202000", Level.TOWNSHIP, banner.county)
    heir.formerly = [banner.township.pk]
    heir.save()

    assert sums(heir).opened == 1


def sign_in(client: Client, who: Actor) -> None:
    person = Person.objects.get(pk=who.known_person)
    client.force_login(Account.objects.create(username=f"p{person.pk}", person=person))


STEPS = {
    "reported": ["dispatch", "send_back", "settle", "withdraw"],
    "dispatched": ["sign_in", "object", "withdraw"],
    "objected": ["uphold", "overrule"],
    "acting": ["contact", "give_result"],
    "answered": ["pass", "fail"],
    "asking": ["solved", "unsolved"],
    "problem": ["again"],
    "closed": ["reopen"],
}


def act(banner: Banner, matter: Matter, what: str, at: dt.datetime) -> None:
    """Take a step of the story, as whoever may; one that is not open changes nothing."""
    by, step, given = {
        "dispatch": (
            banner.dispatcher,
            "dispatch",
            {
                "lead": banner.water,
                "assisting": [],
                "category": banner.pipes,
                "urgency": Urgency.ORDINARY,
            },
        ),
        "send_back": (banner.dispatcher, "send_back", {"reason": "不属职责"}),
        "settle": (banner.grid_worker, "settle", {"summary": "好了"}),
        "withdraw": (banner.resident, "withdraw", {"reason": "不用了"}),
        "sign_in": (banner.water_officer, "sign_in", {}),
        "object": (banner.water_officer, "object", {"ground": "unclear", "explanation": ""}),
        "uphold": (banner.arbiter, "rule_on", {"upheld": True, "ruling": "改派"}),
        "overrule": (banner.arbiter, "rule_on", {"upheld": False, "ruling": "照办"}),
        "contact": (banner.water_officer, "contact", {"reached": True, "note": ""}),
        "give_result": (banner.water_officer, "give_result", RESULT),
        "pass": (banner.grid_worker, "verify", {"holds": True, "found": ""}),
        "fail": (banner.grid_worker, "verify", {"holds": False, "found": "没修"}),
        "solved": (banner.resident, "judge", SOLVED),
        "unsolved": (banner.resident, "judge", UNSOLVED),
        "again": (banner.arbiter, "conclude", {"again": True, "explanation": "再办"}),
        "reopen": (banner.resident, "reopen", {"reason": "又坏了"}),
    }[what]
    with contextlib.suppress(StepRefused):
        take(step, matter, by, at=at, **given)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_kept_counts_are_those_of_a_full_recount(banner: Banner, data: st.DataObject) -> None:
    at = MONDAY
    with transaction.atomic():
        matters = [report(banner, lon=107.1, lat=40.9) for _ in range(3)]
        for _ in range(data.draw(st.integers(0, 20), label="steps")):
            matter = data.draw(st.sampled_from(matters))
            matter.refresh_from_db()
            if open_steps := STEPS.get(matter.state):
                act(banner, matter, data.draw(st.sampled_from(open_steps)), at)
            at += data.draw(st.sampled_from([dt.timedelta(0), HOUR, DAY, 3 * DAY]))
            if data.draw(st.booleans(), label="fold"):
                fold(at=at)
        fold(at=at)
        kept = rows()

        folding.recount(at=at)

        assert rows() == kept
        assert counted_by_hand(at) == {
            name: getattr(sums(banner.county), name) for name in counted_by_hand(at)
        }
        transaction.set_rollback(True)


def counted_by_hand(at: dt.datetime) -> dict[str, int]:
    """Count the matters one by one, by another way than the statements do."""
    with scope.acting(SYSTEM):
        matters = list(Matter.objects.all())
        last = [matter.verdicts.order_by("id").last() for matter in matters]
        late = [
            matter
            for matter in matters
            for task in matter.tasks.filter(done_at=None)
            if matter.closed_at is None and task.due_at < at and task.holder[:6] != "person"
        ]
        return {
            "opened": len(matters),
            "closed": sum(matter.closed_at is not None for matter in matters),
            "overdue": len(set(late)),
            "asked_solved": sum(verdict is not None for verdict in last),
            "solved": sum(verdict is not None and verdict.solved for verdict in last),
            "objections": sum(matter.objections.count() for matter in matters),
            "reopened": sum(matter.steps_taken.filter(step="reopen").count() for matter in matters),
        }
