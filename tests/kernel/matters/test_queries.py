import datetime as dt

from tests.factories.world import MONDAY, Banner, take
from tests.stories.test_concern import RESULT, dispatch, report

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import jobs, queries
from guapeng.kernel.matters.models import Matter, Task
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS


def test_inbox_pages_are_disjoint_and_in_order_of_date(banner: Banner) -> None:
    for _ in range(5):
        report(banner)

    with scope.acting(banner.dispatcher):
        first = queries.waiting_for(banner.dispatcher, rows=3)
        last = (first[-1].due_at, first[-1].task_id)
        second = queries.waiting_for(banner.dispatcher, after=last, rows=3)

    assert [len(first), len(second)] == [3, 2]
    seen = [(row.due_at, row.task_id) for row in (*first, *second)]
    assert seen == sorted(set(seen))


def test_inbox_shows_only_what_waits_for_the_actor(banner: Banner) -> None:
    dispatch(banner, report(banner))

    with scope.acting(banner.water_officer):
        assert [row.steps for row in queries.waiting_for(banner.water_officer)] == [["sign_in"]]
    with scope.acting(banner.police_officer):
        assert queries.waiting_for(banner.police_officer) == []


def test_list_of_a_place_shows_open_or_all(banner: Banner) -> None:
    take("settle", report(banner), banner.grid_worker, summary="已修好")
    still_open = report(banner)

    with scope.acting(banner.secretary):
        areas = [banner.village.pk]
        all_rows = queries.in_areas(areas, Level.VILLAGE)
        open_rows = queries.in_areas(areas, Level.VILLAGE, only_open=True)

    assert len(all_rows) == 2
    assert [row.number for row in open_rows] == [still_open.number]


def test_matter_that_is_not_public_is_hidden_from_strangers(banner: Banner) -> None:
    matter = report(banner, visibility="involved")

    with scope.acting(ANONYMOUS):
        assert not Matter.objects.filter(pk=matter.pk).exists()
    with scope.acting(banner.resident):
        assert queries.by_number(matter.number) == matter


def test_reporters_words_are_hidden_from_the_unit_that_was_not_asked(banner: Banner) -> None:
    """Reporters are never shown to the reported side."""
    matter = dispatch(banner, report(banner))

    with scope.acting(banner.police_officer):
        assert queries.story_of(matter).count() == 0
    with scope.acting(banner.housing_officer):
        assert queries.story_of(matter).count() == 2


def test_clock_takes_the_step_that_nobody_took(banner: Banner) -> None:
    matter = take("sign_in", dispatch(banner, report(banner)), banner.water_officer)
    matter = take("give_result", matter, banner.water_officer, **RESULT)
    matter = take("verify", matter, banner.grid_worker, holds=True, found="")

    assert jobs.take_due_steps(at=MONDAY + dt.timedelta(days=9)) == 0
    assert jobs.take_due_steps(at=MONDAY + dt.timedelta(days=12)) == 1

    matter.refresh_from_db()
    assert matter.state == "closed"


def test_overdue_task_is_called_once_a_wait(banner: Banner) -> None:
    report(banner)
    late = MONDAY + dt.timedelta(hours=3)

    assert jobs.remind_overdue(at=late) == 1
    assert jobs.remind_overdue(at=late) == 0
    assert jobs.remind_overdue(at=late + dt.timedelta(days=2)) == 1

    assert Task.objects.get().escalations == 2
    assert Entry.objects.filter(event="matters.overdue").count() == 2
