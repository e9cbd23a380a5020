"""What the clock does: steps that are due by themselves, and telling who let a date pass."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Task
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import Limit, due

_AT_ONCE = 200


def take_due_steps(*, at: dt.datetime) -> int:
    """Take the steps that the procedures leave to the clock; return how many were taken."""
    with scope.acting(SYSTEM):
        tasks = Task.objects.filter(holder="clockwork", done_at__isnull=True, due_at__lte=at)
        return sum(_taken(task, at=at) for task in tasks.select_related("matter")[:_AT_ONCE])


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
        ids = list(overdue.order_by("due_at").values_list("id", flat=True)[:_AT_ONCE])
        return sum(_reminded(id_, waits, at=at) for id_ in ids)


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
    if task is None or task.escalations >= len(waits):
        return False
    wait = Limit.parse(waits[task.escalations])
    if due(task.due_at, wait, rules.calendar()).at > at:
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
