"""The page on which patrol places are added and ended."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guapeng.apps.grids.field import visits
from guapeng.apps.grids.models import PatrolPlace
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.plain.geo import plausible
from guapeng.plain.unfit import Unfit
from guapeng.web.answers import page, say, sent

DRAFT = "patrol-place"


class PlaceForm(forms.Form):
    """A place to be looked at; its own position, where somebody stands there and presses."""

    uid = forms.UUIDField(widget=forms.HiddenInput({"data-id": True}), required=False)
    name = forms.CharField(label=gettext_lazy("地方"), max_length=60)
    looks_for = forms.CharField(label=gettext_lazy("看什么"), max_length=200, required=False)
    grid = forms.ModelChoiceField(
        Division.objects.none(),
        to_field_name="code",
        label=gettext_lazy("网格"),
        empty_label=None,
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Actor, on: dt.date, **kwargs: Any) -> None:
        """Offer the grids whose ledger the actor's posts open."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grid"]
        field.queryset = grids_of(by, on=on)
        field.label_from_instance = lambda one: one.name

    def clean(self) -> dict[str, Any]:
        """Want both coordinates or none, and a position that can be one."""
        given = super().clean() or {}
        lon, lat = given.get("lon"), given.get("lat")
        try:
            if lon is not None and lat is not None:
                plausible(lon, lat)
        except Unfit as fault:
            self.add_error(None, _(fault.wording) % fault.given)
        if (lon is None) != (lat is None):
            self.add_error(None, _("经度和纬度要一起给"))
        return given


def grids_of(by: Actor, *, on: dt.date) -> QuerySet[Division]:
    """Return the grids (or villages without grids) whose ledger the actor's posts open."""
    posts = [post for post in by.posts if post.kind.sees_area("household_ledger")]
    places = [place for post in posts for place in post.places]
    own = [post.division_id for post in posts if post.kind.may("w", "household_ledger")]
    below = divisions.at(on).filter(lineage__overlap=places, level=Level.GRID)
    return below | divisions.at(on).filter(pk__in=own)


def keeps_places(request: HttpRequest) -> bool:
    """Tell whether the page stands in the navigation of whoever asks."""
    return any(post.kind.sees_area("household_ledger") for post in actor(request).posts)


@login_required
@require_http_methods(["GET", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """The patrol places of the actor's grids, and the form that adds one."""
    by, now = actor(request), timezone.now()
    today = timezone.localdate(now)
    if not grids_of(by, on=today).exists():
        raise Http404(_("没有这一页，或您无权查看"))
    form = PlaceForm(sent(request), by=by, on=today)
    if form.is_valid():
        given = form.cleaned_data
        grid, uid = given.pop("grid"), given.pop("uid") or uuid.uuid4()
        visits.add_place(uid, grid.pk, **given, by=by, at=now)
        say(request, _("已增加巡查点"), clears=DRAFT)
        return redirect("grids:field_places")
    known = PatrolPlace.objects.filter(valid__contains=today).select_related("division")
    told = {"title": _("巡查点"), "form": form, "places": known.order_by("division__code", "name")}
    return page(request, "grids/field/places.html", told, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a patrol place that the scope shows."""
    place = PatrolPlace.objects.filter(pk=pk).first()
    if place is None or not grids_of(actor(request), on=timezone.localdate()).exists():
        raise Http404(_("没有这一页，或您无权查看"))
    visits.end_place(place, by=actor(request), at=timezone.now())
    say(request, _("已停用巡查点"))
    return redirect("grids:field_places")
