"""The pages of staffing: coverage of a place, one grid's people, hand-overs."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.apps.grids.models import GridContact, HandOver, Leave
from guapeng.apps.grids.refusals import private
from guapeng.apps.grids.staffing import actions, queries
from guapeng.apps.grids.staffing.coverage import Gap, Stretch
from guapeng.apps.grids.staffing.errors import NotYourGrid, StaffingRefused
from guapeng.apps.grids.staffing.forms import DeputyForm, HandOverForm, LeaveForm, PhonesForm
from guapeng.apps.grids.staffing.queries import Covered
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.errors import AccountRefused
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Person
from guapeng.kernel.rules import queries as rules
from guapeng.web import words
from guapeng.web.answers import page, say, sent

_ROWS: Final = 30
_RECENT: Final = dt.timedelta(days=60)
_GAPS: Final = {
    Gap.NO_WORKER: gettext_lazy("没有网格员"),
    Gap.AWAY: gettext_lazy("网格员请假，没有人替岗"),
    Gap.NO_DEPUTY: gettext_lazy("没有替岗人"),
}


@require_GET
@private
def coverage(request: HttpRequest) -> HttpResponse:
    """Where somebody is missing in the next days: a place's grids, gaps first to be asked for."""
    place, today = _place(request), localdate()
    last = _last(today)
    found = queries.coverage(queries.grids_in(place, on=today), first=today, last=last)
    told: dict[str, Any] = {
        "title": _("到岗覆盖"),
        "place": place,
        "until": words.day(last, at=timezone.now()),
        "places": [
            {"label": one.name, "href": f"?place={one.code}"}
            for one in _above(place, actor(request))
        ],
        "stats": _stats(found, today),
    }
    if place.level <= Level.COUNTY:
        told |= _by_township(found, place, today)
        return page(request, "grids/staffing/places.html", told)
    return page(
        request, "grids/staffing/coverage.html", told | _by_grid(request, found), part="rows"
    )


@require_GET
@private
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """One grid: who stands on it on each of the next days, and what one may arrange."""
    found, today, now = _grid(code), localdate(), timezone.now()
    by = actor(request)
    leads = actions.answering_post(by, found) is not None
    if not leads and not _works_there(by, found):
        raise NotYourGrid
    (covered,) = queries.coverage([found], first=today, last=_last(today))
    people = queries.people_named([covered])
    leaves = queries.leaves_of(found, on=today)
    told = {
        "title": found.name,
        "grid": found,
        "leads": leads,
        "covered": _strip(covered),
        "stretches": [_in_words(one, people, at=now) for one in covered.stretches],
        "contact": queries.contact(found, on=today),
        "leaves": [_leave(one, by, leads=leads, at=now) for one in leaves],
        "hand_overs": [_hand_over(one, at=now) for one in queries.hand_overs(found)],
    }
    return page(request, "grids/staffing/grid.html", told)


@require_http_methods(["GET", "POST"])
@private
def deputy(request: HttpRequest, code: str) -> HttpResponse:
    """Name who stands in for the grid's worker."""
    found = _led(request, code)
    colleagues = queries.colleagues(found, on=localdate())
    form = DeputyForm(sent(request), colleagues=colleagues)
    if form.is_valid():
        given = form.cleaned_data

        def write() -> None:
            actions.name_deputy(
                found,
                Person.objects.get(pk=given["person"]),
                since=given["since"],
                until=given["until"],
                by=actor(request),
                at=timezone.now(),
            )

        if _tried(form, write):
            say(request, _("已确定替岗人"))
            return redirect("grids:staffing", code=code)
    lead = _("替岗人平时看不到这个网格的内容，网格员请假的那几天才有权限。")
    return _form_page(request, found, form, title=_("确定替岗人"), lead=lead)


