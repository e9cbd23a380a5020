"""Many at once must be what one by one would have been, column by column."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from tests.factories import world
from tests.factories.world import MONDAY, Banner

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.divisions.models import Level
from guapeng.kernel.journal import verify
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import beginning, engine
from guapeng.kernel.matters.beginning import Arrival
from guapeng.kernel.matters.errors import NotYours, TooLate
from guapeng.kernel.matters.models import (
    Assignment,
    Channel,
    Matter,
    StepTaken,
    Task,
    Urgency,
    Visibility,
)
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM, Actor
from guapeng.plain.numbers import MatterNumber

OWN = {"id", "uid", "number", "matter", "seq", "hash", "subject", "data"}
"""What must differ between two matters, however alike they are."""


def arrivals(banner: Banner) -> list[Arrival]:
    """One of every sort: storeys, urgencies, places, categories, an asker, marks in the text."""
    town = world.division("丙镇", "150999100000", Level.TOWNSHIP, banner.county)
    asker = world.person("来电人")
    return [
        Arrival(world.opening(banner.grid), {"text": "门口水管漏水"}),
        Arrival(
            engine.Opening(
                uid=uuid.uuid4(),
                division=banner.village,
                title="井盖",
                category="01001",
                urgency=Urgency.DANGER,
                channel=Channel.PHONE,
                visibility=Visibility.INVOLVED,
                place="东泉村",
                lon=121.5,
                lat=45.25,
                on_behalf_of_id=asker.pk,
            ),
            {"text": '引号"和\\反斜杠\n换行\t𠮷', "category": banner.pipes, "source": "12345"},
        ),
        Arrival(world.opening(town, urgency=Urgency.ADVICE), {"text": ""}),
    ]


def written(matters: list[Matter]) -> list[dict[str, Any]]:
    """All that stands in the database of each matter, without what is its own."""
    with scope.acting(SYSTEM):
        return [
            {
                "matter": columns(Matter.objects.get(pk=matter.pk)),
                "case": columns(Concern.objects.get(pk=matter.pk)),
                "tasks": [columns(t) for t in Task.objects.filter(matter=matter).order_by("id")],
                "steps": [columns(s) for s in StepTaken.objects.filter(matter=matter)],
                "journal": [
                    columns(e) for e in Entry.objects.filter(subject=f"matter:{matter.pk}")
                ],
            }
            for matter in matters
        ]


def columns(row: models.Model) -> dict[str, Any]:
    values = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in values.items()
        if name not in OWN
    }


def renewed(arrival: Arrival) -> Arrival:
    return arrival._replace(opening=engine.Opening(**vars(arrival.opening) | {"uid": uuid.uuid4()}))


@pytest.mark.parametrize("who", ["resident", "grid_worker", "anonymous", "system"])
def test_many_at_once_write_what_one_by_one_writes(banner: Banner, who: str) -> None:
    by: Actor = {"anonymous": ANONYMOUS, "system": SYSTEM}.get(who) or getattr(banner, who)
    wanted = arrivals(banner)

    singly = [
        engine.open_matter("concern", one.opening, by=by, at=MONDAY, **one.given) for one in wanted
    ]
    at_once = beginning.open_many("concern", map(renewed, wanted), by=by, at=MONDAY)

    assert written(at_once) == written(singly)
    assert verify.verify().lines == 2 * len(wanted)


def test_matter_row_tells_its_own_step_and_asker(banner: Banner) -> None:
    arrival = arrivals(banner)[0]

    (matter,) = beginning.open_many("concern", [arrival], by=SYSTEM, at=MONDAY)

    with scope.acting(SYSTEM):
        step = StepTaken.objects.get(matter=matter)
        entry = Entry.objects.get(subject=f"matter:{matter.pk}")
    assert step.uid == matter.uid == arrival.opening.uid
    assert entry.data == f'{{"from":"","step":{step.pk},"to":"reported"}}'


def test_numbers_are_valid_and_each_its_own(banner: Banner) -> None:
    wanted = [Arrival(world.opening(banner.grid), {"text": "x"}) for _ in range(50)]

    opened = beginning.open_many("concern", wanted, by=SYSTEM, at=MONDAY)
    later = engine.open_matter("concern", world.opening(banner.grid), by=SYSTEM, at=MONDAY, text="")

    numbers = [MatterNumber.parse(one.number) for one in [*opened, later]]
    assert sorted(set(numbers)) == numbers
    assert {(one.county, one.on) for one in numbers} == {("150999", dt.date(2026, 3, 2))}


def test_known_and_repeated_uids_are_left_out(banner: Banner) -> None:
    known, fresh = (Arrival(world.opening(banner.grid), {"text": "x"}) for _ in range(2))
    engine.open_matter("concern", known.opening, by=SYSTEM, at=MONDAY, text="x")

    opened = beginning.open_many("concern", [known, fresh, fresh], by=SYSTEM, at=MONDAY)
    again = beginning.open_many("concern", [known, fresh], by=SYSTEM, at=MONDAY)

    assert [one.uid for one in opened] == [fresh.opening.uid]
    assert again == []
    assert Matter.objects.count() == 2


def test_time_of_raising_is_kept_and_clocks_run_from_now(banner: Banner) -> None:
    long_ago = MONDAY - dt.timedelta(days=40)
    arrival = Arrival(world.opening(banner.grid), {"text": "x"}, opened_at=long_ago)

    (matter,) = beginning.open_many("concern", [arrival], by=SYSTEM, at=MONDAY)

    matter.refresh_from_db()
    assert (matter.opened_at, matter.changed_at) == (long_ago, MONDAY)
    assert matter.due_at is not None
    assert matter.due_at > MONDAY


def history(banner: Banner, **given: Any) -> Arrival:
    """A case that was raised forty days ago and closed ten days later."""
    raised = MONDAY - dt.timedelta(days=40)
    said = {"text": "门口水管漏水", "category": banner.pipes, "lead": banner.water} | given
    ended = raised + dt.timedelta(days=10)
    return Arrival(world.opening(banner.grid), said, opened_at=raised, closed_at=ended)


def test_history_is_closed_at_its_own_time_and_awaits_nobody(banner: Banner) -> None:
    arrival = history(banner, summary="已修好", source="12345")

    (matter,) = beginning.open_many("concern", [arrival], by=SYSTEM, at=MONDAY, row="take_over")

    with scope.acting(SYSTEM):
        kept = Matter.objects.get(pk=matter.pk)
        step = StepTaken.objects.get(matter=matter)
        part = Assignment.objects.get(matter=matter)
        assert not Task.objects.filter(matter=matter).exists()
    assert (kept.state, kept.outcome, kept.due_at) == ("closed", "已修好", None)
    assert kept.closed_at == kept.changed_at == arrival.closed_at
    assert (step.step, step.from_state, step.to_state, step.at) == (
        "take_over", "", "closed", MONDAY,
    )  # fmt: skip
    assert (part.body, part.is_lead, part.assigned_at) == (banner.water, True, arrival.opened_at)
    assert Entry.objects.get().event == "concern.take_over"


def test_history_is_seen_by_the_unit_that_had_it(banner: Banner) -> None:
    hidden = world.opening(banner.grid, visibility=Visibility.INVOLVED)
    arrival = history(banner)._replace(opening=hidden)
    beginning.open_many("concern", [arrival], by=SYSTEM, at=MONDAY, row="take_over")

    for who, count in ((banner.water_officer, 1), (banner.housing_officer, 0), (ANONYMOUS, 0)):
        with scope.acting(who):
            assert Concern.objects.count() == count


def test_only_the_system_takes_history_over(banner: Banner) -> None:
    for who in (banner.dispatcher, banner.resident, ANONYMOUS):
        with pytest.raises(NotYours):
            beginning.open_many("concern", [history(banner)], by=who, at=MONDAY, row="take_over")


def test_row_that_opens_nothing_is_refused(banner: Banner) -> None:
    with pytest.raises(KeyError, match="dispatch"):
        beginning.open_many("concern", [history(banner)], by=SYSTEM, at=MONDAY, row="dispatch")


def test_history_can_be_reopened_within_days_of_its_own_end(banner: Banner) -> None:
    old = history(banner)
    fresh = history(banner)._replace(closed_at=MONDAY - dt.timedelta(days=1))
    asked = [
        one._replace(opening=world.opening(banner.grid, on_behalf_of_id=banner.resident.person_id))
        for one in (old, fresh)
    ]

    matters = beginning.open_many("concern", asked, by=SYSTEM, at=MONDAY, row="take_over")

    with pytest.raises(TooLate):
        world.take("reopen", matters[0], banner.resident, reason="又漏了")
    again = world.take("reopen", matters[1], banner.resident, reason="又漏了")
    assert (again.state, again.closed_at) == ("reported", None)
    with scope.acting(SYSTEM):
        assert Task.objects.get().holder == f"role:dispatcher@{banner.county.pk}"


def test_one_that_cannot_be_written_leaves_nothing_of_the_batch(banner: Banner) -> None:
    good = Arrival(world.opening(banner.grid), {"text": "x"})
    bad = Arrival(world.opening(banner.grid, lon=1.0), {"text": "x"})

    with pytest.raises(Exception, match="matter_lon_and_lat_together"):
        beginning.open_many("concern", [good, bad], by=SYSTEM, at=MONDAY)

    assert Matter.objects.count() == 0
    assert Entry.objects.count() == 0


def test_first_row_that_does_more_than_begin_is_refused(banner: Banner) -> None:
    with pytest.raises(ValueError, match="whistle"):
        beginning.open_many(
            "whistle", [Arrival(world.opening(banner.grid), {})], by=banner.secretary, at=MONDAY
        )


def test_round_trips_do_not_grow_with_the_batch(banner: Banner) -> None:
    def asked(count: int) -> int:
        batch = [Arrival(world.opening(banner.grid), {"text": "x"}) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            beginning.open_many("concern", batch, by=SYSTEM, at=MONDAY)
        return len(queries)

    asked(1)  # rules and calendar are kept from here on
    assert asked(3) == asked(300)
