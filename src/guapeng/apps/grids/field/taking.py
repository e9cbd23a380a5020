"""Taking records from a telephone: each by itself, each with its own answer.

What is taken twice is known the second time; what cannot be taken says why; what somebody else
changed meanwhile comes back with both sides; and what fails here, through no fault of the record,
is asked for again. One record never hinders another.
"""

import datetime as dt
import logging
import uuid as uuids
from collections.abc import Callable
from typing import Any, Final

from django.db import transaction
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.grids.field import ledgering, photos, visits
from guapeng.apps.grids.field.describing import takes_photos
from guapeng.apps.grids.field.posts import Beat, beats
from guapeng.apps.grids.field.records import (
    KINDS,
    HouseholdRecord,
    Later,
    PhotoRecord,
    RecordRefused,
    ReportRecord,
    StepRecord,
    VisitRecord,
    uid_of,
)
from guapeng.apps.grids.ledger.errors import Conflict, LedgerRefused
from guapeng.apps.grids.models import Visit, VisitPhoto
from guapeng.kernel.files import actions as files
from guapeng.kernel.matters import engine, queries, tables
from guapeng.kernel.matters.attachments.actions import attach
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Channel, Matter, StepTaken
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.rules import queries as rules
from guapeng.plain.unfit import Unfit

Answer = dict[str, Any]
TAKEN: Final = "taken"
KNOWN: Final = "known"
REFUSED: Final = "refused"
CONFLICT: Final = "conflict"
LATER: Final = "later"
INCOMPLETE: Final = "incomplete"

_log = logging.getLogger(__name__)


def take_all(sent: list[Any], *, by: Actor, at: dt.datetime) -> list[Answer]:
    """Take records in the order in which they came; return an answer for each that has an id."""
    return [take(one, by=by, at=at) for one in sent if uid_of(one)]


def take(sent: dict[str, Any], *, by: Actor, at: dt.datetime) -> Answer:
    """Take one record in a transaction of its own; return what became of it.

    The answer has ``id`` and ``state``; ``says`` with a refusal, ``number`` with a matter,
    ``have`` with a photograph that is not whole, ``version`` with a household; with a conflict
    also ``mine``, ``theirs`` and ``before``, each by field, and ``who`` changed it ``on`` which
    day.
    """
    answer: Answer = {"id": sent["id"]}
    try:
        with transaction.atomic():
            return answer | _taken(sent, by=by, at=at)
    except _FORESEEN as refusal:
        return answer | _told(refusal)
    except Exception:  # noqa: BLE001  # whatever it is, the telephone keeps the record and asks again
        _log.warning("a record of the field was not taken", exc_info=True)
        return answer | {"state": LATER}


_FORESEEN: Final = (
    RecordRefused,
    StepRefused,
    Unfit,
    Matter.DoesNotExist,
    LedgerRefused,
    photos.Incomplete,
    Later,
)


def _told(refusal: Exception) -> Answer:
    """Return what a telephone is told of a record that could not be taken as it is."""
    match refusal:
        case Conflict():
            return {"state": CONFLICT, **ledgering.both_sides(refusal)}
        case photos.Incomplete(have=have):
            return {"state": INCOMPLETE, "have": have}
        case Later():
            return {"state": LATER}
        case Matter.DoesNotExist():
            return {"state": REFUSED, "says": _("没有这个编号，或您无权查看")}
        case Unfit():
            return {"state": REFUSED, "says": _(refusal.wording) % refusal.given}
        case RecordRefused(message=says) | StepRefused(message=says) | LedgerRefused(message=says):
            return {"state": REFUSED, "says": says}
    raise TypeError(refusal)


def _taken(sent: dict[str, Any], *, by: Actor, at: dt.datetime) -> Answer:
    kind = str(sent.get("kind"))
    if kind not in KINDS:
        raise RecordRefused(_("这个版本不认识这种记录，请更新后再送"))
    today = timezone.localdate(at)
    back = rules.value("field.phone", on=today)["back_days"]
    record = KINDS[kind](sent, on=today, back_days=back)
    if not record.is_valid():
        raise RecordRefused(_said(record.errors))
    return _VERBS[kind](record, by=by, at=at)


def _visit(record: VisitRecord, *, by: Actor, at: dt.datetime) -> Answer:
    given = record.cleaned_data
    seen = visits.Seen(
        uid=given["id"],
        on=given["on"],
        how=Visit.How(given["how"] or Visit.How.VISIT),
        found=given["found"],
        household=given["household"],
        place=given["place"],
    )
    return {"state": TAKEN if visits.keep_visit(seen, by=by, at=at) else KNOWN}


