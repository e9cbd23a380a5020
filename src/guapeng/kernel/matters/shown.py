"""A matter as pages show it: rows of lists, the story so far, the way ahead, who has a part.

Everything is formatted here, once; templates only place it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guapeng.kernel.matters import holders, tables
from guapeng.kernel.matters.models import Assignment, Matter, StepTaken, Task, Urgency
from guapeng.kernel.matters.queries import Listed, Waiting
from guapeng.web import words
from guapeng.web.rows import Row

_TONES: Final = {"objected": "waiting", "problem": "overdue"}
_ICONS: Final = {True: "done", False: "going"}


def awaited(row: Waiting) -> str:
    """Return in words what a task waits for."""
    return _labels(row.workflow, row.version, tuple(row.steps), get_language())


def waiting_row(row: Waiting, *, at: dt.datetime) -> Row:
    """Return a task of an inbox: what is to be done, where, until when."""
    return Row(
        href=address(row.number),
        title=_("%(steps)s：%(title)s") % {"steps": awaited(row), "title": words.named(row.title)},
        number=row.number,
        meta=row.place,
        mark=_mark(row.urgency),
    ).with_due(words.due(row.due_at, at=at))


def listed_row(row: Listed, *, at: dt.datetime) -> Row:
    """Return a matter of a place's list or the board: how it stands, in words for the public."""
    state = tables.of(row).state(row.state)
    day = words.day(timezone.localdate(row.opened_at), at=at)
    shown = Row(
        href=address(row.number),
        title=words.named(row.title),
        number=row.number,
        meta=f"{row.place} · {day}".removeprefix(" · "),
        state=_public(row.workflow, row.version, row.state, get_language()),
        tone="done" if state.final else "going",
        mark="" if state.final else _mark(row.urgency),
    )
    return shown.with_due(words.due(row.due_at, at=at)) if row.due_at else shown


# Thirty rows say the same few words: a catalogue is asked once for each.
@lru_cache(maxsize=4096)
def _labels(workflow: str, version: int, steps: tuple[str, ...], _language: str) -> str:
    table = tables.workflow(workflow, version)
    return words.listed(str(table.step(key).label) for key in steps)


@lru_cache(maxsize=4096)
def _public(workflow: str, version: int, state: str, _language: str) -> str:
    return str(tables.workflow(workflow, version).state(state).public)


def timeline(
    story: Sequence[StepTaken], matter: Matter, *, at: dt.datetime, whole: bool
) -> list[dict[str, Any]]:
    """Return what happened, the first first, as ``c-timeline`` takes it.

    ``whole`` shows all that was given, to those who handle the matter; the asker reads what each
    form names in ``asker_reads``.
    """
    names = holders.in_words(taken.acting_as for taken in story if taken.acting_as)
    return [_told(taken, matter, names, at=at, whole=whole) for taken in story]


def course(matter: Matter, awaited: Sequence[Task], *, at: dt.datetime) -> list[dict[str, str]]:
    """Return where the matter stands and what comes next, as ``c-steps`` takes it."""
    workflow = tables.of(matter)
    state = workflow.state(matter.state)
    now = {"label": str(state.public or state.label), "place": "past" if state.final else "now"}
    now["who"] = words.listed(dict.fromkeys(_awaited_names(awaited)))
    if matter.closed_at:
        now["within"] = words.moment(matter.closed_at, at=at)
    elif matter.due_at:
        now["within"] = words.due(matter.due_at, at=at).text
    begun = {"label": _("已提出"), "place": "past", "within": words.moment(matter.opened_at, at=at)}
    ahead = [
        {"label": str(one.public or one.label), "place": "ahead"}
        for one in workflow.ahead(matter.state)
    ]
    return [begun, now, *ahead]


def parts(matter: Matter, *, at: dt.datetime) -> list[dict[str, str]]:
    """Return the units that have a part in the matter now, the leading one first."""
    assigned = matter.assignments.filter(withdrawn_at=None).select_related("body", "matter")
    return [_part(one, at=at) for one in assigned.order_by("-is_lead", "id")]


