"""The problem list and the service list: causes that repeat become services that are offered."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.apps.whistle import actions
from guapeng.apps.whistle.forms import Offer
from guapeng.apps.whistle.models import Service, Whistle
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.rules import queries as rules
from guapeng.web.answers import page, say, sent

_MAY_OFFER = ("township_leader", "dispatch_lead")


class Problem(NamedTuple):
    """A line of the problem list: a cause that came again in one township."""

    cause: str
    township: Division
    times: int
    last: dt.datetime


def problems(by: Actor, *, at: dt.datetime) -> list[Problem]:
    """Return the causes that repeat in the actor's areas and are not answered by a service yet."""
    rule = rules.value("whistle.problems", on=timezone.localdate(at))
    since = at - dt.timedelta(days=rule["days"])
    found = Whistle.objects.filter(matter__opened_at__gte=since).exclude(cause="")
    grouped = found.values("cause", "matter__township_id").annotate(
        times=Count("pk"), last=Max("matter__opened_at")
    )
    rows = list(grouped.filter(times__gte=rule["times"]).order_by("-last"))
    towns = Division.objects.in_bulk([row["matter__township_id"] for row in rows])
    mine = set(by.areas)
    answered = set(_offered().values_list("cause", "division_id"))
    return [
        Problem(row["cause"], town, row["times"], row["last"])
        for row in rows
        if (town := towns.get(row["matter__township_id"]))
        and mine.intersection(town.lineage)
        and (row["cause"], town.pk) not in answered
    ]


@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """The service list for everybody; beside it, for those who answer for it, the problem list."""
    by, now = actor(request), timezone.now()
    may_offer = _may_offer(by)
    listed = _offered().select_related("body", "division").order_by("-offered_on", "-pk")
    told = {
        "title": _("服务清单"),
        "services": listed,
        "may_offer": may_offer,
        "problems": [_shown(one) for one in problems(by, at=now)] if may_offer else [],
    }
    return page(request, "whistle/services.html", told)


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Turn a line of the problem list into a service."""
    by, now = actor(request), timezone.now()
    place = get_object_or_404(Division, pk=_number(request.GET.get("township", "")))
    cause = request.GET.get("cause", "")
    if not _may_offer(by) or not set(by.areas).intersection(place.lineage) or not cause:
        raise Http404
    if _offered().filter(cause=cause, division=place).exists():
        return redirect("whistle:services")
    form = Offer(sent(request), instance=Service(cause=cause, division=place))
    if form.is_valid():
        actions.offer(form.save(commit=False), by=by, at=now)
        say(request, _("已列入服务清单"), clears="offer")
        return redirect("whistle:services")
    told = {"title": _("列入服务清单"), "form": form, "cause": cause, "place": place.name}
    return page(request, "whistle/offer.html", told, status=422 if form.errors else 200)


def _offered() -> Any:
    return Service.objects.filter(ended_on=None)


def _may_offer(by: Actor) -> bool:
    return any(by.holds(role) for role in _MAY_OFFER)


def _shown(one: Problem) -> dict[str, Any]:
    times = ngettext("吹哨%(n)d次", "吹哨%(n)d次", one.times) % {"n": one.times}
    return {"cause": one.cause, "township": one.township, "times": times}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
