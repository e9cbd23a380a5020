"""The bell's page, and how one wants to be told."""

import datetime as dt
import re
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.kernel.notices import actions, kinds, queries
from guapeng.kernel.notices.channels import push
from guapeng.kernel.notices.forms import Choice, Device
from guapeng.kernel.notices.models import Notice, Preference
from guapeng.kernel.notices.queries import PAGE_ROWS, Place
from guapeng.kernel.people.actors import Actor
from guapeng.web import words
from guapeng.web.answers import page, say, sent
from guapeng.web.rows import Row

_PLACE = re.compile(r"([01])\.(\d{1,18})")


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """List what the visitor was told, new first."""
    found = list(queries.notices_of(_actor(request), after=_after(request), rows=PAGE_ROWS + 1))
    shown, further = found[:PAGE_ROWS], found[PAGE_ROWS:]
    now = timezone.now()
    context = {
        "title": _("通知"),
        "rows": [_row(notice, at=now) for notice in shown],
        "any_new": bool(shown) and shown[0].is_new,
        "older": f"?after={shown[-1].is_new:d}.{shown[-1].pk}" if further else "",
    }
    return page(request, "notices/list.html", context, part="rows")


@require_GET
@login_required
def open_one(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Note that a notice was read, and lead to what it is about."""
    notice = get_object_or_404(Notice, pk=notice_id, person_id=_actor(request).person_id)
    actions.open_notice(notice, at=timezone.now())
    return redirect(notice.url)


@require_POST
@login_required
def open_all(request: HttpRequest) -> HttpResponse:
    """Note that everything was read."""
    actions.open_all(by=_actor(request), at=timezone.now())
    return redirect("notices:list")


@require_http_methods(["GET", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show and keep how the visitor wants to be told, and on which devices."""
    form = Choice(sent(request), preference=_preference(request))
    if form.is_bound and form.is_valid():
        actions.choose(by=_actor(request), **form.chosen)
        say(request, _("已保存。"))
        return redirect("notices:settings")
    return _settings_page(request, form=form, device=Device())


@require_POST
@login_required
def add_device(request: HttpRequest) -> HttpResponse:
    """Let this browser take web push."""
    form = Device(request.POST)
    if form.is_valid():
        actions.subscribe(by=_actor(request), at=timezone.now(), **form.cleaned_data)
        say(request, _("以后有事项待办，会在这台设备上提醒您。"))
        return redirect("notices:settings")
    choice = Choice(preference=_preference(request))
    return _settings_page(request, form=choice, device=form)


@require_POST
@login_required
def remove_device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Let a browser take web push no more; a second time changes nothing."""
    queries.devices_of(_actor(request)).filter(pk=device_id).delete()
    say(request, _("这台设备不再收到提醒。"))
    return redirect("notices:settings")


def _settings_page(request: HttpRequest, *, form: Choice, device: Device) -> HttpResponse:
    now = timezone.now()
    context = {
        "title": _("通知设置"),
        "form": form,
        "device": device,
        "push_key": push.public_key(),
        "devices": [
            (one.pk, one.endpoint, words.moment(one.added_at, at=now))
            for one in queries.devices_of(_actor(request))
        ],
    }
    wrong = form.errors or device.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "notices/settings.html", context, status=status)


def _preference(request: HttpRequest) -> Preference:
    return queries.preference_of(_actor(request).known_person, on=timezone.localdate())


def _row(notice: Notice, *, at: dt.datetime) -> Row:
    kind = kinds.kind(notice.kind)
    row = Row(
        href=f"{notice.pk}/",
        title=kind.says(notice.params),
        number=notice.params.get("number", ""),
        meta=words.moment(notice.created_at, at=at),
        mark=_("紧急") if notice.urgent and not notice.settled_at else "",
        fresh=notice.is_new,
    )
    if not kind.needs_action:
        return row
    if notice.settled_at:
        return row._replace(state=_("已办"), tone="done")
    return row._replace(state=_("待办"), tone="waiting")


def _after(request: HttpRequest) -> Place | None:
    typed = _PLACE.fullmatch(request.GET.get("after", ""))
    return Place(typed[1] == "1", int(typed[2])) if typed else None


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # ActorMiddleware sets it
    return actor
