"""The pages of one matter: how it stands and what happened, and the form of each step."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import engine, procedures, queries, shown, tables
from guapeng.kernel.matters.attachments import actions as attachments
from guapeng.kernel.matters.attachments.shown import shown as attachments_shown
from guapeng.kernel.matters.errors import GivenRefused, StepRefused
from guapeng.kernel.matters.forms import StepForm
from guapeng.kernel.matters.models import Case, Matter
from guapeng.kernel.matters.parties import RAISER
from guapeng.kernel.people.actions import may_look
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Person
from guapeng.kernel.people.views.looking import look_page
from guapeng.kernel.people.views.refusals import refusals_as_pages as privacy_as_pages
from guapeng.plain.unfit import Unfit
from guapeng.web import words
from guapeng.web.answers import page, say, sent

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def refusals_as_pages(view: View[P]) -> View[P]:
    """Answer every foreseen refusal with a page that says what was wrong and where to go on."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StepRefused as refusal:
            told = {"title": _("没有办成"), "says": refusal.message, **kwargs}
            return page(request, "matters/refused.html", told, status=refusal.status)
        except (Matter.DoesNotExist, Unfit) as missing:
            raise Http404(_("没有这个编号，或您无权查看")) from missing

    return answer  # type: ignore[return-value]  # wraps keeps the signature


@require_GET
@refusals_as_pages
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter: how it stands, who has it until when, what happened, what the actor may do."""
    found, now = queries.by_number(number), timezone.now()
    by = actor(request)
    told = _about(found, at=now) | _for(by, found, at=now)
    told["attachments"] = attachments_shown(found, by=by, at=now)
    return page(request, "matters/matter.html", told)


@require_http_methods(["GET", "POST"])
@refusals_as_pages
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """The form of one step; what the actor may not do now is refused before anything is typed."""
    found, by, now = queries.by_number(number), actor(request), timezone.now()
    row, uid = engine.row(found, step), uid_of(request)
    if not (uid and engine.was_taken(uid)):
        engine.check(row, found, by=by, at=now)
        form = _form(request, row, found, by)
        if not form.is_valid() or not _taken(form, step, found, by=by, at=now, uid=uid):
            return _asked(request, found, row, form)
        say(request, _("“%(label)s”已办好") % {"label": row.label}, clears=_draft(found, row))
    return redirect("matters:matter", number=found.number)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@privacy_as_pages
@refusals_as_pages
def asker(request: HttpRequest, number: str) -> HttpResponse:
    """Who asks, masked; opened for a purpose by whoever has a part in the matter."""
    found = queries.by_number(number)
    person = asker_of(found)
    if person is None or _case(found) is None:
        raise Http404(_("没有这个编号，或您无权查看"))
    return look_page(request, person, met_in=f"matter:{found.pk}")


@require_GET
def procedure(request: HttpRequest, workflow: str) -> HttpResponse:
    """A procedure as its step table says it: who does what, until when, by which rule."""
    try:
        table = tables.workflow(workflow)
    except KeyError:
        raise Http404(_("没有这种事项")) from None
    told = {
        "title": table.label,
        "head": [{"label": label} for label in procedures.HEAD],
        "rows": procedures.cells(table),
        "source_head": [{"label": label} for label in procedures.SOURCE_HEAD],
        "sources": procedures.sources(table),
    }
    return page(request, "matters/procedure.html", told)


def _about(found: Matter, *, at: dt.datetime) -> dict[str, Any]:
    """Return what everybody reads who may know of the matter."""
    workflow = tables.of(found)
    state = workflow.state(found.state)
    return {
        "title": words.named(found.title),
        "matter": found,
        "workflow": workflow,
        "state": state.public or state.label,
        "tone": "done" if state.final else "going",
        "due": words.due(found.due_at, at=at) if found.due_at and not state.final else None,
        "opened": words.moment(found.opened_at, at=at),
        "places": _places(found),
        "outcome_is_old": _will_give_result(workflow, found.state),
    }


def _for(by: Actor, found: Matter, *, at: dt.datetime) -> dict[str, Any]:
    """Return what those read who have a part in the matter; for others the database is silent."""
    case, person = _case(found), asker_of(found)
    if case is None:
        return {"possible": engine.open_steps(found, by=by, at=at)} if by.person_id else {}
    is_asker = bool(by.keys.intersection(RAISER.holders(found)))
    whole = not is_asker or bool(by.posts)
    awaited = list(found.tasks.filter(done_at=None).order_by("due_at", "id"))
    steps = engine.open_steps(found, by=by, at=at)
    return {
        "case": case,
        "may_look": person and not is_asker and may_look(by, person, met_in=f"matter:{found.pk}"),
        "is_asker": is_asker,
        "course": shown.course(found, awaited, at=at),
        "entries": shown.timeline(list(queries.story_of(found)), found, at=at, whole=whole),
        "parts": shown.parts(found, at=at),
        "kin": shown.kin(found),
        "expected": [step for step in steps if step.limit],
        "possible": [step for step in steps if not step.limit],
    }


def _will_give_result(workflow: tables.Workflow, state: str) -> bool:
    """Tell whether a result is still to come, so that one that is there is of an earlier round."""
    given_in = {
        step.targets[0]
        for step in workflow.steps
        if "summary" in step.form.base_fields and not workflow.state(step.targets[0]).final
    }
    return any(one.key in given_in for one in workflow.ahead(state))


def asker_of(found: Matter) -> Person | None:
    """Return the person who asks, by whoever's hand it came; nobody where it is anonymous."""
    return found.on_behalf_of or found.raised_by


def _case(found: Matter) -> Case | None:
    """Return what is special about the matter, if the database shows it to whoever asks."""
    case: Case | None = tables.of(found).case.objects.filter(pk=found.pk).first()
    return case


def _form(request: HttpRequest, row: tables.Step, found: Matter, by: Actor) -> StepForm:
    """Return the row's form, as it was sent, or with what the address fills in."""
    given = {name: request.GET[name] for name in row.form.begins_with if name in request.GET}
    return row.form(
        sent(request), request.FILES or None, initial=given or None, matter=found, by=by
    )


def _taken(form: StepForm, step: str, found: Matter, **turn: Any) -> bool:
    """Take the step; tell whether it was. What the verb refuses stands on the form, still filled.

    Raises:
        StepRefused: the step itself is not open to the actor, whatever is given.
    """
    try:
        attachments.take(step, found, form, **turn)
    except GivenRefused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _asked(request: HttpRequest, found: Matter, row: tables.Step, form: StepForm) -> HttpResponse:
    told = {
        "title": row.label,
        "matter": found,
        "form": form,
        "uid": request.POST.get("uid", ""),
        "draft": _draft(found, row),
    }
    return page(request, "matters/step.html", told, status=422 if form.errors else 200)


def _places(found: Matter) -> list[dict[str, str]]:
    above = Division.objects.filter(pk__in=found.division.lineage, level__gte=Level.COUNTY)
    return [{"label": name} for name in above.order_by("level").values_list("name", flat=True)]


def _draft(found: Matter, row: tables.Step) -> str:
    return f"{found.number}-{row.key}"


def uid_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the client-made id that was sent with a form, by which a repeated one is known."""
    try:
        return uuid.UUID(request.POST.get("uid", ""))
    except ValueError:
        return None
