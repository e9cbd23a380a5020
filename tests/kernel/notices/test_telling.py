"""Who is told what, along the loop."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.factories.world import MONDAY, Banner, actor, opening, take
from tests.kernel.notices.conftest import account_of
from tests.stories.test_concern import RESULT, SOLVED, dispatch, report

from guapeng.kernel.matters.beginning import Arrival, open_many
from guapeng.kernel.matters.jobs import remind_overdue
from guapeng.kernel.matters.models import Task, Urgency
from guapeng.kernel.notices import actions, kinds, queries
from guapeng.kernel.notices.models import Notice
from guapeng.kernel.notices.rounds import deliver
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM, Actor

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def said(who: Actor, *, all_of_it: bool = False) -> list[str]:
    """Return what still stands in somebody's list, in words."""
    with scope.acting(who):
        notices = list(queries.notices_of(who))
    return [
        kinds.kind(one.kind).says(one.params)
        for one in notices
        if all_of_it or one.settled_at is None
    ]


def test_report_reaches_the_dispatcher_and_nobody_else(county: Banner) -> None:
    report(county)

    deliver(at=MONDAY)

    assert said(county.dispatcher) == ["请您派单：诉求"]
    assert said(county.arbiter) == said(county.grid_worker) == said(county.resident) == []


def test_delivered_again_it_is_told_once(county: Banner) -> None:
    report(county)

    deliver(at=MONDAY)
    deliver(at=MONDAY + HOUR)

    assert len(said(county.dispatcher)) == 1


def test_what_is_done_waits_no_longer(county: Banner) -> None:
    matter = report(county)
    deliver(at=MONDAY)

    dispatch(county, matter, at=MONDAY + HOUR)
    deliver(at=MONDAY + HOUR)

    assert said(county.dispatcher) == []
    assert said(county.water_officer) == ["请您签收：供水管道"]
    with scope.acting(county.dispatcher):
        settled = Notice.objects.get()
        assert (settled.settled_at, settled.is_new) == (MONDAY + HOUR, False)


def test_what_was_done_before_the_worker_came_is_not_told_at_all(county: Banner) -> None:
    dispatch(county, report(county), at=MONDAY + HOUR)

    deliver(at=MONDAY + HOUR)

    assert said(county.dispatcher, all_of_it=True) == []


def test_who_took_the_step_is_not_told_of_the_next(county: Banner) -> None:
    colleague = actor("department_officer", county.county, county.water)
    account_of(colleague, "colleague")
    matter = dispatch(county, report(county))

    take("sign_in", matter, county.water_officer)
    deliver(at=MONDAY)

    assert said(county.water_officer) == []
    assert said(colleague) == ["请您联系提出人、反馈结果：供水管道"]


def test_raiser_hears_that_it_was_accepted_then_what_to_judge_then_nothing(county: Banner) -> None:
    matter = dispatch(county, report(county))
    deliver(at=MONDAY)
    assert said(county.resident) == ["您提出的“供水管道”：已交给负责单位"]

    matter = take("sign_in", matter, county.water_officer)
    matter = take("give_result", matter, county.water_officer, **RESULT)
    deliver(at=MONDAY)
    assert len(said(county.resident)) == 1

    matter = take("verify", matter, county.grid_worker, holds=True, found="")
    deliver(at=MONDAY)
    assert said(county.resident)[0] == "请您评价：供水管道"

    take("judge", matter, county.resident, **SOLVED)
    deliver(at=MONDAY)
    assert said(county.resident) == ["您提出的“供水管道”：已交给负责单位"]


def test_newer_news_of_a_matter_ends_the_older(county: Banner) -> None:
    matter = take("sign_in", dispatch(county, report(county)), county.water_officer)
    until = dt.date(2026, 3, 12)
    take("ask_extension", matter, county.water_officer, reason="待管材到货", until=until)
    take("decide_extension", matter, county.arbiter, at=MONDAY + HOUR, granted=True)

    deliver(at=MONDAY + HOUR)

    assert said(county.resident) == ["您提出的“供水管道”：延期至2026年3月12日，理由请点开看"]


@pytest.mark.parametrize(
    ("step", "given", "news"),
    [
        ("send_back", {"reason": "不属受理范围"}, "未受理，理由已告知"),
        ("hand_over", {"receipt": "信2026-1"}, "已移交信访部门"),
    ],
)
def test_raiser_hears_how_it_ended(
    county: Banner, step: str, given: dict[str, str], news: str
) -> None:
    take(step, report(county), county.dispatcher, **given)

    deliver(at=MONDAY)

    assert said(county.resident) == [f"您提出的“诉求”：{news}"]


