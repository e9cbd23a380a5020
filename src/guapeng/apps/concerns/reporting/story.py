"""What became of a concern, in plain words: what happened, who has it now, until when."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine, holders, queries, shown, tables
from guapeng.kernel.matters.attachments import shown as attachments
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.parties import RAISER
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import Deadline
from guapeng.web import words


def is_asker(matter: Matter, by: Actor) -> bool:
    """Tell whether ``by`` brought the matter, under a name or by its code."""
    return bool(by.keys.intersection(RAISER.holders(matter)))


def told(matter: Matter, *, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """Return all that the page of a followed matter says."""
    state = tables.of(matter).state(matter.state)
    asks = is_asker(matter, by)
    return {
        "matter": matter,
        "state": str(state.public or state.label),
        "tone": "done" if state.final else "going",
        "final": state.final,
        "has_it": "" if state.final else _has_it(matter),
        "until": "" if state.final else until(matter, at=at),
        "late": bool(matter.due_at and matter.due_at <= at and not state.final),
        "opened": words.moment(matter.opened_at, at=at),
        "entries": _own_entries(matter, at=at) if asks else _public_entries(matter, at=at),
        "is_asker": asks,
        "steps": _own_steps(matter, by=by, at=at) if asks else [],
        "case": tables.of(matter).case.objects.filter(pk=matter.pk).first() if asks else None,
        "attachments": attachments.shown(matter, by=by, at=at),
    }


def until(matter: Matter, *, at: dt.datetime) -> str:
    """Return until when, as people count it: 最迟3月9日（周一），还有5个工作日."""
    if matter.due_at is None:
        return ""
    if matter.due_at <= at:
        return _("已超过期限%(span)s，系统正在催办") % {"span": words.span(at - matter.due_at)}
    today = timezone.localdate(at)
    last = Deadline(matter.due_at, provisional=matter.due_is_provisional).last_day()
    if last == today or matter.due_at - at < words.DAY:
        return _("最迟%(moment)s") % {"moment": words.moment(matter.due_at, at=at)}
    left = workdays_between(today, last)
    count = ngettext("还有%(count)d个工作日", "还有%(count)d个工作日", left) % {"count": left}
    said = _("最迟%(day)s（%(weekday)s），%(left)s") % {
        "day": words.day(last, at=at),
        "weekday": WEEKDAYS[last.weekday()],
        "left": count,
    }
    return said + (_("（节假日未公布，暂定）") if matter.due_is_provisional else "")


def workdays_between(today: dt.date, last: dt.date) -> int:
    """Return how many working days come after ``today``, up to and with ``last``."""
    calendar = rules.calendar()
    days = (today + dt.timedelta(days=ahead) for ahead in range(1, (last - today).days + 1))
    return sum(calendar.is_workday(day) for day in days)


def _has_it(matter: Matter) -> str:
    """Return whom the matter waits for: units and posts, never a person's name."""
    with transaction.atomic(), scope.trusted():
        open_tasks = matter.tasks.filter(done_at__isnull=True).order_by("due_at", "id")
        keys = list(open_tasks.values_list("holder", flat=True))
        names = holders.in_words(keys)
    return words.listed(dict.fromkeys(names[key] for key in keys if key != "clockwork"))


def _own_entries(matter: Matter, *, at: dt.datetime) -> list[dict[str, Any]]:
    """Return what happened with the reasons and results that the asker may read."""
    return shown.timeline(list(queries.story_of(matter)), matter, at=at, whole=False)


def _public_entries(matter: Matter, *, at: dt.datetime) -> list[dict[str, Any]]:
    """Return what the journal tells everybody, which never holds anybody's words."""
    steps = [f"{matter.workflow}.{step.key}" for step in tables.of(matter).steps]
    entries = Entry.objects.filter(subject=f"matter:{matter.pk}", event__in=steps).order_by("seq")
    return [
        {
            "says": entry.says,
            "at": words.moment(entry.at, at=at),
            "iso": entry.at.isoformat(),
            "icon": "done",
        }
        for entry in entries
    ]


def _own_steps(matter: Matter, *, by: Actor, at: dt.datetime) -> list[tables.Step]:
    """Return what the asker may do now, what is awaited first."""
    steps = [step for step in engine.open_steps(matter, by=by, at=at) if step.who is RAISER]
    return sorted(steps, key=lambda step: step.limit is None)
