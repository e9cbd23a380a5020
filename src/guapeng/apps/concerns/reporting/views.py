"""The report page and what it fetches, the thanks, and the poster of a grid."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.apps.concerns.reporting import duplicates, places, seconding, story
from guapeng.apps.concerns.reporting.codes import follow_code
from guapeng.apps.concerns.reporting.forms import ReportForm, top_categories
from guapeng.apps.concerns.reporting.limits import TooOften
from guapeng.apps.concerns.reporting.send import send
from guapeng.kernel.journal import receipts
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import queries, tables
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.middleware import actor
from guapeng.plain.unfit import Unfit
from guapeng.web import words
from guapeng.web.answers import KEEP_HEADER, page, say

DRAFT = "report"


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One screen: photo or sentence or category, and a place. ``?grid=`` comes from a poster."""
    if request.method == "GET":
        return _kept(request, _asked(request, _form(request)))
    if "choose" in request.POST:
        return _asked(request, _form(request, initial=request.POST.dict()))
    form = _form(request, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _asked(request, form, status=422)
    if likely := _not_yet_seen(request, form):
        return _asked(request, form, likely=likely)
    try:
        matter = send(request, form, at=timezone.now())
    except (TooOften, StepRefused) as refusal:
        form.add_error(None, refusal.message)
        return _asked(request, form, status=refusal.status)
    say(request, _("已收到，谢谢您。"), clears=DRAFT)
    return redirect("concerns:thanks", number=matter.number)


@require_POST
def hints(request: HttpRequest) -> HttpResponse:
    """What may be the same, while somebody is still writing; wrong fields are not its business."""
    form = _form(request, data=request.POST)
    form.is_valid()
    return page(request, "concerns/hints.html", {"likely": _likely(form), "fresh": True})


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The lists of places below the chosen ones; a piece of the report page."""
    form = _form(request, initial=request.GET.dict())
    return page(request, "concerns/places.html", {"form": form, "lists": _lists(form)})


@require_GET
def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """The number, large, with the receipt and, for somebody without a name, the code."""
    matter, by = _matter(number), actor(request)
    if not story.is_asker(matter, by):
        return redirect("concerns:followed", number=number)
    told = {
        "title": _("已收到"),
        "matter": matter,
        "receipt": _receipt(matter),
        "code": follow_code(matter.uid) if matter.raised_by_id is None else "",
        "link": request.build_absolute_uri(reverse("concerns:followed", args=[number])),
        **story.told(matter, by=by, at=timezone.now()),
    }
    return page(request, "concerns/thanks.html", told)


@require_GET
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet for the door: scan, and the place is known."""
    try:
        place = places.by_code(code, on=timezone.localdate())
    except Unfit as fault:
        raise Http404(str(fault)) from fault
    link = request.build_absolute_uri(f"{reverse('concerns:report')}?grid={place.code}")
    told = {
        "title": _("扫码上报"),
        "place": places.Where(place).words,
        "link": link,
        "division": place,
    }
    return page(request, "concerns/poster.html", told)


def _form(
    request: HttpRequest,
    data: Any = None,
    *,
    files: Any = None,
    initial: dict[str, Any] | None = None,
) -> ReportForm:
    code = request.GET.get("grid", "")
    return ReportForm(data, files, initial=initial, by=actor(request), code=code)


def _asked(
    request: HttpRequest,
    form: ReportForm,
    *,
    status: int = 200,
    likely: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    told = {
        "title": _("上报"),
        "form": form,
        "made": form["made"].value() or _new_uid(),
        "categories": _chips(),
        "lists": _lists(form),
        "fixed": _fixed(form),
        "likely": likely or [],
        "asked_before": likely is not None,
        "is_visitor": form.by.person_id is None,
    }
    return page(request, "concerns/report.html", told, status=status)


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the browser keep the empty page, but not that of one poster in its place."""
    if not request.GET:
        response[KEEP_HEADER] = "yes"
    return response


def _new_uid() -> uuid.UUID:
    return uuid.uuid4()


def _chips() -> list[dict[str, str]]:
    shown = [{"value": one.code, "label": words.named(one.name)} for one in top_categories()]
    return [*shown, {"value": "", "label": _("说不好")}]


def _lists(form: ReportForm) -> list[dict[str, Any]]:
    """Return the lists of townships, villages and grids, each below what is chosen above it."""
    above, lists = places.county(on=timezone.localdate()), []
    for name in ("township", "village", "grid"):
        options = places.below(above)
        chosen = str(form[name].value() or "")
        above = next((one for one in options if str(one.pk) == chosen), None)
        lists.append({"field": form[name], "options": options, "chosen": above})
    return [one for one in lists if one["options"]]


def _fixed(form: ReportForm) -> str:
    """Return the place of the poster in words; nothing if there is none or it is gone."""
    if not form.code:
        return ""
    try:
        return places.Where(places.by_code(form.code, on=timezone.localdate())).words
    except Unfit:
        return ""


def _likely(form: ReportForm) -> list[dict[str, Any]]:
    """Return what may be the same as what the form tells, ready to show."""
    given = form.cleaned_data
    if form.where is None:
        return []
    text, category = given.get("text", ""), given.get("category")
    found = duplicates.hints(form.where, text=text, category=category, at=timezone.now())
    counted = seconding.counts(hint.matter.pk for hint in found)
    return [_shown(hint, counted.get(hint.matter.pk, 0)) for hint in found]


def _shown(hint: duplicates.Hint, seconded: int) -> dict[str, Any]:
    state = tables.of(hint.matter).state(hint.matter.state)
    return {
        "number": hint.matter.number,
        "title": words.named(hint.matter.title),
        "place": hint.matter.place,
        "state": str(state.public),
        "metres": None if hint.metres is None else round(hint.metres, -2),
        "seconded": seconded,
    }


def _not_yet_seen(request: HttpRequest, form: ReportForm) -> list[dict[str, Any]]:
    """Return what somebody without scripts has had no chance to see while writing."""
    if not form.cleaned_data["made"] or "asked_before" in request.POST:
        return []
    return _likely(form)


def _receipt(matter: Matter) -> str:
    """Return the code that proves on paper that the journal holds the report."""
    first = Entry.objects.filter(subject=f"matter:{matter.pk}").earliest("seq")
    return receipts.receipt(first)


def _matter(number: str) -> Matter:
    try:
        return queries.by_number(number)
    except (Matter.DoesNotExist, Unfit) as missing:
        raise Http404(_("没有这个编号，或您无权查看")) from missing
