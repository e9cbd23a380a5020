"""The engine: the only place where a matter's state changes.

``open_matter`` and ``take`` do the same five things in one transaction: check the row of the
table, let the app's verb act, write the fact, hand the matter to whoever is awaited next, and
write the journal. Whoever listens hears of it after commit.
"""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django.db import IntegrityError, transaction

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import deadlines, tables
from guapeng.kernel.matters.beginning import Arrival, Opening, allowed, new_matter, open_many, stand
from guapeng.kernel.matters.errors import (
    LastStep,
    NoSuchStep,
    SecondPersonNeeded,
    StepNotOpen,
    StepRefused,
    TakenBefore,
    TooLate,
)
from guapeng.kernel.matters.forms import kept
from guapeng.kernel.matters.models import Case, Matter, StepTaken, Task
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.plain.workdays import Deadline

__all__ = [
    "Opening",
    "check",
    "open_matter",
    "open_steps",
    "row",
    "take",
    "was_taken",
]


def open_matter(key: str, opening: Opening, *, by: Actor, at: dt.datetime, **given: Any) -> Matter:
    """Open a matter by the first row of the procedure ``key``; return it, or the one of its uid.

    Raises:
        KeyError: no procedure of that key.
        NotYours: the first row is for somebody else.
    """
    workflow = tables.workflow(key)
    if workflow.first.begins:
        opened = open_many(key, [Arrival(opening, given)], by=by, at=at)
        return opened[0] if opened else _known(opening.uid)
    try:
        with transaction.atomic(), scope.trusted():
            return _opened(workflow, opening, by=by, at=at, given=given)
    except IntegrityError:  # somebody sent it at the same time, or earlier
        return _known(opening.uid)


def take(
    step_key: str,
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    uid: uuids.UUID | None = None,
    **given: Any,
) -> Matter:
    """Take a step of ``matter``; return the matter as it is then.

    ``uid`` is made by the client: taking the same one again changes nothing.

    Raises:
        Matter.DoesNotExist: the scope of the connection does not show the matter.
        NoSuchStep: the procedure has no such row.
        StepNotOpen: the matter stands elsewhere; says who was first.
        NotYours: the row is for somebody else.
        SecondPersonNeeded: the taker took the step that this one checks.
        TakenBefore: a row for once only.
        TooLate: the row's window is over.
    """
    with transaction.atomic():
        matter = Matter.objects.select_for_update().get(pk=matter.pk)
        with scope.trusted():
            if uid and StepTaken.objects.filter(uid=uid).exists():
                return matter
            step = row(matter, step_key)
            acting_as = check(step, matter, by=by, at=at)
            case = tables.of(matter).case.objects.get(pk=matter.pk)
            case.matter = matter
            shown = by.behind(acting_as)
            turn = _Turn(step, by=shown, at=at, given=given, acting_as=acting_as, uid=uid)
            return _move(matter, case, turn)


def was_taken(uid: uuids.UUID) -> bool:
    """Tell whether a step of that client-made id was taken, as far as the scope shows it."""
    return StepTaken.objects.filter(uid=uid).exists()


def check(step: tables.Step, matter: Matter, *, by: Actor, at: dt.datetime) -> str:
    """Return the key under which ``by`` may take ``step`` of ``matter`` now.

    Raises:
        StepNotOpen, NotYours, SecondPersonNeeded, TakenBefore, TooLate: as ``take``.
    """
    if matter.state not in step.leaves:
        raise StepNotOpen(state=str(_state(matter).label), last=_last(matter))
    acting_as = allowed(step, matter, by)
    _needs_second_person(step, matter, by)
    if step.once and step.key in matter.last_taken:
        raise TakenBefore(label=str(step.label))
    if step.window and at > deadlines.deadline(step.window, matter, at=matter.changed_at).at:
        raise TooLate(label=str(step.label))
    return acting_as


def open_steps(matter: Matter, *, by: Actor, at: dt.datetime) -> list[tables.Step]:
    """Return the rows that ``by`` may take now, in table order: the buttons of the page."""
    return [step for step in tables.of(matter).leaving(matter.state) if _may(step, matter, by, at)]


def row(matter: Matter, key: str) -> tables.Step:
    """Return the row ``key`` of the matter's own procedure.

    Raises:
        NoSuchStep: the procedure has no such row.
    """
    try:
        return tables.of(matter).step(key)
    except KeyError:
        raise NoSuchStep(key) from None


@dataclass(frozen=True)
class _Turn:
    """One taking of a step: everything that is known before the verb acts."""

    step: tables.Step
    _: KW_ONLY
    by: Actor
    at: dt.datetime
    given: dict[str, Any]
    acting_as: str
    uid: uuids.UUID | None


def _opened(
    workflow: tables.Workflow,
    opening: Opening,
    *,
    by: Actor,
    at: dt.datetime,
    given: dict[str, Any],
) -> Matter:
    """Open a matter whose first row does more than begin a case, like any other turn."""
    matter = new_matter(workflow, Arrival(opening, given), by=by, at=at)
    acting_as = allowed(workflow.first, matter, by)
    matter.save(force_insert=True)
    turn = _Turn(workflow.first, by=by, at=at, given=given, acting_as=acting_as, uid=opening.uid)
    return _move(matter, matter, turn)


