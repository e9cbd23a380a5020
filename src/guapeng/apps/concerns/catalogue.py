"""The pages of the dispatch catalogue: read at the desk, changed by its lead."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.apps.concerns import desk, routing
from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.apps.concerns.rules import ARBITER
from guapeng.kernel.matters.forms import StepForm, UnitField, UnitsField
from guapeng.kernel.people.middleware import actor
from guapeng.web import words
from guapeng.web.answers import page, say, sent


class RouteForm(StepForm):
    """Who leads and who may help, from today on."""

    lead = UnitField(label=gettext_lazy("牵头单位"))
    assisting = UnitsField(label=gettext_lazy("协办单位"), required=False)
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


@require_GET
@login_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every category with the units that have it today."""
    _check_reads(request)
    today = timezone.localdate()
    held = CatalogueLine.objects.filter(valid__contains=today).select_related("lead")
    lines = {line.category_id: line for line in held.prefetch_related("assisting")}
    told = {
        "title": _("派单目录"),
        "head": [
            {"label": label} for label in (_("类别"), _("牵头单位"), _("协办单位"), _("依据"))
        ],
        "rows": [
            _row(category, lines.get(category.pk)) for category in Category.objects.order_by("code")
        ],
    }
    return page(request, "concerns/catalogue.html", told)


@require_http_methods(["GET", "POST"])
@login_required
def category(request: HttpRequest, code: str) -> HttpResponse:
    """The lines of one category, the present one first, and the form that begins a new one."""
    _check_reads(request)
    found, by, now = get_object_or_404(Category, code=code), actor(request), timezone.now()
    lines = list(_lines_of(found))
    form = RouteForm(sent(request), by=by, initial=_now(lines)) if changes(request) else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if form and form.is_valid():
        routing.route(found, by=by, at=now, **form.given)
        say(
            request, _("“%(category)s”即日起按新的一行派单") % {"category": words.named(found.name)}
        )
        return redirect("concerns:category", code=code)
    told = {
        "title": words.named(found.name),
        "form": form,
        "head": [
            {"label": label} for label in (_("时间"), _("牵头单位"), _("协办单位"), _("依据"))
        ],
        "rows": [[_span(line), *_cells(line)] for line in lines],
    }
    return page(
        request, "concerns/category.html", told, status=422 if form and form.errors else 200
    )


def reads(request: HttpRequest) -> bool:
    """Tell whether whoever asks works with the catalogue."""
    return desk.dispatches(request) or changes(request)


def changes(request: HttpRequest) -> bool:
    """Tell whether whoever asks may change it: the lead of the desk."""
    return actor(request).holds(ARBITER.key)


def _check_reads(request: HttpRequest) -> None:
    if not reads(request):
        raise PermissionDenied


def _lines_of(category: Category) -> Any:
    lines = CatalogueLine.objects.filter(category=category).order_by("-valid")
    return lines.select_related("lead").prefetch_related("assisting")


def _now(lines: list[CatalogueLine]) -> dict[str, Any]:
    """Return what the newest line says, to begin the form with."""
    if not lines:
        return {}
    line = lines[0]
    return {"lead": line.lead, "assisting": line.assisting.all(), "basis": line.basis}


def _row(category: Category, line: CatalogueLine | None) -> list[Any]:
    link = {
        "text": words.named(category.name),
        "href": reverse("concerns:category", args=[category.code]),
    }
    return [link, *(_cells(line) if line else ("–", "–", "–"))]


def _cells(line: CatalogueLine) -> tuple[str, str, str]:
    helpers = words.listed(words.named(body.short_name) for body in line.assisting.all())
    return words.named(line.lead.short_name), helpers or "–", line.basis or "–"


def _span(line: CatalogueLine) -> str:
    """Return from when until when the line holds, as days of the calendar."""
    begins, ends = line.valid.lower, line.valid.upper
    if ends is None:
        return _("%(day)s起") % {"day": begins}
    return _("%(from)s至%(until)s前") % {"from": begins, "until": ends}