def test_refused_extension_is_no_news(county: Banner) -> None:
    matter = take("sign_in", dispatch(county, report(county)), county.water_officer)
    until = dt.date(2026, 3, 12)
    take("ask_extension", matter, county.water_officer, reason="待管材到货", until=until)
    take("decide_extension", matter, county.arbiter, at=MONDAY + HOUR, granted=False)

    deliver(at=MONDAY + HOUR)

    assert said(county.resident) == ["您提出的“供水管道”：已交给负责单位"]


def test_anonymous_raiser_is_told_nothing_and_nothing_fails(county: Banner) -> None:
    dispatch(county, report(county, by=ANONYMOUS))

    deliver(at=MONDAY)

    with scope.acting(SYSTEM):
        told = set(Notice.objects.values_list("person_id", flat=True))
    assert told == {county.water_officer.person_id}


def test_who_cannot_sign_in_is_told_nothing(county: Banner) -> None:
    silent = actor("dispatcher", county.county)
    report(county)

    deliver(at=MONDAY)

    assert said(silent) == []


def test_matters_that_come_together_are_not_told_one_by_one(county: Banner) -> None:
    arrivals = [Arrival(opening(county.grid), {"text": "路灯不亮"}) for _ in range(3)]
    matter, *_rest = open_many("concern", arrivals, by=SYSTEM, at=MONDAY)
    deliver(at=MONDAY)
    assert said(county.dispatcher) == []

    dispatch(county, matter)
    deliver(at=MONDAY)
    assert said(county.water_officer) == ["请您签收：供水管道"]


def test_overdue_calls_the_holder_then_the_one_above_then_the_next(county: Banner) -> None:
    leader = actor("township_leader", county.township)
    account_of(leader, "leader")
    matter = take("sign_in", dispatch(county, report(county)), county.water_officer)
    take("give_result", matter, county.water_officer, **RESULT)
    deliver(at=MONDAY)
    with scope.acting(SYSTEM):
        due = Task.objects.filter(holder__startswith="role:village_secretary", done_at=None)
        due_at = due.get().due_at

    heard = []
    for days in (0, 2, 8):
        at = due_at + HOUR + days * DAY
        remind_overdue(at=at)
        deliver(at=at)
        heard.append((said(county.secretary)[:1], said(leader), len(said(county.arbiter))))

    assert heard[0] == (["已到期，请尽快核查：供水管道"], [], 0)
    assert heard[1][1] == ["超期未核查，请您督促：供水管道"]
    assert "超期未核查，请您督促：供水管道" in said(county.arbiter)


def test_newly_overdue_is_called_though_hundreds_wait_for_their_next_time(
    county: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guapeng.kernel.matters.jobs._AT_ONCE", 1)
    report(county)
    second = report(county)
    with scope.acting(SYSTEM):
        last = Task.objects.get(matter=second).due_at
    after = last + HOUR

    assert remind_overdue(at=after) == 1
    assert remind_overdue(at=after) == 1
    assert remind_overdue(at=after) == 0


def test_danger_to_life_is_urgent(county: Banner) -> None:
    report(county, urgency=Urgency.DANGER)

    deliver(at=MONDAY)

    with scope.acting(county.dispatcher):
        assert Notice.objects.get().urgent


def test_everybody_sees_their_own_only(county: Banner) -> None:
    report(county)
    deliver(at=MONDAY)

    with scope.acting(county.arbiter):
        assert Notice.objects.count() == 0
    with scope.acting(county.dispatcher):
        notice = Notice.objects.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            actions.notify(
                [county.dispatcher.known_person],
                key="forged",
                kind=notice.kind,
                subject="matter:1",
                url="/",
                at=MONDAY,
            )


def test_nothing_of_the_reporters_words_or_name_is_kept(county: Banner) -> None:
    report(county)
    deliver(at=MONDAY)

    with scope.acting(SYSTEM):
        notice = Notice.objects.get()
    assert "门口水管漏水" not in str(notice.params)
    assert set(notice.params) == {"number", "title", "workflow", "version", "steps"}


def test_telling_all_holders_costs_the_same_for_one_and_for_three(county: Banner) -> None:
    counts = []
    for more in ((), (), ("second", "third")):
        for name in more:
            account_of(actor("dispatcher", county.county), name)
        report(county)
        with CaptureQueriesContext(connection) as captured:
            deliver(at=MONDAY)
        counts.append(len(captured))

    assert counts[1] == counts[2]  # the first has read the rules
