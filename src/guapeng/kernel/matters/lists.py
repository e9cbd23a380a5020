"""The actor's own lists: what waits, what the actor has brought, what happens in the area."""

import datetime as dt
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import queries, shown
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.web.answers import page
from guapeng.web.registry import file_of

_FIRST_FEW: Final = 3


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the actor, the soonest due first."""
    now = timezone.now()
    waiting = queries.waiting_for(actor(request), after=_after(request))
    told = _told(request, title=_("待办")) | {
        "rows": [shown.waiting_row(row, at=now) for row in waiting],
        "older": _further(
            waiting, lambda row: {"after": f"{row.due_at.isoformat()}~{row.task_id}"}
        ),
    }
    return page(request, "matters/inbox.html", told, part="rows")


@require_GET
@login_required
def raised(request: HttpRequest) -> HttpResponse:
    """What the actor has brought, the newest first."""
    found = queries.raised_by(actor(request), before=_before(request))
    return _list(request, found, title=_("我提出的"))


@require_GET
@login_required
def area(request: HttpRequest) -> HttpResponse:
    """What happens in the divisions of the actor's posts, the newest first."""
    storey, mine = widest_areas(actor(request))
    found = queries.in_areas(mine, storey, before=_before(request))
    return _list(request, found, title=_("本辖区"))


def waiting_count(request: HttpRequest, *, step: str = "") -> int:
    """Return how many tasks wait for whoever asks, for the navigation; 0 for a visitor.

    ``step`` counts only what waits for that step. The database is asked once a request.
    """
    if not request.user.is_authenticated:
        return 0
    kept = vars(request)
    if "waiting_steps" not in kept:
        kept["waiting_steps"] = queries.waiting_steps(actor(request))
    return sum(not step or step in steps for steps in kept["waiting_steps"])


def waiting_first(request: HttpRequest) -> dict[str, Any] | None:
    """Return the few tasks that are due first, for the front page; nothing for a visitor."""
    if not request.user.is_authenticated:
        return None
    now = timezone.now()
    waiting = queries.waiting_for(actor(request), rows=_FIRST_FEW)
    return {"rows": [shown.waiting_row(row, at=now) for row in waiting]}


def raised_last(request: HttpRequest) -> dict[str, Any] | None:
    """Return the few matters that the actor brought last, for the actor's own page."""
    if not request.user.is_authenticated:
        return None
    now = timezone.now()
    found = queries.raised_by(actor(request), rows=_FIRST_FEW)
    return {"rows": [shown.listed_row(row, at=now) for row in found]}


def widest_areas(by: Actor) -> tuple[Level, list[int]]:
    """Return the highest storey of the actor's areas, and those of them that lie on it.

    Raises:
        Http404: no post of the actor opens an area.
    """
    areas = Division.objects.filter(pk__in=by.areas, level__gte=Level.COUNTY)
    levels = dict(areas.values_list("pk", "level"))
    if not levels:
        raise Http404(_("您的岗位没有管辖的区域"))
    widest = min(levels.values())
    return Level(widest), [pk for pk, level in levels.items() if level == widest]


def _list(request: HttpRequest, found: list[queries.Listed], *, title: str) -> HttpResponse:
    now = timezone.now()
    told = _told(request, title=title) | {
        "rows": [shown.listed_row(row, at=now) for row in found],
        "older": _further(found, lambda row: {"before": row.matter_id}),
    }
    return page(request, "matters/inbox.html", told, part="rows")


def _told(request: HttpRequest, *, title: str) -> dict[str, Any]:
    return {"title": title, "tabs": _tabs(request), "file": file_of(request, _here(request))}


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    names = {"matters:inbox": _("待我办"), "matters:raised": _("我提出的")}
    if actor(request).areas:
        names["matters:area"] = _("本辖区")
    here = _here(request)
    return [
        {"label": label, "href": reverse(name), "current": name == here}
        for name, label in names.items()
    ]


def _here(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _further(rows: list[Any], key: Any) -> str:
    """Return the address of the rows after the last one; nothing if there can be none."""
    return f"?{urlencode(key(rows[-1]))}" if len(rows) == queries.PAGE_ROWS else ""


def _after(request: HttpRequest) -> tuple[dt.datetime, int] | None:
    moment, _tilde, task = request.GET.get("after", "").partition("~")
    try:
        return dt.datetime.fromisoformat(moment), int(task)
    except ValueError:
        return None


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() else None