def kin(matter: Matter) -> list[dict[str, str]]:
    """Return the numbers of what the matter came from and of what came from it."""
    found = Matter.objects.filter(Q(pk=matter.parent_id) | Q(parent=matter)).order_by("pk")
    return [
        {"number": one.number, "label": _("由这件而来") if one.pk < matter.pk else _("后续事项")}
        for one in found
    ]


def _told(
    taken: StepTaken, matter: Matter, names: dict[str, str], *, at: dt.datetime, whole: bool
) -> dict[str, Any]:
    workflow = tables.of(matter)
    final = workflow.state(taken.to_state).final
    told_above = taken.step == workflow.first.key  # the page shows the case itself
    return {
        "says": _says(taken, matter),
        "at": words.moment(taken.at, at=at),
        "iso": taken.at.isoformat(),
        "by": names.get(taken.acting_as, ""),
        "note": "" if told_above else _given(taken, matter, whole=whole),
        "tone": "done" if final else _TONES.get(taken.to_state, "quiet"),
        "icon": _ICONS[final],
    }


def _says(taken: StepTaken, matter: Matter) -> str:
    """Return the journal's sentence, said again in the reader's language.

    As it was written down in the language of the journal itself, and where what it quotes is gone.
    """
    if get_language() == settings.LANGUAGE_CODE:
        return taken.says
    step = tables.of(matter).step(taken.step)
    fields = step.form.base_fields
    try:
        quoted = {name: _value(taken.given[name], fields[name]) for name in step.quotes}
    except KeyError:
        return taken.says
    return str(step.says).format(**quoted)


def _given(taken: StepTaken, matter: Matter, *, whole: bool) -> str:
    """Return what was given with a step, one line a field."""
    form = tables.of(matter).step(taken.step).form
    shown = form.base_fields if whole else form.asker_reads
    fields = form.base_fields
    return "\n".join(
        f"{_asking(fields[name].label)}{_value(taken.given[name], fields[name])}"
        for name in shown
        if name in taken.given
    )


def _asking(label: Any) -> str:
    """Return a label before its answer; a question needs no colon."""
    return f"{label} " if str(label).endswith(("？", "?")) else _("%(label)s：") % {"label": label}


def _value(given: Any, field: Any) -> str:
    if isinstance(given, list):
        return words.listed(_value(item, field) for item in given)
    if isinstance(given, dict):
        return words.named(str(given["label"]))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    coded = {True: "yes", False: "no"}.get(given, str(given)) if choices else given
    if isinstance(given, str) and not choices and (moment := _moment(given)):
        return moment
    return choices.get(str(coded), str(given))


def _moment(text: str) -> str:
    """Return a moment that was kept as ISO text in words; nothing for any other text."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return ""
    return words.moment(found, at=found) if found and found.tzinfo else ""


def _awaited_names(awaited: Iterable[Task]) -> Iterable[str]:
    tasks = list(awaited)
    names = holders.in_words(task.holder for task in tasks)
    return (names[task.holder] for task in tasks if task.holder != "clockwork")


def _part(one: Assignment, *, at: dt.datetime) -> dict[str, str]:
    begun = (_("已签收"), "going") if one.reported_in_at else (_("待签收"), "waiting")
    is_done = one.finished_at or not one.matter.is_open
    state, tone = (_("已完成"), "done") if is_done else begun
    return {
        "name": words.named(one.body.short_name),
        "role": _("牵头") if one.is_lead else _("协办"),
        "part": one.part,
        "state": state,
        "tone": tone,
        "due": words.deadline(one.due_at, at=at) if one.due_at else "",
    }


def _mark(urgency: int) -> str:
    return _("紧急") if urgency <= Urgency.OUTAGE else ""


def address(number: str) -> str:
    """Return the address of a matter's page."""
    return f"{_addresses()}{number}/"


@cache
def _addresses() -> str:
    """Return what the addresses of all matters begin with: thirty look-ups a list cost too much."""
    return reverse("matters:matter", args=["0"]).removesuffix("0/")
