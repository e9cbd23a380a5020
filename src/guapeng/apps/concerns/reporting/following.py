"""Following a concern by its number, and saying “me too”."""

import datetime as dt
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.apps.concerns.reporting import codes, limits, seconding, send, story
from guapeng.kernel.matters import queries, tables
from guapeng.kernel.matters.models import Matter, Visibility
from guapeng.kernel.people import askers, scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.plain.numbers import MatterNumber
from guapeng.plain.unfit import Unfit
from guapeng.web import words
from guapeng.web.answers import page, say
from guapeng.web.rows import Row

_MOST: Final = 30
_NOBODY: Final = UUID(int=0)
_SECOND_RATE: Final = "concerns.second_rate"


class FollowForm(forms.Form):
    """The number, and the code for what is not public."""

    number = forms.CharField(
        label=gettext_lazy("编号"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        help_text=gettext_lazy("回执上的9位数字。没留姓名的，要评价、撤回或重新打开时填。"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Return the number in its one form.

        Raises:
            ValidationError: a digit is missing or misheard.
        """
        try:
            return str(MatterNumber.parse(self.cleaned_data["number"]))
        except Unfit as fault:
            raise forms.ValidationError(_(fault.wording), params=fault.given) from fault


@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for a number; list what this visitor brought or seconded."""
    if request.method == "GET":
        return _asked(request, FollowForm(initial={"number": request.GET.get("number", "")}))
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _asked(request, form, status=422)
    try:
        found = _found(request, **form.cleaned_data, at=timezone.now())
    except limits.TooOften as refusal:
        form.add_error("code", refusal.message)
        return _asked(request, form, status=refusal.status)
    except Unfit as fault:
        form.add_error("code", _(fault.wording))
        return _asked(request, form, status=422)
    if found is None:
        form.add_error(None, _("没有查到。请核对编号；不公开的事项还要填对查询码。"))
        return _asked(request, form, status=422)
    return redirect("concerns:followed", number=found.number)


@require_GET
def followed(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to one concern, who has it, until when, and what the visitor can do."""
    matter, by = _seen(number), actor(request)
    if matter is None:
        return redirect(f"{reverse('concerns:follow')}?{urlencode({'number': number})}")
    who = seconding.known(request)
    told = story.told(matter, by=by, at=timezone.now()) | {
        "title": words.named(matter.title),
        "seconded": seconding.counts([matter.pk]).get(matter.pk, 0),
        "seconds": matter.pk in seconding.seconded_by(who),
        "may_second": _may_second(matter, by),
    }
    return page(request, "concerns/followed.html", told)


@require_POST
def second(request: HttpRequest) -> HttpResponse:
    """Say “me too”, or take it back (``undo``); the same twice changes nothing.

    The button of a hint stands amid the report's own form and belongs to another one, so that
    what was written so far is not sent.
    """
    number, by, now = request.POST.get("number", ""), actor(request), timezone.now()
    matter = _seen(number)
    refused = _may_not_second(request, matter, by, at=now)
    if matter is None or refused:
        messages.warning(request, refused)
        return redirect(f"{reverse('concerns:follow')}?{urlencode({'number': number})}")
    who = seconding.whoever(request)
    if "undo" in request.POST:
        seconding.take_back(matter, who, at=now)
        say(request, _("已收回“我也遇到”。"))
    else:
        seconding.second(matter, who, at=now)
        clears = "report" if "instead" in request.POST else ""
        say(request, _("已记下您也遇到，有结果会写在这一页。"), clears=clears)
    return redirect("concerns:followed", number=matter.number)


def _asked(request: HttpRequest, form: FollowForm, *, status: int = 200) -> HttpResponse:
    told = {"title": _("查进展"), "form": form, "rows": _mine(request)}
    return page(request, "concerns/follow.html", told, status=status)


def _found(request: HttpRequest, *, number: str, code: str, at: dt.datetime) -> Matter | None:
    """Return the concern if this visitor may see it; the right code makes them its asker.

    Raises:
        TooOften: too many codes were tried.
        NotACode: the code is nobody's.
    """
    if not code:
        return _seen(number)
    marks = {"per_number": number, "per_address": limits.address(request)}
    limits.spend("concerns.follow_rate", marks, at=at)
    with transaction.atomic(), scope.trusted():
        matter = Matter.objects.filter(number=number, raised_by__isnull=True).first()
    # Compared even without a matter, so that how long it takes tells nothing.
    if not codes.opens(code, matter.uid if matter else _NOBODY) or matter is None:
        return None
    send.remember(request, matter, at=at)
    return matter


def _seen(number: str) -> Matter | None:
    """Return the matter of that number if the visitor's own scope shows it."""
    try:
        return queries.by_number(number)
    except (Matter.DoesNotExist, Unfit):
        return None


def _may_second(matter: Matter, by: Actor) -> bool:
    public = matter.visibility == Visibility.PUBLIC
    return public and matter.is_open and not story.is_asker(matter, by)


def _may_not_second(
    request: HttpRequest, matter: Matter | None, by: Actor, *, at: dt.datetime
) -> str:
    """Return why somebody cannot second a matter; nothing if they can."""
    if matter is None or not _may_second(matter, by):
        return _("这件事已经办结，或是您自己提出的，不用再点“我也遇到”。")
    try:
        if by.person_id is None:
            limits.spend(_SECOND_RATE, {"per_address": limits.address(request)}, at=at)
    except limits.TooOften as refusal:
        return refusal.message
    return ""


def _mine(request: HttpRequest) -> list[Row]:
    """Return what this visitor brought or seconded, the newest first."""
    uids = [key.partition(":")[2] for key in askers.carried(request)]
    mine = Q(uid__in=uids) | Q(pk__in=seconding.seconded_by(seconding.known(request)))
    if person := actor(request).person_id:
        mine |= Q(raised_by_id=person)
    found = Matter.objects.filter(mine, workflow="concern").order_by("-id")[:_MOST]
    now = timezone.now()
    return [_row(matter, at=now) for matter in found]


def _row(matter: Matter, *, at: dt.datetime) -> Row:
    state = tables.of(matter).state(matter.state)
    row = Row(
        href=reverse("concerns:followed", args=[matter.number]),
        title=matter.title,
        number=matter.number,
        meta=" · ".join(filter(None, [matter.place, words.moment(matter.opened_at, at=at)])),
        state=str(state.public or state.label),
        tone="done" if state.final else "going",
    )
    return row.with_due(words.due(matter.due_at, at=at)) if matter.due_at else row
