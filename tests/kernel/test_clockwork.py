"""The clock's turns: their schedules, and what becomes of jobs whose worker was killed."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from guapeng.kernel import clockwork


@pytest.mark.parametrize(
    ("seconds", "schedule"),
    [
        (10, "* * * * * */10"),
        (60, "*/1 * * * *"),
        (900, "*/15 * * * *"),
        (3600, "0 */1 * * *"),
        (21600, "0 */6 * * *"),
    ],
)
def test_schedule_of_seconds(seconds: int, schedule: str) -> None:
    assert clockwork._schedule(seconds) == schedule  # noqa: SLF001  # registering would stay


@pytest.mark.parametrize("seconds", [7, 90, 7 * 60, 5 * 3600, 86400])
def test_uneven_seconds_are_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="evenly"):
        clockwork.every(seconds=seconds)


def test_every_part_has_its_turns_and_each_is_queued_once() -> None:
    turns = {task.name: task for task, _cron in _turns()}

    assert {
        "clock:kernel.matters.jobs.take_due_steps",
        "clock:kernel.matters.jobs.remind_overdue",
        "clock:kernel.notices.jobs.forget_old",
    } <= turns.keys()
    assert all(task.queueing_lock == name for name, task in turns.items())


def test_daily_turn_comes_at_the_county_s_hour() -> None:
    crons = {task.name: cron for task, cron in _turns()}

    assert crons["clock:kernel.notices.jobs.forget_old"] == "0 19 * * *"  # 3:00 in the county


@pytest.mark.django_db
def test_turn_calls_the_job_with_the_present_moment() -> None:
    called: list[dt.datetime] = []

    def job(*, at: dt.datetime) -> None:
        called.append(at)

    clockwork.every(seconds=60)(job)
    name = next(task.name for task, _cron in _turns() if task.name.endswith("<locals>.job"))
    try:
        app.tasks[name].func(timestamp=0)
    finally:
        app.tasks.pop(name)
        app.periodic_registry.periodic_tasks.pop((name, ""))

    assert called[0].tzinfo is not None


@pytest.mark.django_db
def test_jobs_of_a_killed_worker_begin_again_five_times_and_turns_of_the_clock_do_not() -> None:
    jobs = {
        queue: app.configure_task(name="test.job", allow_unknown=True, queue=queue).defer()
        for queue in ("import", "worn", "clock")
    }
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = null")
        cursor.execute("update procrastinate_jobs set attempts = 5 where queue_name = 'worn'")

    context: Any = SimpleNamespace(app=app)
    async_to_sync(clockwork.resume.func)(context, timestamp=0)

    found = dict(ProcrastinateJob.objects.values_list("id", "status"))
    assert found == {jobs["import"]: "todo", jobs["worn"]: "failed"}


def _turns() -> list[tuple[Any, str]]:
    return [(turn.task, turn.cron) for turn in app.periodic_registry.periodic_tasks.values()]
