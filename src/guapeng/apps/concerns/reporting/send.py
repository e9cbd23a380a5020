"""Opening a concern from what the report page was given: once, however often it is sent."""

import datetime as dt
import uuid
from contextlib import nullcontext
from typing import Any

import orjson
from django.db import connection
from django.http import HttpRequest

from guapeng.apps.concerns.forms import opening_facts
from guapeng.apps.concerns.models import Contact
from guapeng.apps.concerns.reporting import limits
from guapeng.apps.concerns.reporting.forms import ReportForm
from guapeng.kernel.files import actions as files
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.attachments.actions import attach
from guapeng.kernel.matters.beginning import Arrival, open_many
from guapeng.kernel.matters.forms import kept
from guapeng.kernel.matters.models import Channel, Matter, StepTaken
from guapeng.kernel.people import askers, scope
from guapeng.kernel.people.actors import ANONYMOUS, Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.sealed import seal
from guapeng.kernel.rules import queries as rules


def send(request: HttpRequest, form: ReportForm, *, at: dt.datetime) -> Matter:
    """Open the concern of a valid form and return it; a resend returns what was opened before.

    Raises:
        TooOften: a visitor has sent more than the rule allows.
        TooManyFiles: a resend brings more photos than a matter may have.
    """
    by = ANONYMOUS if form.is_unnamed else actor(request)
    alone = by.person_id is not None and not (form.given_photos or form.given_phone)
    with nullcontext() if alone else scope.trusted_transaction():  # alone it is one statement
        if by.person_id is None and _sent_before(form) is None:
            limits.spend("concerns.report_rate", _marks(request), at=at)
        photos = files.keep_all(form.given_photos, at=at) if form.given_photos else []
        matter = _opened(form, by=by, at=at)
        if form.given_phone:
            _keep_phone(matter, form.given_phone)
        if photos:
            attach(matter, photos, by=by, at=at, step=_first_step(matter))
    if matter.raised_by_id is None:
        remember(request, matter, at=at)
    return matter


def remember(request: HttpRequest, matter: Matter, *, at: dt.datetime) -> None:
    """Let this browser follow the matter as its asker, as long as the rule says."""
    askers.carry(request, matter.uid)
    if not request.user.is_authenticated:
        days = rules.value("concerns.follow", on=at.date())["days"]
        request.session.set_expiry(dt.timedelta(days=days))


def _keep_phone(matter: Matter, phone: str) -> None:
    Contact.objects.get_or_create(matter=matter, defaults={"phone_sealed": seal(phone)})


def _sent_before(form: ReportForm) -> uuid.UUID | None:
    """Return under which of its ids this very report was sent before; None if it was not."""
    ids = [form.report_uid, form.other_uid]
    with scope.trusted_transaction(), connection.cursor() as cursor:
        cursor.execute("select uid, given from matters_steptaken where uid = any (%s)", [ids])
        told = {uid: orjson.loads(given) for uid, given in cursor.fetchall()}
    return next((uid for uid in ids if told.get(uid) == kept(_given(form))), None)


def _first_step(matter: Matter) -> StepTaken:
    return matter.steps_taken.earliest("id")


def _given(form: ReportForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("text", "category")}


def _opened(form: ReportForm, *, by: Actor, at: dt.datetime) -> Matter:
    """Open the concern; where the form's id is taken, find out whether by this very report."""
    arrival = Arrival(_opening(form, form.report_uid, by), _given(form))
    if new := open_many("concern", [arrival], by=by, at=at):
        return new[0]
    uid = _sent_before(form) or form.other_uid
    return engine.open_matter("concern", _opening(form, uid, by), by=by, at=at, **_given(form))


def _opening(form: ReportForm, uid: uuid.UUID, by: Actor) -> engine.Opening:
    where, category = form.where, form.cleaned_data["category"]
    if where is None:
        raise ValueError("a valid form knows the place")
    return engine.Opening(
        uid=uid,
        division=where.division,
        channel=Channel.GRID if by.holds("grid_worker") else Channel.APP,
        place=where.words,
        lon=where.point and where.point.lon,
        lat=where.point and where.point.lat,
        **opening_facts(category),
    )


def _marks(request: HttpRequest) -> dict[str, str]:
    """Return whose attempts are counted: the browser's, once it has a name, and the address's."""
    marks = {"per_address": limits.address(request)}
    if key := request.session.session_key:
        marks["per_browser"] = key
    return marks
