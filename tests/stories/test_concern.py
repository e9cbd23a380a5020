"""Loop L6, played by everybody who takes part in it."""

import datetime as dt
import uuid

import pytest
from tests.factories.world import MONDAY, Banner, opening, take

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.errors import (
    NotYours,
    SecondPersonNeeded,
    StepNotOpen,
    TakenBefore,
    TooLate,
)
from guapeng.kernel.matters.models import Matter, Task
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor

SOLVED = {"reached": True, "solved": True, "satisfied": False, "comment": ""}
UNSOLVED = SOLVED | {"solved": False}
RESULT = {"result": "已更换水管", "summary": "已更换水管", "cause": "老化"}


def report(banner: Banner, by: Actor | None = None, **changes: object) -> Matter:
    by = by or banner.resident
    with scope.acting(by):
        return engine.open_matter(
            "concern", opening(banner.grid, **changes), by=by, at=MONDAY, text="门口水管漏水"
        )


def dispatch(banner: Banner, matter: Matter, at: dt.datetime = MONDAY) -> Matter:
    return take(
        "dispatch",
        matter,
        banner.dispatcher,
        at=at,
        lead=banner.water,
        assisting=[banner.housing],
        category=banner.pipes,
        urgency=3,
    )


def awaited(matter: Matter) -> dict[str, list[str]]:
    return {task.holder: task.steps for task in Task.objects.filter(matter=matter, done_at=None)}


def test_concern_solved_travels_from_resident_to_verdict(banner: Banner) -> None:
    matter = report(banner)
    assert awaited(matter) == {f"role:dispatcher@{banner.county.pk}": ["dispatch"]}

    matter = dispatch(banner, matter)
    matter = take("sign_in", matter, banner.water_officer)
    take("contact", matter, banner.water_officer, reached=True, note="")
    take("part_done", matter, banner.housing_officer, reason="已配合开挖")
    matter = take("give_result", matter, banner.water_officer, **RESULT)
    matter = take("verify", matter, banner.grid_worker, holds=True, found="")
    matter = take("judge", matter, banner.resident, **SOLVED)

    assert matter.state == "closed"
    assert matter.closed_at == MONDAY
    assert awaited(matter) == {}
    events = Entry.objects.filter(subject=f"matter:{matter.pk}").order_by("seq")
    assert [entry.event for entry in events] == [
        "concern.report",
        "concern.dispatch",
        "concern.sign_in",
        "concern.contact",
        "concern.part_done",
        "concern.give_result",
        "concern.verify",
        "concern.judge",
    ]


def test_concern_unsolved_three_times_becomes_a_problem_ticket(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)

    states = []
    for _ in range(3):
        matter = take("give_result", matter, banner.water_officer, **RESULT)
        matter = take("verify", matter, banner.grid_worker, holds=True, found="")
        matter = take("judge", matter, banner.resident, **UNSOLVED)
        states.append(matter.state)

    assert states == ["acting", "acting", "problem"]
    assert list(awaited(matter)) == [f"role:dispatch_lead@{banner.county.pk}"]


