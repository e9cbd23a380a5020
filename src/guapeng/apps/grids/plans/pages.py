"""The pages of plans: the list, the editor, two drafts side by side, and paper."""

import uuid as uuids
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.apps.grids.forms import Submit
from guapeng.apps.grids.models import Plan, Redivision, Survey
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.posted import phones, workers
from guapeng.apps.grids.plans.roles import may_draw, plans_shown
from guapeng.apps.grids.plans.wordings import wordings
from guapeng.apps.grids.staffing.queries import grids_in
from guapeng.kernel.matters import engine, tables
from guapeng.kernel.matters.errors import GivenRefused
from guapeng.kernel.matters.models import Visibility
from guapeng.kernel.matters.views import refusals_as_pages
from guapeng.kernel.people.middleware import actor
from guapeng.web import words
from guapeng.web.answers import page, say, sent


@require_GET
@login_required
def plans(request: HttpRequest) -> HttpResponse:
    """The surveyed communities of whoever asks, with their plans."""
    if not plans_shown(request):
        raise Http404
    by, now = actor(request), timezone.now()
    drawn: dict[int, list[Plan]] = {}
    for plan in Plan.objects.order_by("-pk"):
        drawn.setdefault(plan.division_id, []).append(plan)
    stands, surveys = _standing(), list(queries.newest_surveys())
    counted = queries.out_of_range(surveys, on=timezone.localdate(now))
    told = {
        "title": _("网格划分"),
        "communities": [
            {
                "survey": survey,
                "grids": counted[survey.pk][0],
                "odd": counted[survey.pk][1],
                "taken": words.moment(survey.taken_at, at=now),
                "plans": [
                    {"plan": plan, "matter": stands.get(plan.pk)}
                    for plan in drawn.get(survey.division_id, ())
                ],
                "may_draw": may_draw(by, survey.division),
            }
            for survey in surveys
        ],
    }
    return page(request, "grids/plans/list.html", told)


def _standing() -> dict[int, dict[str, Any]]:
    """Return how the newest redivision of each plan stands."""
    found: dict[int, dict[str, Any]] = {}
    for case in Redivision.objects.select_related("matter").order_by("pk"):
        state = tables.of(case.matter).state(case.matter.state)
        found[case.plan_id] = {
            "number": case.matter.number,
            "state": state.label,
            "tone": "done" if state.final else "going",
            "returned": case.matter.state == "returned",
        }
    return found


def _way_to_submit(plan: Plan, stands: dict[str, Any] | None) -> str:
    """Return the address at which a version is submitted, or again what was returned."""
    if stands and stands["returned"]:
        return reverse("matters:step", args=[stands["number"], "submit_again"]) + "?version=VERSION"
    return reverse("grids:submit", args=[plan.uid]) + "?version=VERSION"


@require_POST
@login_required
def begin(request: HttpRequest, survey: int) -> HttpResponse:
    """Begin a plan of a community on its newest survey."""
    from guapeng.apps.grids.plans.actions import begin_plan  # the engine: slow, and rarely needed
    from guapeng.apps.grids.plans.asked import ground_of  # the same

    found = get_object_or_404(Survey.objects.select_related("division"), pk=survey)
    by, now = actor(request), timezone.now()
    if not may_draw(by, found.division):
        raise Http404
    on = timezone.localdate(now)
    plan = begin_plan(
        found,
        ground_of(found, queries.options(on=on)),
        by=by,
        at=now,
        uid=_uid(request),
        name=_("%(day)s方案") % {"day": f"{on:%Y-%m-%d}"},
    )
    say(request, _("方案已开始"))
    return redirect("grids:editor", uid=plan.uid)