@require_http_methods(["GET", "POST"])
@private
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Note that the worker is away for some days, and who stands in."""
    found, today, by = _grid(code), localdate(), actor(request)
    workers, named = queries.workers(found, on=today), queries.named_deputies(found, on=today)
    if actions.answering_post(by, found):
        colleagues = queries.colleagues(found, on=today)
    elif by.person_id in dict(workers):
        workers = [one for one in workers if one[0] == by.person_id]
        colleagues = named
    else:
        raise NotYourGrid
    initial = {
        "worker": workers[0][0] if workers else None,
        "deputy": named[0][0] if named else None,
    }
    form = LeaveForm(sent(request), workers=workers, colleagues=colleagues, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        people = Person.objects.in_bulk([given["worker"], given["deputy"]])

        def write() -> None:
            actions.note_leave(
                found,
                people[given["worker"]],
                first=given["first"],
                last=given["last"],
                deputy=people.get(given["deputy"]),
                by=by,
                at=timezone.now(),
            )

        if _tried(form, write):
            say(request, _("已登记请假"))
            return redirect("grids:staffing", code=code)
    lead = _("只登记哪几天不在岗、谁来替，不问原因。")
    return _form_page(request, found, form, title=_("登记请假"), lead=lead)


@require_POST
@private
def end_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The worker is back, or does not go."""
    found = get_object_or_404(Leave.objects.select_related("grid"), pk=pk)
    actions.end_leave(found, by=actor(request), at=timezone.now())
    say(request, _("请假已结束"))
    return redirect("grids:staffing", code=found.grid.code)


@require_http_methods(["GET", "POST"])
@private
def phones(request: HttpRequest, code: str) -> HttpResponse:
    """Set the telephones on the grid's sign."""
    found = _led(request, code)
    held = GridContact.objects.filter(grid=found).values("service_phone", "complaint_phone").first()
    form = PhonesForm(sent(request), initial=dict(held or {}))
    if form.is_valid():

        def write() -> None:
            actions.publish_phones(found, by=actor(request), at=timezone.now(), **form.cleaned_data)

        if _tried(form, write):
            say(request, _("已更改公示电话"))
            return redirect("grids:staffing", code=code)
    lead = _("个人手机号由本人在“我的”页面同意后公开，这里只填值班电话。")
    return _form_page(request, found, form, title=_("公示电话"), lead=lead)


@require_http_methods(["GET", "POST"])
@private
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Draw up what is open, for one worker to hand to the next."""
    found, today = _led(request, code), localdate()
    givers = queries.former_workers(found, since=today - _RECENT)
    form = HandOverForm(sent(request), givers=givers, takers=queries.workers(found, on=today))
    if form.is_valid():
        people = Person.objects.in_bulk(form.cleaned_data.values())
        given = {side: people[id_] for side, id_ in form.cleaned_data.items()}
        if _tried(
            form,
            lambda: actions.draw_up(found, by=actor(request), at=timezone.now(), **given),
        ):
            say(request, _("已列出交接清单，请双方签收"))
            return redirect("grids:staffing", code=code)
    lead = _("待办跟着岗位走，接手人任职当天就能看到。清单让双方都确认看过。")
    return _form_page(request, found, form, title=_("列出交接清单"), lead=lead)


@require_http_methods(["GET", "POST"])
@private
def handing_over(request: HttpRequest, pk: int) -> HttpResponse:
    """One hand-over: what was open, and who has signed; the two sign here."""
    found = get_object_or_404(HandOver.objects.select_related("grid", "giver", "taker"), pk=pk)
    by, now = actor(request), timezone.now()
    sides = {found.giver_id: found.giver_signed_at, found.taker_id: found.taker_signed_at}
    if by.person_id not in sides and actions.answering_post(by, found.grid) is None:
        raise NotYourGrid
    if request.method == "POST":
        actions.sign(found, by=by, at=now)
        say(request, _("已签收"))
        return redirect("grids:handing_over", pk=pk)
    shown = Matter.objects.in_bulk(found.matters)
    told = {
        "title": _("交接清单"),
        "grid": found.grid,
        "one": _hand_over(found, at=now),
        "matters": [shown[id_] for id_ in found.matters if id_ in shown],
        "hidden": len(set(found.matters) - shown.keys()),
        "may_sign": by.person_id in sides and sides[by.person_id] is None,
    }
    return page(request, "grids/staffing/hand_over.html", told)


def sees_coverage(request: HttpRequest) -> bool:
    """Tell whether somebody's post arranges who stands on grids."""
    return bool(_arranging(actor(request)))


