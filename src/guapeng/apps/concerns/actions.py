"""What the steps of a concern do: one verb each, called by the engine inside its transaction."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from guapeng.apps.concerns.models import Category, Concern
from guapeng.kernel.matters import deadlines, loop
from guapeng.kernel.matters.models import (
    Assignment,
    Matter,
    StepTaken,
    Urgency,
    Verdict,
    Visibility,
)
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Body
from guapeng.kernel.rules import queries as rules
from guapeng.plain.masking import scrub
from guapeng.plain.workdays import due, extend


def report(matter: Matter, *, by: Actor, at: dt.datetime, **given: Any) -> None:
    """Keep the reporter's words."""
    begin(matter, by=by, at=at, **given).save(force_insert=True)


def begin(
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    text: str,
    category: Category | None = None,
    **_origin: str,
) -> Concern:
    """Make the concern that holds the reporter's words, unsaved.

    ``_origin`` is what an import notes of where a row came from; the step's own row keeps it.
    """
    return Concern(matter_id=matter.pk, text=text, category_id=category.pk if category else None)


def take_over(
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    text: str,
    category: Category | None = None,
    lead: Body | None = None,
    summary: str = "",
    **_origin: str,
) -> Concern:
    """Make the concern of a case that was closed elsewhere, unsaved: history, nobody is awaited.

    ``summary`` is read by whoever sees the matter and must be fit for that; ``lead`` is the unit
    that had it in hand.
    """
    matter.outcome = summary
    if lead:
        part = Assignment(matter_id=matter.pk, body=lead, is_lead=True)
        part.assigned_at = matter.opened_at
        matter.parts = [part]
    return begin(matter, by=by, at=at, text=text, category=category)


def dispatch(
    concern: Concern,
    *,
    by: Actor,
    at: dt.datetime,
    lead: Body,
    assisting: Iterable[Body],
    category: Category,
    urgency: Urgency,
) -> None:
    """Give the concern to a lead unit and its helpers; their clocks start now, not at sign-in."""
    concern.category = category
    concern.save(update_fields=["category"])
    concern.matter.urgency = urgency
    concern.matter.category = category.code
    concern.matter.title = category.name
    concern.matter.visibility = visible(category)
    loop.assign(concern.matter, lead=lead, assisting=assisting, at=at)


def merge(concern: Concern, *, by: Actor, at: dt.datetime, same_as: Concern) -> None:
    """Join the concern to an earlier one about the same thing."""
    concern.same_as = same_as
    concern.save(update_fields=["same_as"])


def settle(concern: Concern, *, by: Actor, at: dt.datetime, summary: str) -> None:
    """Note what the grid worker settled on the spot."""
    _summarise(concern, summary)


def rule_on(concern: Concern, *, by: Actor, at: dt.datetime, upheld: bool, ruling: str) -> str:
    """Rule on the objection: upheld, the desk dispatches anew; else the unit carries on."""
    loop.rule_on(concern.matter, by=by, at=at, upheld=upheld, ruling=ruling)
    return "reported" if upheld else "dispatched"


def ask_extension(
    concern: Concern, *, by: Actor, at: dt.datetime, reason: str, until: dt.date
) -> None:
    """Ask for more time; at most as much again as the first limit (L6)."""
    latest = _latest(concern.matter)
    end = timezone.make_aware(dt.datetime.combine(until + dt.timedelta(days=1), dt.time.min))
    loop.ask_extension(concern.matter, by=by, at=at, reason=reason, until=end, latest=latest)


def give_result(
    concern: Concern, *, by: Actor, at: dt.datetime, result: str, summary: str, cause: str
) -> None:
    """Note the result; the words for the public lose phone and identity numbers."""
    concern.cause = cause
    concern.save(update_fields=["cause"])
    _summarise(concern, summary)


def verify(concern: Concern, *, by: Actor, at: dt.datetime, holds: bool, found: str) -> str:
    """Pass the result on to the reporter, or send it back to the unit."""
    return "asking" if holds else "acting"


def judge(
    concern: Concern,
    *,
    by: Actor,
    at: dt.datetime,
    reached: bool | None,
    solved: bool,
    satisfied: bool | None,
    comment: str,
) -> str:
    """Take the verdict: solved closes, unsolved returns, too often unsolved is a problem ticket."""
    loop.judge(
        concern, by=by, at=at, reached=reached, solved=solved, satisfied=satisfied, comment=comment
    )
    return "closed" if solved else _after_failing(concern.matter, at=at)


def follow_up(
    concern: Concern,
    *,
    by: Actor,
    at: dt.datetime,
    reached: bool | None,
    solved: bool,
    satisfied: bool | None,
    comment: str,
) -> str:
    """Write down the verdict that the reporter gave by telephone or at the counter."""
    Verdict.objects.create(
        matter=concern.matter,
        by_id=concern.matter.raised_by_id,
        taken_by_id=by.person_id,
        at=at,
        reached=reached,
        solved=solved,
        satisfied=satisfied,
        comment=comment,
    )
    return "closed" if solved else _after_failing(concern.matter, at=at)


def conclude(concern: Concern, *, by: Actor, at: dt.datetime, again: bool, explanation: str) -> str:
    """Decide what becomes of a problem ticket."""
    return "acting" if again else "closed"


def visible(category: Category) -> Visibility:
    """Return who may know of a concern of that kind, once it is known what it is about."""
    is_open = category.is_public and not category.is_petition
    return Visibility.PUBLIC if is_open else Visibility.INVOLVED


def _after_failing(matter: Matter, *, at: dt.datetime) -> str:
    """Redo, until the rule's number of fruitless rounds makes it a problem ticket (W10)."""
    most = rules.value("concerns.redo", on=timezone.localdate(at))["times"]
    return "problem" if _rounds(matter) >= most else "acting"


def _rounds(matter: Matter) -> int:
    return StepTaken.objects.filter(matter=matter, step="give_result").count()


def _latest(matter: Matter) -> dt.datetime:
    """Return the end of the first limit, given once more."""
    dispatched = matter.steps_taken.filter(step="dispatch").latest("id").at
    span = deadlines.limit(
        "concerns.handle", urgency=matter.urgency, on=timezone.localdate(dispatched)
    )
    calendar = rules.calendar()
    return extend(due(dispatched, span, calendar), span, calendar).at


def _summarise(concern: Concern, summary: str) -> None:
    """Write down what the public reads, without what leads to a person."""
    asker = concern.matter.on_behalf_of or concern.matter.raised_by
    concern.matter.outcome = scrub(summary, names=[asker.name] if asker else [])