@require_GET
@login_required
@never_cache
def editor(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """The editor on the map; without scripts the plan as a table and a picture."""
    asked, told = _told(request, uid)
    plan = asked.plan
    versions = list(plan.versions.order_by("-number").select_related("made_by"))
    shown = asked.version(request.GET.get("version", ""))
    stands = _standing().get(plan.pk)
    drawn = may_draw(actor(request), plan.division)
    told |= {
        "title": plan.survey.name,
        "plan": plan,
        "version": shown,
        "versions": versions,
        "matter": stands,
        "may_draw": drawn,
        "may_submit": actor(request).holds("village_secretary"),
        "words": wordings(),
        "map_label": plan.survey.name,
        "submit_url": _way_to_submit(plan, stands),
        "ground_url": reverse("grids:ground", args=[uid]) + f"?version={shown.number}",
        "places": [{"label": _("网格划分"), "href": reverse("grids:plans")}],
    }
    return page(request, "grids/plans/editor.html", told)


@require_http_methods(["GET", "POST"])
@login_required
@refusals_as_pages
def submit(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """The form that brings a version before those who approve it."""
    plan = get_object_or_404(Plan.objects.select_related("division"), uid=uid)
    by, now = actor(request), timezone.now()
    chosen = plan.versions.filter(number=_number(request.GET.get("version", ""))).first()
    form = Submit(sent(request), by=by, plan=plan, initial={"version": chosen})
    if form.is_valid():
        try:
            opened = engine.open_matter(
                "redivision", _opening(request, plan), by=by, at=now, **form.given
            )
        except GivenRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            say(request, _("已提交，编号 %(number)s") % {"number": opened.number})
            return redirect("matters:matter", number=opened.number)
    told = {"title": _("提交网格方案"), "plan": plan, "form": form}
    return page(request, "grids/plans/submit.html", told, status=422 if form.errors else 200)


def _opening(request: HttpRequest, plan: Plan) -> engine.Opening:
    return engine.Opening(
        uid=_uid(request),
        division=plan.division,
        title=_("%(place)s网格调整") % {"place": plan.survey.name},
        visibility=Visibility.INVOLVED,
    )


@require_GET
@login_required
def compare(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """Two versions side by side, and who moves."""
    from guapeng.apps.grids.plans.asked import Asked  # the engine: slow, and rarely needed
    from guapeng.apps.grids.plans.draft import facts, moved  # the same
    from guapeng.apps.grids.plans.drawing import sheet  # the same

    asked = Asked.of(uid, on=timezone.localdate())
    newest = queries.newest_version(asked.plan).number
    one, other = (
        request.GET.get("one") or str(max(newest - 1, 1)),
        request.GET.get("other") or str(newest),
    )
    before, after = asked.draft(one), asked.draft(other)
    moves = moved(before.of, after.of, asked.ground.community)
    ringed = {move.building for move in moves}
    names = {grid.code: grid.name for grid in (*before.grids, *after.grids)}
    households = sum(move.households for move in moves)
    told = {
        "title": _("比较两个版本"),
        "places": [
            {"label": _("网格划分"), "href": reverse("grids:plans")},
            {"label": asked.plan.survey.name, "href": reverse("grids:editor", args=[uid])},
        ],
        "plan": asked.plan,
        "versions": asked.plan.versions.order_by("-number"),
        "sides": [
            {
                "number": number,
                "sheet": sheet(
                    draft,
                    asked.ground,
                    facts(draft, asked.ground),
                    asked.own(number),
                    ringed=ringed,
                ),
                "label": _("第%(n)s版") % {"n": number},
            }
            for number, draft in ((one, before), (other, after))
        ],
        "one": one,
        "other": other,
        "sums": _("%(households)d户换了网格（%(buildings)d栋楼）")
        % {"households": households, "buildings": len(moves)},
        "head": [
            {"label": _("楼栋")},
            {"label": _("户数"), "end": True},
            {"label": _("原网格")},
            {"label": _("新网格")},
        ],
        "rows": [
            [
                move.building,
                str(move.households),
                names.get(move.before, move.before),
                names.get(move.after, move.after),
            ]
            for move in moves
        ],
    }
    return page(request, "grids/plans/compare.html", told)


@require_GET
@login_required
def paper(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """A sheet for each grid, or for the one that the address names, to be printed or posted."""
    asked, told = _told(request, uid)
    code = request.GET.get("grid", "")
    known = workers(asked.plan, on=asked.on)
    standing = {grid.code: grid for grid in grids_in(asked.plan.division, on=asked.on)}
    sheets = [
        {
            "code": grid.code,
            "name": grid.name,
            "households": fact.households,
            "buildings": fact.buildings,
            "sheet": told["sheet"].around(grid.code),
            "worker": known.get(grid.code, ""),
            **phones(standing.get(grid.code, asked.plan.division), on=asked.on),
            "date": f"{asked.on:%Y-%m-%d}",
        }
        for grid, fact in [
            *((fact.grid, fact) for fact in told["facts"]),
            *((one, one) for one in told["own"]),
        ]
        if code in {"", grid.code}
    ]
    if not sheets:
        raise Http404
    told |= {
        "title": _("网格图"),
        "plan": asked.plan,
        "version": asked.version(request.GET.get("version", "")),
        "sheets": sheets,
        "paper": "a3" if request.GET.get("paper") == "a3" else "a4",
    }
    return page(request, "grids/plans/paper.html", told)


def _told(request: HttpRequest, uid: uuids.UUID) -> tuple[Any, dict[str, Any]]:
    """Return the plan that is asked for, and its map and facts."""
    from guapeng.apps.grids.plans.asked import Asked  # the engine: slow, and rarely needed
    from guapeng.apps.grids.plans.draft import facts  # the same
    from guapeng.apps.grids.plans.drawing import sheet  # the same

    asked = Asked.of(uid, on=timezone.localdate())
    number = request.GET.get("version", "")
    draft, own = asked.draft(number), asked.own(number)
    told = facts(draft, asked.ground)
    return asked, {
        "facts": told,
        "own": own,
        "sheet": sheet(draft, asked.ground, told, own, ringed=set()),
        "rule": asked.ground.rule,
        "head": [
            {"label": _("网格")},
            {"label": _("户数"), "end": True},
            {"label": _("楼栋"), "end": True},
            {"label": _("说明")},
        ],
        "rows": [
            *(
                [one.grid.name, str(one.households), str(one.buildings), remark(one)]
                for one in told
            ),
            *(
                [one.name, str(one.households), str(one.buildings), _("专属网格，户数不限")]
                for one in own
            ),
        ],
    }


def remark(one: Any) -> str:
    """Return in words what is wrong with a grid, or that it is in range."""
    words_ = []
    if one.missing > 0:
        words_.append(_("差%(n)d户") % {"n": one.missing})
    if one.missing < 0:
        words_.append(_("超%(n)d户") % {"n": -one.missing})
    if one.loose:
        wording = ngettext("%(n)d栋不相连", "%(n)d栋不相连", len(one.loose))
        words_.append(wording % {"n": len(one.loose)})
    return "；".join(words_) or _("在范围内")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _uid(request: HttpRequest) -> uuids.UUID:
    try:
        return uuids.UUID(request.POST.get("uid", ""))
    except ValueError:
        return uuids.uuid4()
