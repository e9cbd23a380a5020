"""The dispatch desk: the queue beside the report at hand, worked by keyboard.

Everything the desk does is a step of the table; this page only brings the next report and fills
in what the catalogue and the classifier suggest.
"""

import datetime as dt
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.apps.concerns import suggesting
from guapeng.apps.concerns.forms import Dispatch
from guapeng.apps.concerns.models import Category, Concern
from guapeng.apps.concerns.reporting.duplicates import Hint, hints
from guapeng.apps.concerns.reporting.places import Where
from guapeng.apps.concerns.rules import DISPATCHER
from guapeng.kernel.matters import engine, lists, queries, shown
from guapeng.kernel.matters.attachments.shown import shown as attachments_shown
from guapeng.kernel.matters.errors import NotYours
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.views import refusals_as_pages, uid_of
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.plain.geo import Position
from guapeng.web import words
from guapeng.web.answers import page, say, sent
from guapeng.web.rows import Row

_STEP: Final = "dispatch"
_OTHER_WAYS: Final = ("merge", "send_back", "hand_over")
_BRINGS_UNITS: Final = {
    "data-key": "c",
    "hx-get": "",
    "hx-trigger": "change",
    "hx-target": "#units",
    "hx-select": "#units",
    "hx-swap": "outerHTML",
}
_CODE: Final = 5  # characters of a category's code


@require_GET
@login_required
@refusals_as_pages
def desk(request: HttpRequest) -> HttpResponse:
    """The report that is to be dispatched first; an empty desk says so."""
    if not dispatches(request):
        raise NotYours(label=_("派单"), awaited=str(DISPATCHER.label))
    queue = _queue(request)
    if queue:
        return redirect("concerns:desk_matter", number=queue[0].number)
    return page(request, "concerns/desk.html", {"title": _("派单台"), "rows": []})


@require_http_methods(["GET", "POST"])
@login_required
@refusals_as_pages
def desk_matter(request: HttpRequest, number: str) -> HttpResponse:
    """One report on the desk: what it says, what is suggested, and the form that sends it on."""
    matter, by, now = queries.by_number(number), actor(request), timezone.now()
    uid = uid_of(request)
    if uid and engine.was_taken(uid):
        return redirect("concerns:desk")
    engine.check(engine.row(matter, _STEP), matter, by=by, at=now)
    concern = Concern.objects.select_related("category", "matter").get(pk=matter.pk)
    offered = suggesting.categories_for(concern)
    chosen = _chosen(request, concern, offered)
    form = _form(request, matter, by, chosen)
    if form.is_valid():
        engine.take(_STEP, matter, by=by, at=now, uid=uid, **form.given)
        lead = form.cleaned_data["lead"]
        say(request, _("%(number)s 已交%(unit)s") % {"number": matter.number, "unit": lead})
        return redirect("concerns:desk")
    told = _told(request, matter, concern, at=now) | {
        "attachments": attachments_shown(matter, by=by, at=now),
        "form": form,
        "suggestions": offered,
        "chosen": chosen,
        "uid": request.POST.get("uid", ""),
    }
    return page(request, "concerns/desk.html", told, status=422 if form.errors else 200)


def _form(request: HttpRequest, matter: Matter, by: Actor, chosen: Category | None) -> Dispatch:
    """Return the form with what is suggested; another category brings its own units."""
    filled = suggesting.filled_in(matter, chosen)
    form = Dispatch(sent(request), matter=matter, by=by, initial=filled)
    form.fields["category"].widget.attrs.update(_BRINGS_UNITS, title=_("类别"))
    form.fields["lead"].widget.attrs.update({"data-key": "l", "title": _("牵头单位")})
    return form


def dispatches(request: HttpRequest) -> bool:
    """Tell whether whoever asks works at the desk."""
    return actor(request).holds("dispatcher")


def queue_length(request: HttpRequest) -> int:
    """Return how many reports wait for the desk, for the navigation."""
    return lists.waiting_count(request, step=_STEP)


def _queue(request: HttpRequest) -> list[queries.Waiting]:
    """Return the head of the queue: what is urgent first, then what is due first."""
    by = actor(request)
    urgent = queries.waiting_for(by, step=_STEP, urgent=True)
    return [*urgent, *queries.waiting_for(by, step=_STEP, urgent=False)][: queries.PAGE_ROWS]


def _told(
    request: HttpRequest, matter: Matter, concern: Concern, *, at: dt.datetime
) -> dict[str, Any]:
    rows = [_row(waiting, at=at) for waiting in _queue(request)]
    return {
        "title": _("派单台"),
        "matter": matter,
        "concern": concern,
        "rows": rows,
        "opened": words.moment(matter.opened_at, at=at),
        "due": words.due(matter.due_at, at=at) if matter.due_at else None,
        "similar": _similar(concern, at=at),
        "ways": [engine.row(matter, key) for key in _OTHER_WAYS],
        "next": _after(rows, matter),
    }


def _similar(concern: Concern, *, at: dt.datetime) -> list[Hint]:
    matter, point = concern.matter, None
    if matter.lon is not None and matter.lat is not None:
        point = Position(matter.lon, matter.lat)
    where = Where(matter.division, point)
    found = hints(where, text=concern.text, category=concern.category, at=at)
    return [hint for hint in found if hint.matter != matter]


def _row(waiting: queries.Waiting, *, at: dt.datetime) -> Row:
    address = reverse("concerns:desk_matter", args=[waiting.number])
    return shown.waiting_row(waiting, at=at)._replace(
        href=address, title=words.named(waiting.title)
    )


def _after(rows: list[Row], matter: Matter) -> str:
    """Return the address of the report after this one in the queue, to leave this for later."""
    numbers = [row.number for row in rows]
    here = numbers.index(matter.number) if matter.number in numbers else -1
    return rows[here + 1].href if here + 1 < len(rows) else ""


def _chosen(
    request: HttpRequest, concern: Concern, offered: list[suggesting.Suggested]
) -> Category | None:
    """Return the category to fill in: asked for, or what the report's own and its words suggest."""
    if given := request.GET.get("category"):
        return _asked(given)
    own = concern.category
    below = (one.category for one in offered if own is None or one.category.parent_id == own.pk)
    return next(below, own)


def _asked(given: str) -> Category:
    """Return the category of a code, or of the id that the form's own list sends.

    Raises:
        Http404: there is none.
    """
    wanted = Q(code=given) | (Q(pk=int(given)) if given.isdecimal() and len(given) < _CODE else Q())
    asked = Category.objects.filter(wanted).first()
    if asked is None:
        raise Http404(_("没有这个类别"))
    return asked