def my_grids(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the panel of a grid worker's own page shows."""
    held = [post for post in actor(request).posts if post.role == actions.WORKER]
    found = Division.objects.filter(pk__in=[post.division_id for post in held])
    grids_ = list(found.defer("outline").order_by("code"))
    signs = HandOver.objects.filter(grid__in=grids_, taker_signed_at=None).order_by("-pk")
    return {"grids": grids_, "hand_overs": list(signs)} if grids_ else None


def _arranging(by: Actor) -> list[HeldPost]:
    """Return the posts that approve what is done on grids, or keep the posts themselves."""
    return [
        post
        for post in by.posts
        if "approve" in post.kind.cells["case_text"] or post.kind.may("technical", "configuration")
    ]


def _place(request: HttpRequest) -> Division:
    """Return the place asked for, else that of the first post.

    Raises:
        PermissionDenied: no post arranges anything.
        Http404: the place lies elsewhere.
    """
    posts = _arranging(actor(request))
    if not posts:
        raise PermissionDenied
    code, today = request.GET.get("place", ""), localdate()
    own = {place for post in posts for place in post.places}
    if not code:
        return Division.objects.defer("outline").get(pk=posts[0].division_id)
    found = divisions.at(today).filter(code=code, lineage__overlap=list(own)).first()
    if found is None:
        raise Http404(_("没有这个地方，或者不在您的范围"))
    return found


def _above(place: Division, by: Actor) -> list[Division]:
    own = {id_ for post in _arranging(by) for id_ in post.places}
    above = Division.objects.filter(pk__in=place.lineage).defer("outline").order_by("level")
    return [one for one in above if own & set(one.lineage)]


def _last(today: dt.date) -> dt.date:
    days = rules.value("grids.coverage", on=today)["days"]
    return today + dt.timedelta(days=days - 1)


def _stats(found: Sequence[Covered], today: dt.date) -> dict[str, int]:
    """Return how many grids there are, and in how many somebody is missing. Nobody is counted."""
    return {
        "grids": len(found),
        "today": sum(_bare(one, today) for one in found),
        "coming": sum(any(gap.gap != Gap.NO_DEPUTY for gap in one.gaps) for one in found),
        "deputies": sum(any(gap.gap == Gap.NO_DEPUTY for gap in one.gaps) for one in found),
    }


def _bare(one: Covered, today: dt.date) -> bool:
    return any(gap.first == today and gap.there is None for gap in one.gaps)


def _by_township(found: Sequence[Covered], place: Division, today: dt.date) -> dict[str, Any]:
    """Return a row for each division below the place, in the order of their codes."""
    rows = []
    for below in divisions.children(place, on=today):
        stats = _stats([one for one in found if below.pk in one.grid.lineage], today)
        rows.append([{"text": below.name, "href": f"?place={below.code}"}, *stats.values()])
    labels = (_("地方"), _("网格"), _("今天无人到岗"), _("30天内无人到岗"), _("缺替岗人"))
    return {
        "head": [{"label": label, "end": "yes" if at else ""} for at, label in enumerate(labels)],
        "rows": rows,
    }


def _by_grid(request: HttpRequest, found: Sequence[Covered]) -> dict[str, Any]:
    only = request.GET.get("all") != "yes"
    after, code = request.GET.get("after", ""), request.GET.get("place", "")
    rows = [one for one in found if (one.gaps or not only) and one.grid.code > after]
    shown, now = rows[:_ROWS], timezone.now()
    people, by = queries.people_named(shown), actor(request)
    chosen = f"place={code}&" if code else ""
    more = "" if only else "all=yes&"
    return {
        "only": only,
        "rows": [
            {
                "grid": one.grid,
                "href": _way_in(one.grid, by),
                "strip": _strip(one),
                "gaps": [_in_words(gap, people, at=now) for gap in one.gaps],
            }
            for one in shown
        ],
        "older": f"?{chosen}{more}after={shown[-1].grid.code}" if len(rows) > _ROWS else "",
        "tabs": [
            {"label": _("有缺口的"), "href": f"?{chosen}", "current": only},
            {"label": _("全部网格"), "href": f"?{chosen}all=yes", "current": not only},
        ],
    }


def _way_in(grid: Division, by: Actor) -> str:
    """Return the address of a grid's page; empty for whoever keeps posts and does not open it."""
    opens = actions.answering_post(by, grid) is not None or _works_there(by, grid)
    return reverse("grids:staffing", args=[grid.code]) if opens else ""


def _strip(one: Covered) -> dict[str, Any]:
    """Return the days as bars: where each begins, how wide it is, and what it means."""
    first, last = one.stretches[0].first, one.stretches[-1].last
    bars = [
        {
            "at": (stretch.first - first).days,
            "days": (stretch.last - stretch.first).days + 1,
            "kind": "covered" if stretch.gap is None else stretch.gap.value,
        }
        for stretch in one.stretches
    ]
    return {"days": (last - first).days + 1, "bars": bars}


def _in_words(one: Stretch, people: dict[int, Person], *, at: dt.datetime) -> dict[str, str]:
    """Return a stretch as people read it: which days, who is there, what is missing."""
    first, last = words.day(one.first, at=at), words.day(one.last, at=at)
    span = first if one.first == one.last else _("%(first)s至%(last)s") % {
        "first": first,
        "last": last,
    }  # fmt: skip
    there = people.get(one.there) if one.there else None
    ready = people.get(one.deputy) if one.deputy else None
    return {
        "span": span,
        "there": there.name if there else "",
        "stands_in": "yes" if one.worker is None and there else "",
        "deputy": ready.name if ready else "",
        "gap": str(_GAPS[one.gap]) if one.gap else "",
        "tone": "done" if one.gap is None else "waiting" if there else "overdue",
    }


def _leave(one: Leave, by: Actor, *, leads: bool, at: dt.datetime) -> dict[str, Any]:
    last = one.valid.upper - dt.timedelta(days=1)
    return {
        "pk": one.pk,
        "who": one.person.name,
        "span": _("%(first)s至%(last)s")
        % {"first": words.day(one.valid.lower, at=at), "last": words.day(last, at=at)},
        "deputy": one.cover.person.name if one.cover else "",
        "may_end": leads or by.person_id == one.person_id,
    }


def _hand_over(one: HandOver, *, at: dt.datetime) -> dict[str, Any]:
    def signed(when: dt.datetime | None) -> str:
        return words.moment(when, at=at) if when else ""

    return {
        "pk": one.pk,
        "giver": one.giver.name,
        "taker": one.taker.name,
        "count": len(one.matters),
        "at": words.moment(one.drawn_up_at, at=at),
        "giver_signed": signed(one.giver_signed_at),
        "taker_signed": signed(one.taker_signed_at),
    }


def _grid(code: str) -> Division:
    found = divisions.at(localdate()).filter(code=code, level=Level.GRID).first()
    if found is None:
        raise Http404(_("没有这个网格，或者不在您的范围"))
    return found


def _led(request: HttpRequest, code: str) -> Division:
    """Return the grid, for whoever answers for it.

    Raises:
        NotYourGrid: somebody else.
    """
    found = _grid(code)
    if actions.answering_post(actor(request), found) is None:
        raise NotYourGrid
    return found


def _works_there(by: Actor, found: Division) -> bool:
    return any(post.role == actions.WORKER and found.pk in post.places for post in by.posts)


def _tried(form: Any, write: Any) -> bool:
    """Tell whether it was done; if not, the form says why."""
    try:
        write()
    except (StaffingRefused, AccountRefused) as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _form_page(
    request: HttpRequest, found: Division, form: Any, *, title: str, lead: str
) -> HttpResponse:
    told = {"title": title, "grid": found, "form": form, "lead": lead}
    status = 422 if form.errors else 200
    return page(request, "grids/staffing/form.html", told, status=status)
