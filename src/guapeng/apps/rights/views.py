"""Asking: by the person who has signed in, or by whoever takes a call or sits at the counter."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from guapeng.apps.rights.copies import hand_over
from guapeng.apps.rights.forms import Ask, Counter
from guapeng.apps.rights.models import DataRequest
from guapeng.apps.rights.queries import county_of, requests_of
from guapeng.apps.rights.workflow import RIGHTS
from guapeng.kernel.matters import engine, queries, tables
from guapeng.kernel.matters.models import Channel, Matter
from guapeng.kernel.matters.views import refusals_as_pages
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Person
from guapeng.kernel.people.queries import by_number
from guapeng.web.answers import page, say, sent

_FEW = 5


@require_http_methods(["GET", "POST"])
@login_required
@refusals_as_pages
def ask(request: HttpRequest) -> HttpResponse:
    """The form of a request about one's own data."""
    kind = request.GET.get("kind", "")
    form = Ask(sent(request), by=actor(request))
    if kind in DataRequest.Kind.values:
        form.settle(kind)
    if form.is_valid():
        person = Person.objects.select_related("home").get(pk=actor(request).known_person)
        return _opened(request, person, form.cleaned_data, Channel.APP)
    told = {"title": _title(kind), "form": form, "uid": _uid(request)}
    return page(request, "rights/ask.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@refusals_as_pages
def counter(request: HttpRequest) -> HttpResponse:
    """The form of a request that somebody makes by telephone or at the counter."""
    if not takes_requests(request):
        raise PermissionDenied
    who = Counter(sent(request))
    what = Ask(sent(request), by=actor(request))
    if who.is_valid() and what.is_valid():
        person = by_number(who.cleaned_data["number"], on=localdate())
        if person:
            channel = Channel(who.cleaned_data["channel"])
            return _opened(request, person, what.cleaned_data, channel)
        who.add_error("number", _("没有登记过这个号码，不用提出请求"))
    status = 422 if who.errors or what.errors else 200
    told = {"title": _("代为提出个人信息请求"), "who": who, "form": what, "uid": _uid(request)}
    return page(request, "rights/counter.html", told, status=status)


@require_POST
@never_cache
@login_required
@refusals_as_pages
def copy(request: HttpRequest, number: str) -> HttpResponse:
    """The copy that the officer hands over, once it is granted; the person sees that it was."""
    matter = queries.by_number(number)
    case = DataRequest.objects.filter(pk=matter.pk).select_related("person").first()
    if case is None or not case.granted:
        raise Http404
    content = hand_over(case, by=actor(request), at=timezone.now())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": f'attachment; filename="{matter.number}.xlsx"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def my_requests(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return what the panel on the person's own page shows."""
    found = [
        {"number": one.number, "title": one.title, "state": _public(one)}
        for one in requests_of(actor(request))[:_FEW]
    ]
    return {"requests": found}


def takes_requests(request: HttpRequest) -> bool:
    """Tell whether somebody's post speaks with people of an area, or decides on their requests."""
    posts = actor(request).posts
    return any(
        post.kind.sees_area("reporter_contact") or post.role == "privacy_officer" for post in posts
    )


def _opened(
    request: HttpRequest, person: Person, given: dict[str, Any], channel: Channel
) -> HttpResponse:
    by, now = actor(request), timezone.now()
    opening = engine.Opening(
        uid=_uid(request),
        division=county_of(person, on=localdate(now)),
        title=str(RIGHTS.label),
        channel=channel,
        visibility=RIGHTS.visibility,
        on_behalf_of_id=person.pk if person.pk != by.person_id else None,
    )
    matter = engine.open_matter(RIGHTS.key, opening, by=by, at=now, **given)
    say(request, _("已收到，编号 %(number)s") % {"number": matter.number})
    return redirect("matters:matter", number=matter.number)


def _title(kind: str) -> str:
    if kind not in DataRequest.Kind.values:
        return _("提出个人信息请求")
    return _("请求%(kind)s个人信息") % {"kind": DataRequest.Kind(kind).label}


def _public(matter: Matter) -> str:
    state = tables.of(matter).state(matter.state)
    return str(state.public or state.label)


def _uid(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("uid", ""))
    except ValueError:
        return uuid.uuid4()