def test_handling_clock_starts_at_dispatch_not_at_sign_in(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    matter = take("sign_in", matter, banner.water_officer, at=MONDAY + dt.timedelta(days=2))

    five_working_days_after_dispatch = dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    assert matter.due_at == five_working_days_after_dispatch


def test_lead_and_assisting_units_have_clocks_of_their_own(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)

    assert awaited(matter) == {
        f"body:{banner.water.pk}": ["contact", "give_result"],
        f"body:{banner.housing.pk}": ["part_done"],
    }


def test_objection_upheld_returns_to_the_desk_and_after_a_ruling_there_is_no_return(
    banner: Banner,
) -> None:
    matter = dispatch(banner, report(banner))
    objection = {"ground": "not_our_duty", "explanation": ""}
    matter = take("object", matter, banner.water_officer, **objection)
    matter = take("rule_on", matter, banner.arbiter, upheld=True, ruling="属住建")
    assert matter.state == "reported"

    matter = dispatch(banner, matter)
    with pytest.raises(TakenBefore):
        take("object", matter, banner.water_officer, **objection)


def test_objection_not_upheld_keeps_the_first_date(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    take("object", matter, banner.water_officer, ground="unclear", explanation="")
    later = MONDAY + dt.timedelta(days=1)

    matter = take("rule_on", matter, banner.arbiter, at=later, upheld=False, ruling="照办")
    matter = take("sign_in", matter, banner.water_officer, at=later)

    assert matter.due_at == dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)


def test_objection_after_one_working_day_is_too_late(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    with pytest.raises(TooLate):
        take(
            "object",
            matter,
            banner.water_officer,
            at=MONDAY + dt.timedelta(days=3),
            ground="unclear",
            explanation="",
        )


def test_extension_granted_moves_the_date_for_all_units(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    until = dt.date(2026, 3, 12)
    take("ask_extension", matter, banner.water_officer, reason="待管材到货", until=until)

    matter = take("decide_extension", matter, banner.arbiter, granted=True)

    assert matter.state == "acting"
    assert matter.due_at == dt.datetime(2026, 3, 12, 16, tzinfo=dt.UTC)


def test_handler_cannot_verify_own_result(banner: Banner) -> None:
    both = Actor(
        person_id=banner.water_officer.person_id,
        posts=(*banner.water_officer.posts, *banner.grid_worker.posts),
    )
    matter = take("sign_in", dispatch(banner, report(banner)), both)
    matter = take("give_result", matter, both, **RESULT)

    with pytest.raises(SecondPersonNeeded):
        take("verify", matter, both, holds=True, found="")


def test_unit_that_is_not_called_cannot_act(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    with pytest.raises(NotYours):
        take("sign_in", matter, banner.police_officer)


def test_second_sign_in_reads_who_was_first(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    take("sign_in", matter, banner.water_officer)

    with pytest.raises(StepNotOpen, match="牵头单位办理“签收”"):
        take("sign_in", matter, banner.water_officer)


def test_report_sent_twice_is_one_matter(banner: Banner) -> None:
    uid = uuid.uuid4()

    first, second = report(banner, uid=uid), report(banner, uid=uid)

    assert first.number == second.number
    assert Entry.objects.filter(event="concern.report").count() == 1


def test_step_sent_twice_is_taken_once(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))
    uid = uuid.uuid4()

    take("sign_in", matter, banner.water_officer, uid=uid)
    again = take("sign_in", matter, banner.water_officer, uid=uid)

    assert again.state == "acting"
    assert Entry.objects.filter(event="concern.sign_in").count() == 1


def test_closed_concern_is_reopened_within_fifteen_days_only(banner: Banner) -> None:
    matter = take("settle", report(banner), banner.grid_worker, summary="已修好")
    reason = {"reason": "又漏了"}

    with pytest.raises(TooLate):
        take("reopen", matter, banner.resident, at=MONDAY + dt.timedelta(days=20), **reason)
    matter = take("reopen", matter, banner.resident, at=MONDAY + dt.timedelta(days=5), **reason)

    assert matter.state == "reported"
    assert matter.closed_at is None


def test_verdict_not_given_lapses_by_the_clock(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    matter = take("give_result", matter, banner.water_officer, **RESULT)
    matter = take("verify", matter, banner.grid_worker, holds=True, found="")

    matter = take("lapse", matter, SYSTEM)

    assert matter.state == "closed"


def test_time_for_doing_it_again_runs_from_what_sent_it_back(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    matter = take("give_result", matter, banner.water_officer, **RESULT)
    later = MONDAY + dt.timedelta(days=20)

    matter = take("verify", matter, banner.grid_worker, at=later, holds=False, found="还在漏")

    assert matter.state == "acting"
    assert matter.due_at > later


def test_unit_that_has_made_contact_is_still_awaited_for_the_result(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    holder = f"body:{banner.water.pk}"
    assert awaited(matter)[holder] == ["contact", "give_result"]
    before = Task.objects.get(matter=matter, holder=holder, done_at=None).due_at

    matter = take("contact", matter, banner.water_officer, reached=True, note="")

    assert awaited(matter)[holder] == ["give_result"]
    assert Task.objects.get(matter=matter, holder=holder, done_at=None).due_at > before


def test_dispatching_decides_whether_the_public_sees_it(banner: Banner) -> None:
    hidden = dispatch(banner, report(banner, visibility="involved"))
    banner.pipes.is_petition = True
    banner.pipes.save()

    assert hidden.visibility == "public"
    assert dispatch(banner, report(banner)).visibility == "involved"