def _known(uid: uuids.UUID) -> Matter:
    """Return the matter of that client-made id.

    Raises:
        Matter.DoesNotExist: it was not that id which was there before.
    """
    with transaction.atomic(), scope.trusted():
        return Matter.objects.get(uid=uid)


def _move(matter: Matter, subject: Case | Matter, turn: _Turn) -> Matter:
    """Let the verb act, then write what happened; the journal comes last, for it locks."""
    step, before = turn.step, matter.state
    answer = None
    if step.effect:
        answer = step.effect(subject, by=turn.by, at=turn.at, **turn.given)
        vars(matter).pop("parts", None)  # the verb may have given or ended some
    matter.last_taken[step.key] = turn.at
    after = step.target(before, answer)
    _settle(matter, turn)
    stand(matter, after, at=turn.at)
    if step.to != tables.STAY:
        _await(matter, at=turn.at)
    matter.save()
    _record(matter, turn, before)
    return matter


def _settle(matter: Matter, turn: _Turn) -> None:
    """Close what was awaited: of the taker's own tasks this step alone, if the matter stays."""
    tasks = Task.objects.filter(matter=matter, done_at__isnull=True)
    if turn.step.to == tables.STAY:
        for task in tasks.filter(steps__contains=[turn.step.key], holder__in=turn.by.keys):
            _settle_step(task, matter, turn)
    else:
        tasks.update(done_at=turn.at, done_by=turn.by.person_id)


def _settle_step(task: Task, matter: Matter, turn: _Turn) -> None:
    """Close one step of a task; what is left of it is awaited by a date of its own."""
    left = [key for key in task.steps if key != turn.step.key]
    if left:
        Task.objects.create(
            matter=matter,
            holder=task.holder,
            steps=left,
            urgency=task.urgency,
            opened_at=task.opened_at,
            due_at=_own_dates(matter).get(task.holder) or _first_end(matter, left, task.opened_at),
            due_is_provisional=task.due_is_provisional,
        )
    task.steps, task.done_at, task.done_by = [turn.step.key], turn.at, turn.by.person_id
    task.save()


def _first_end(matter: Matter, steps: list[str], since: dt.datetime) -> dt.datetime:
    """Return when the first of the steps is due."""
    limits = {step.key: within for step, within in tables.of(matter).awaited(matter.state)}
    return min(deadlines.deadline(limits[key], matter, at=since).at for key in steps)


def _own_dates(matter: Matter) -> dict[str, dt.datetime]:
    """Return the dates that units were given for their own parts, by holder."""
    return {f"body:{part.body_id}": part.due_at for part in matter.parts if part.due_at}


def _await(matter: Matter, *, at: dt.datetime) -> None:
    """Open a task for everybody whom the rows of the new state await, each with its own date."""
    dates = _own_dates(matter)
    tasks: dict[str, Task] = {}
    for step, within in tables.of(matter).awaited(matter.state):
        due = deadlines.deadline(within, matter, at=at)
        for holder in step.who.holders(matter):
            task = tasks.setdefault(holder, _task(matter, holder, due, at=at))
            task.steps.append(step.key)
            task.due_at = dates.get(holder) or min(task.due_at, due.at)
    Task.objects.bulk_create(tasks.values())
    matter.due_at = max((task.due_at for task in tasks.values()), default=None)
    matter.due_is_provisional = any(task.due_is_provisional for task in tasks.values())


def _task(matter: Matter, holder: str, due: Deadline, *, at: dt.datetime) -> Task:
    return Task(
        matter=matter,
        holder=holder,
        steps=[],
        urgency=matter.urgency,
        opened_at=at,
        due_at=due.at,
        due_is_provisional=due.provisional,
    )


def _record(matter: Matter, turn: _Turn, before: str) -> None:
    given = kept(turn.given)
    says = turn.step.told(turn.given)
    taken = StepTaken.objects.create(
        matter=matter,
        uid=turn.uid or uuids.uuid4(),
        step=turn.step.key,
        from_state=before,
        to_state=matter.state,
        by_id=turn.by.person_id,
        acting_as=turn.acting_as,
        at=turn.at,
        says=says,
        given=given,
    )
    journal.write(
        journal.Told(
            event=f"{matter.workflow}.{turn.step.key}",
            subject=f"matter:{matter.pk}",
            at=turn.at,
            actor=turn.by.person_id,
            acting_as=turn.acting_as,
            says=says,
            data={"step": taken.pk, "from": before, "to": matter.state},
            given=given,
        )
    )


def _may(step: tables.Step, matter: Matter, by: Actor, at: dt.datetime) -> bool:
    try:
        check(step, matter, by=by, at=at)
    except StepRefused:
        return False
    return True


def _needs_second_person(step: tables.Step, matter: Matter, by: Actor) -> None:
    if not step.not_by or by.person_id is None:
        return
    mine = matter.steps_taken.filter(step__in=step.not_by, by_id=by.person_id).first()
    if mine:
        earlier = row(matter, mine.step).label
        raise SecondPersonNeeded(label=str(step.label), earlier=str(earlier))


def _last(matter: Matter) -> LastStep | None:
    taken = matter.steps_taken.order_by("-id").first()
    if taken is None:
        return None
    step = row(matter, taken.step)
    return LastStep(str(step.label), str(step.who.label), taken.at)


def _state(matter: Matter) -> tables.State:
    return tables.of(matter).state(matter.state)