def _report(record: ReportRecord, *, by: Actor, at: dt.datetime) -> Answer:
    given, today = record.cleaned_data, timezone.localdate(at)
    if taken := _step_taken(given["id"]):
        return {"state": KNOWN, "number": taken.matter.number}
    beat = _beat(given["grid"], by=by, on=today)
    workflow = tables.workflow(rules.value("field.report", on=today)["workflow"])
    form = workflow.first.form(record.group("fields"), by=by)
    if not form.is_valid():
        raise RecordRefused(_said(form.errors))
    opening = engine.Opening(
        uid=given["id"],
        division=beat.division,
        channel=Channel.GRID,
        place=given["place"] or beat.division.name,
        lon=given["lon"],
        lat=given["lat"],
        **{"title": str(workflow.label), **form.opening_facts()},
    )
    opened = engine.open_matter(workflow.key, opening, by=by, at=at, **form.given)
    return {"state": TAKEN, "number": opened.number}


def _step(record: StepRecord, *, by: Actor, at: dt.datetime) -> Answer:
    given = record.cleaned_data
    matter = queries.by_number(given["matter"])
    told = {"number": matter.number}
    if engine.was_taken(given["id"]):
        return {"state": KNOWN, **told}
    row = engine.row(matter, given["step"])
    engine.check(row, matter, by=by, at=at)
    form = row.form(record.group("fields"), matter=matter, by=by)
    if not form.is_valid():
        raise RecordRefused(_said(form.errors))
    engine.take(row.key, matter, by=by, at=at, uid=given["id"], **form.given)
    return {"state": TAKEN, **told}


def _household(record: HouseholdRecord, *, by: Actor, at: dt.datetime) -> Answer:
    grid = record.cleaned_data["grid"]
    beat = _beat(grid, by=by, on=timezone.localdate(at)) if grid else None
    is_new, version = ledgering.change(record, beat, by=by, at=at)
    return {"state": TAKEN if is_new else KNOWN, "version": version}


def _photo(record: PhotoRecord, *, by: Actor, at: dt.datetime) -> Answer:
    given = record.cleaned_data
    most = rules.value("field.phone", on=timezone.localdate(at))["photos"]
    step, visit = _step_taken(given["of"]), Visit.objects.filter(uid=given["of"]).first()
    if step is None and visit is None:
        raise Later
    if _has(step, visit, given["sha256"]):
        photos.drop(given["id"], by=by)
        return {"state": KNOWN}
    if step and not _may_add(step, by):
        raise RecordRefused(_("这一步不收照片，或不是您办理的"))
    examined = photos.whole(
        given["id"], size=given["bytes"], sha256=given["sha256"], name=given["name"], by=by, at=at
    )
    kept = files.keep_all([examined], at=at)
    if visit:
        visits.add_photos(visit, kept, most=most)
    elif step:
        attach(step.matter, kept, by=by, at=at, step=step)
    photos.drop(given["id"], by=by)
    return {"state": TAKEN}


_VERBS: Final[dict[str, Callable[..., Answer]]] = {
    "visit": _visit,
    "report": _report,
    "step": _step,
    "household": _household,
    "photo": _photo,
}


def _step_taken(uid: uuids.UUID) -> StepTaken | None:
    """Return the step of a client-made id, as far as the scope shows it."""
    return StepTaken.objects.filter(uid=uid).select_related("matter").first()


def _has(step: StepTaken | None, visit: Visit | None, sha256: str) -> bool:
    if visit:
        return VisitPhoto.objects.filter(visit=visit, blob=sha256).exists()
    return bool(step and step.matter.attachments.filter(blob=sha256).exists())


def _may_add(step: StepTaken, by: Actor) -> bool:
    """Tell whether ``by`` took the step, and it opened the matter or takes files."""
    row = tables.of(step.matter).step(step.step)
    return step.by_id == by.person_id and (tables.NEW in row.leaves or takes_photos(row.form))


def _beat(code: str, *, by: Actor, on: dt.date) -> Beat:
    for beat in beats(by, on=on):
        if beat.division.code == code:
            return beat
    raise RecordRefused(_("这个网格现在不是您的"))


def _said(errors: ErrorDict) -> str:
    """Return what is wrong with a form in one sentence."""
    return "；".join(str(one) for each in errors.values() for one in each)
