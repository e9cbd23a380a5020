"""What the clock does: steps that are due by themselves, and telling who let a date pass."""

import datetime as dt
from itertools import islice

from django.db import transaction
from django.utils import timezone

from guapeng.kernel.clockwork import every
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Task
from guapeng.kernel.matters.statistics import folding
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import Limit, due

_AT_ONCE = 200


@every(seconds=60)
def take_due_steps(*, at: dt.datetime) -> int:
    """Take the steps that the procedures leave to the clock; return how many were taken."""
    with scope.acting(SYSTEM):
        tasks = Task.objects.filter(holder="clockwork", done_at__isnull=True, due_at__lte=at)
        due = tasks.select_related("matter").order_by("due_at")
        return sum(_taken(task, at=at) for task in due[:_AT_ONCE])


@every(seconds=60)
def remind_overdue(*, at: dt.datetime) -> int:
    """Write the next escalation of every task whose date has passed; return how many.

    The rule ``matters.escalation`` gives the waits after the date, e.g. ``["1m", "1wd", "5wd"]``;
    the journal's line says how often a task was called, and whoever listens tells the people.
    """
    waits = rules.value("matters.escalation", on=timezone.localdate(at))["waits"]
    with scope.acting(SYSTEM):
        overdue = Task.objects.filter(
            done_at__isnull=True, due_at__lte=at, escalations__lt=len(waits)
        ).exclude(holder="clockwork")
        # Those that wait for their next time must not stand before those whose first has come.
        called = (
            task.pk
            for task in overdue.only("due_at", "escalations").order_by("due_at")
            if _is_called(task, waits, at=at)
        )
        return sum(_reminded(id_, waits, at=at) for id_ in list(islice(called, _AT_ONCE)))


@every(seconds=60)
def keep_counts(*, at: dt.datetime) -> int:
    """Bring statistics, public board and search up to date; return how many lines were read."""
    return folding.fold(at=at)


def _is_called(task: Task, waits: list[str], *, at: dt.datetime) -> bool:
    """Tell whether the time of the task's next reminder has come."""
    if task.escalations >= len(waits):
        return False
    wait = Limit.parse(waits[task.escalations])
    return due(task.due_at, wait, rules.calendar()).at <= at


def _taken(task: Task, *, at: dt.datetime) -> bool:
    try:
        engine.take(task.steps[0], task.matter, by=SYSTEM, at=at)
    except StepRefused:  # somebody acted meanwhile
        return False
    return True


@transaction.atomic
def _reminded(task_id: int, waits: list[str], *, at: dt.datetime) -> bool:
    found = Task.objects.select_for_update(skip_locked=True).filter(
        pk=task_id, done_at__isnull=True
    )
    task = found.first()
    if task is None or not _is_called(task, waits, at=at):
        return False
    task.escalations += 1
    task.save(update_fields=["escalations"])
    journal.write(
        journal.Told(
            event="matters.overdue",
            subject=f"matter:{task.matter_id}",
            at=at,
            data={"task": task.pk, "holder": task.holder, "times": task.escalations},
        )
    )
    return True
