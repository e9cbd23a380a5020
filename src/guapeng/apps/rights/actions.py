"""What the steps of a request do: one verb each, called by the engine inside its transaction."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from guapeng.apps.rights.forms import Wanted
from guapeng.apps.rights.models import DataRequest
from guapeng.apps.rights.rules import grounds, kept
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters import loop
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Matter, StepTaken
from guapeng.kernel.people import actions as people
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.errors import PrivacyRefused
from guapeng.kernel.people.models import Field
from guapeng.kernel.people.sealed import seal, unseal
from guapeng.kernel.rules import queries as rules

Kind = DataRequest.Kind


class NotApplied(StepRefused):
    """What was granted could not be done; nothing was answered."""


class OwnRequest(StepRefused):
    """Nobody answers themself."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("本人的请求须由另一位负责人答复"))


class MustKeep(StepRefused):
    """A rule keeps what should be deleted."""


def ask(
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    kind: str,
    wanted_fields: Sequence[Field] = (),
    wanted: Wanted | None = None,
    purpose: str = "",
    reason: str = "",
) -> str:
    """Keep the wish. Who signed in is known; whom somebody speaks for is made sure of first."""
    person = matter.on_behalf_of or matter.raised_by
    if person is None:
        raise StepRefused(_("请先登录，或到窗口办理"))
    DataRequest.objects.create(
        matter=matter,
        person=person,
        kind=kind,
        fields=[field for field in Field if field in wanted_fields],
        wanted_sealed=seal(wanted.value) if wanted else None,
        purpose=purpose,
        reason=reason,
    )
    with override(settings.LANGUAGE_CODE):  # a title is read by others than who asks
        matter.title = _("个人信息请求：%(kind)s") % {"kind": Kind(kind).label}
    return "verified" if person.pk == by.person_id else "asked"


def confirm(case: DataRequest, *, by: Actor, at: dt.datetime, is_person: bool, how: str) -> str:
    """Go on with it, or end it because nobody knows who asks."""
    return "verified" if is_person else "refused"


def answer(
    case: DataRequest,
    *,
    by: Actor,
    at: dt.datetime,
    granted: bool,
    answer: str,
    ground: str = "",
    home: Division | None = None,
) -> None:
    """Do what was wished, at once and with the answer, or write down why not.

    Raises:
        OwnRequest: the officer is the person.
        MustKeep: a rule keeps it.
        NotApplied: it cannot be done as wished.
    """
    if by.person_id == case.person_id:
        raise OwnRequest
    if granted:
        _require_free(case, at=at)
        _apply(case, by=by, at=at, home=home)
    case.granted, case.answer, case.ground = granted, answer, ground
    case.clause = next((g.clause for g in grounds(on=localdate(at)) if g.key == ground), "")
    if granted:
        case.wanted_sealed = None
    case.save(update_fields=["granted", "answer", "ground", "clause", "wanted_sealed"])


def judge(
    case: DataRequest,
    *,
    by: Actor,
    at: dt.datetime,
    reached: bool | None,
    solved: bool,
    satisfied: bool | None,
    comment: str,
) -> str:
    """Close it, or have it answered once more; after that the remedy is outside (PIPL art. 50)."""
    loop.judge(
        case, by=by, at=at, reached=reached, solved=solved, satisfied=satisfied, comment=comment
    )
    most = rules.value("rights.rounds", on=localdate(at))["times"]
    rounds = StepTaken.objects.filter(matter=case.matter, step="answer").count()
    return "closed" if solved or rounds >= most else "verified"


def _apply(case: DataRequest, *, by: Actor, at: dt.datetime, home: Division | None) -> None:
    try:
        if case.kind == Kind.CORRECT:
            (field,) = map(Field, case.fields)
            value = home or unseal(bytes(case.wanted_sealed or b""))
            people.correct(case.person, by=by, at=at, field=field, value=value)
        elif case.kind == Kind.DELETE:
            people.erase(case.person, by=by, at=at, fields=list(map(Field, case.fields)))
        elif case.kind == Kind.WITHDRAW:
            _withdraw(case, by=by, at=at)
    except PrivacyRefused as refusal:
        raise NotApplied(refusal.message) from refusal


def _withdraw(case: DataRequest, *, by: Actor, at: dt.datetime) -> None:
    for field in map(Field, case.fields):
        people.withdraw_consent(
            case.person,
            by=by,
            at=at,
            purpose=case.purpose,
            field=field,
            asked_in=f"matter:{case.matter_id}",
        )


def _require_free(case: DataRequest, *, at: dt.datetime) -> None:
    if case.kind != Kind.DELETE:
        return
    for ground in kept(case.person, at=at, request=case.matter):
        if ground.fields & set(case.fields):
            raise MustKeep(_("现在不能删除：%(why)s") % {"why": ground.label})
