"""Opening a matter of any kind by page or by API: where it is, and what its first row asks for."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.files import actions as files
from guapeng.kernel.matters import engine, tables
from guapeng.kernel.matters.attachments import actions as attachments
from guapeng.kernel.matters.errors import NotYours
from guapeng.kernel.matters.forms import StepForm
from guapeng.kernel.matters.models import Channel, Matter
from guapeng.kernel.matters.views import refusals_as_pages
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.web.answers import page, say, sent


class OpeningForm(forms.Form):
    """What the kernel must know of a new matter: which, where, and in a few words what."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput({"data-id": True}))
    title = forms.CharField(
        label=gettext_lazy("一句话说明（公开，不写姓名电话）"), max_length=60, required=False
    )
    division = forms.ModelChoiceField(
        Division.objects.none(),
        to_field_name="code",
        label=gettext_lazy("所在区划"),
        empty_label=gettext_lazy("请选择"),
    )
    place = forms.CharField(label=gettext_lazy("具体地点"), max_length=200, required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)

    def __init__(self, *args: Any, by: Actor, on: dt.date, **kwargs: Any) -> None:
        """Offer the divisions of the actor's posts and what lies below them; to others, all."""
        super().__init__(*args, **kwargs)
        offered = divisions.at(on).filter(level__gte=Level.COUNTY)
        if by.areas:
            offered = offered.filter(lineage__overlap=list(by.areas))
        field: Any = self.fields["division"]
        field.queryset = offered
        if by.posts and not self.is_bound:
            field.initial = offered.filter(pk=by.posts[0].division_id).first()

    def clean(self) -> dict[str, Any]:
        """Want both coordinates or none."""
        given = super().clean() or {}
        if (given.get("lon") is None) != (given.get("lat") is None):
            self.add_error("place", _("经度和纬度要一起给"))
        return given

    def opening(self, workflow: tables.Workflow) -> engine.Opening:
        """Return what was given, once it is valid."""
        given = self.cleaned_data
        return engine.Opening(
            uid=given["uid"] or uuid.uuid4(),
            division=given["division"],
            title=given["title"] or str(workflow.label),
            place=given["place"],
            lon=given["lon"],
            lat=given["lat"],
            channel=Channel.APP,
            visibility=workflow.visibility,
        )


def forms_for(
    workflow: tables.Workflow,
    given: Mapping[str, Any] | None,
    files: Any = None,
    *,
    by: Actor,
    on: dt.date,
) -> tuple[OpeningForm, StepForm]:
    """Return the two forms that open a matter: the kernel's and the first row's."""
    first = next(iter(workflow.leaving(tables.NEW)))
    return OpeningForm(given, by=by, on=on), first.form(given, files, by=by)


def open_by(
    workflow: tables.Workflow, where: OpeningForm, what: StepForm, *, by: Actor, at: dt.datetime
) -> Matter:
    """Open the matter that two valid forms describe.

    Raises:
        NotYours: the first row is for somebody else.
        TooManyFiles: more than a matter may have.
    """
    facts = what.opening_facts()
    if where.cleaned_data["title"]:
        facts.pop("title", None)
    opening = replace(where.opening(workflow), **facts)
    with transaction.atomic():
        kept = files.keep_all(what.uploads, at=at)
        opened = engine.open_matter(workflow.key, opening, by=by, at=at, **what.given)
        attachments.attach(opened, kept, by=by, at=at)
    return opened


@require_http_methods(["GET", "POST"])
@refusals_as_pages
def new(request: HttpRequest, workflow: str) -> HttpResponse:
    """The page that opens a matter of one kind."""
    table, by, now = known(workflow), actor(request), timezone.now()
    _check_begins(table, by)
    where, what = forms_for(
        table, sent(request), request.FILES or None, by=by, on=timezone.localdate(now)
    )
    if where.is_valid() and what.is_valid():
        opened = open_by(table, where, what, by=by, at=now)
        say(
            request,
            _("已收到，编号 %(number)s") % {"number": opened.number},
            clears=f"new-{workflow}",
        )
        return redirect("matters:matter", number=opened.number)
    told = {"title": next(iter(table.leaving(tables.NEW))).label, "workflow": table}
    status = 422 if where.errors or what.errors else 200
    return page(request, "matters/new.html", told | {"where": where, "form": what}, status=status)


def _check_begins(workflow: tables.Workflow, by: Actor) -> None:
    """Refuse whoever could begin such a matter nowhere, before anything is typed.

    Raises:
        NotYours: the first row is for others; who may take it at a place, the engine decides.
    """
    mine = {"anyone", *(post.role for post in by.posts), *({"known"} if by.person_id else ())}
    first = workflow.first
    if mine.isdisjoint(first.who.key.split("|")):
        raise NotYours(label=str(first.label), awaited=str(first.who.label))


def known(key: str) -> tables.Workflow:
    """Return the procedure of that key.

    Raises:
        Http404: there is none.
    """
    try:
        return tables.workflow(key)
    except KeyError:
        raise Http404(_("没有这种事项")) from None
