"""Whom a step concerns, and in what words they are told.

Everybody who is awaited is told that something waits, and whoever let a date pass, and in the end
those above them. Who raised a matter is told what they asked to know: that it was accepted, that
it takes longer, how it ended. Nobody is told what needs nothing of them.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.subscribers import on
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Extension, Matter, Task, Urgency
from guapeng.kernel.notices import actions as notices
from guapeng.kernel.notices.kinds import Kind, register
from guapeng.kernel.people.holders import holders
from guapeng.kernel.rules import queries as rules
from guapeng.web import words

Params = Mapping[str, Any]
_SUBJECT: Final = "matter:"


@on("*", many=False)
def tell_people(entry: Entry) -> None:
    """Tell whoever a line of the journal concerns; what it has ended no longer waits."""
    if not entry.subject.startswith(_SUBJECT):
        return
    matter = Matter.objects.get(pk=entry.subject.removeprefix(_SUBJECT))
    data = orjson.loads(entry.data)
    tasks = _open_tasks(matter)
    notices.settle(subject=entry.subject, at=entry.at, but=[_cause(task) for task in tasks])
    if entry.event == "matters.overdue":
        _remind(matter, entry, tasks, data)
    else:
        _ask(matter, entry, tasks, data)
        _inform_raiser(matter, entry, data)


def _open_tasks(matter: Matter) -> list[Task]:
    return list(matter.tasks.filter(done_at=None).exclude(holder="clockwork").order_by("pk"))


def _ask(matter: Matter, entry: Entry, tasks: Collection[Task], data: Params) -> None:
    """Tell the holders of the tasks that the step has opened; who took it knows."""
    fresh = [task for task in tasks if task.opened_at == entry.at]
    if not fresh or _is_followed(matter, entry, data):
        return
    who = holders([task.holder for task in fresh], on=timezone.localdate(entry.at))
    told = {entry.actor}
    for task in fresh:
        people = who[task.holder] - told
        told |= people
        _notify(matter, entry, people, "matters.awaited", _cause(task), task=task)


def _is_followed(matter: Matter, entry: Entry, data: Params) -> bool:
    """Tell whether another step was taken in the same instant: then the tasks are that one's."""
    return matter.steps_taken.filter(at=entry.at, pk__gt=data.get("step", 0)).exists()


def _remind(matter: Matter, entry: Entry, tasks: Collection[Task], data: Params) -> None:
    """Tell the holder whose date has passed; the next times, those above."""
    task = next((one for one in tasks if one.pk == data["task"]), None)
    times = data["times"]
    key = task and _above(task.holder, matter, storeys=times - 1, entry=entry)
    if task and key:
        people = holders([key], on=timezone.localdate(entry.at))[key]
        kind = "matters.overdue" if times == 1 else "matters.escalated"
        _notify(matter, entry, people, kind, f"{_cause(task)}/overdue:{times}", task=task)


def _above(holder: str, matter: Matter, *, storeys: int, entry: Entry) -> str:
    """Return the key so many steps above a holder, by the rule ``matters.above``; "" is nobody."""
    above = rules.value("matters.above", on=timezone.localdate(entry.at))["above"]
    for _storey in range(storeys):
        kind, _colon, rest = holder.partition(":")
        rank = rest.partition("@")[0] if kind == "role" else kind
        role, _at, storey = above.get(rank, "").partition("@")
        place = getattr(matter, f"{storey}_id") if storey else None
        if place is None:
            return ""
        holder = f"role:{role}@{place}"
    return holder


def _inform_raiser(matter: Matter, entry: Entry, data: Params) -> None:
    """Tell who raised the matter how far it is, unless they did the step themselves."""
    known = (matter.raised_by_id, matter.on_behalf_of_id)
    people = {who for who in known if who and who != entry.actor}
    told = _news(matter, entry, data) if people else None
    if told:
        kind, more = told
        notices.supersede(people, subject=entry.subject, at=entry.at)
        _notify(matter, entry, people, kind, f"entry:{entry.seq}", more=more)


def _news(matter: Matter, entry: Entry, data: Params) -> tuple[str, Params] | None:
    """Return the kind of news that the step is to who raised the matter, and its words."""
    workflow, before, after = tables.of(matter), data.get("from", ""), data.get("to", "")
    if before == after or not before:
        return None
    opening = next(iter(workflow.leaving(tables.NEW))).targets
    if workflow.state(after).final:
        return "matters.ended", {"state": after}
    if before in opening and after not in opening:
        return "matters.accepted", {"state": after}
    granted = Extension.objects.filter(matter=matter, decided_at=entry.at, granted=True).first()
    if granted:
        return "matters.extended", {"until": _last_day(granted).isoformat()}
    return None


def _last_day(extension: Extension) -> dt.date:
    """Return the last day in time; ``until`` is the first moment that is too late."""
    return timezone.localdate(extension.until - dt.timedelta(microseconds=1))


def _notify(
    matter: Matter,
    entry: Entry,
    people: Collection[int],
    kind: str,
    key: str,
    *,
    task: Task | None = None,
    more: Params | None = None,
) -> None:
    params = {
        "number": matter.number,
        "title": matter.title,
        "workflow": matter.workflow,
        "version": matter.version,
        "steps": task.steps if task else [],
    }
    notices.notify(
        people,
        key=key,
        kind=kind,
        subject=entry.subject,
        url=reverse("matters:matter", args=[matter.number]),
        at=entry.at,
        params=params | dict(more or {}),
        until=_cause(task) if task else "",
        urgent=bool(task) and matter.urgency == Urgency.DANGER,
    )


def _cause(task: Task) -> str:
    return f"task:{task.pk}"


def _workflow(params: Params) -> tables.Workflow:
    return tables.workflow(params["workflow"], params["version"])


def _with_steps(params: Params) -> dict[str, str]:
    labels = (str(_workflow(params).step(key).label) for key in params["steps"])
    return {"steps": words.listed(labels), "title": words.named(params["title"])}


def _with_state(params: Params) -> dict[str, str]:
    state = _workflow(params).state(params["state"])
    return {"state": str(state.public or state.label), "title": words.named(params["title"])}


def _with_day(params: Params) -> dict[str, str]:
    day = parse_date(params["until"])
    return {"day": date_format(day) if day else "", "title": words.named(params["title"])}


register(
    Kind(
        key="matters.awaited",
        says=lambda params: _("请您%(steps)s：%(title)s") % _with_steps(params),
        needs_action=True,
    )
)
register(
    Kind(
        key="matters.overdue",
        says=lambda params: _("已到期，请尽快%(steps)s：%(title)s") % _with_steps(params),
        needs_action=True,
    )
)
register(
    Kind(
        key="matters.escalated",
        says=lambda params: _("超期未%(steps)s，请您督促：%(title)s") % _with_steps(params),
        needs_action=True,
    )
)
register(
    Kind(
        key="matters.accepted",
        says=lambda params: _("您提出的“%(title)s”：%(state)s") % _with_state(params),
        needs_action=False,
    )
)
register(
    Kind(
        key="matters.extended",
        says=lambda params: (
            _("您提出的“%(title)s”：延期至%(day)s，理由请点开看") % _with_day(params)
        ),
        needs_action=False,
    )
)
register(
    Kind(
        key="matters.ended",
        says=lambda params: _("您提出的“%(title)s”：%(state)s") % _with_state(params),
        needs_action=False,
    )
)
