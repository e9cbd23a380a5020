"""The loop as JSON: the same forms, the same engine, other clothes. Schema: ``schema.openapi``."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guapeng.kernel.matters import engine, opening, queries, schema, tables
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.plain.unfit import Unfit

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _refusals_as_json(view: View[P]) -> View[P]:
    """Answer every foreseen refusal with its status and a sentence for the person."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StepRefused as refusal:
            code = type(refusal).__name__
            return _json({"code": code, "message": refusal.message}, refusal.status)
        except Unfit as fault:
            return _json({"code": fault.code, "message": str(fault)}, 404)
        except Matter.DoesNotExist:
            return _json({"code": "NoSuchMatter", "message": _("没有这个编号，或您无权查看")}, 404)

    return answer  # type: ignore[return-value]  # wraps keeps the signature


@require_GET
def openapi(_request: HttpRequest) -> HttpResponse:
    """The description of this interface, made from the step tables."""
    return _json(schema.openapi())


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the actor, the soonest due first."""
    return _json({"waiting": [row._asdict() for row in queries.waiting_for(actor(request))]})


@require_GET
@_refusals_as_json
def matter(request: HttpRequest, workflow: str, number: str) -> HttpResponse:
    """A matter as the actor may see it, with the steps that the actor may take now."""
    return _json(_described(_found(workflow, number), actor(request)))


@require_POST
@_refusals_as_json
def open_new(request: HttpRequest, workflow: str) -> HttpResponse:
    """Open a matter; ``uid`` makes repeating the request harmless."""
    table, by, now = opening.known(workflow), actor(request), timezone.now()
    where, what = opening.forms_for(table, _sent(request), by=by, on=timezone.localdate(now))
    if not (where.is_valid() and what.is_valid()):
        errors = where.errors.get_json_data() | what.errors.get_json_data()
        return _json({"code": "Invalid", "errors": errors}, 422)
    return _json(_described(opening.open_by(table, where, what, by=by, at=now), by), 201)


@require_POST
@_refusals_as_json
def take(request: HttpRequest, workflow: str, number: str, step: str) -> HttpResponse:
    """Take a step; ``uid`` makes repeating the request harmless."""
    found, by, now = _found(workflow, number), actor(request), timezone.now()
    row = engine.row(found, step)
    engine.check(row, found, by=by, at=now)
    sent = _sent(request)
    form = row.form(sent, matter=found, by=by)
    if not form.is_valid():
        return _json({"code": "Invalid", "errors": form.errors.get_json_data()}, 422)
    taken = engine.take(step, found, by=by, at=now, uid=_uid(sent), **form.given)
    return _json(_described(taken, by))


def _found(workflow: str, number: str) -> Matter:
    found = queries.by_number(number)
    if found.workflow != workflow:
        raise Matter.DoesNotExist
    return found


def _described(found: Matter, by: Actor) -> dict[str, Any]:
    workflow, now = tables.of(found), timezone.now()
    return {
        "number": found.number,
        "workflow": found.workflow,
        "title": found.title,
        "state": found.state,
        "says": str(workflow.state(found.state).public),
        "due_at": found.due_at,
        "due_is_provisional": found.due_is_provisional,
        "opened_at": found.opened_at,
        "closed_at": found.closed_at,
        "story": [
            {"step": taken.step, "at": taken.at, "says": taken.says}
            for taken in queries.story_of(found)
        ],
        "steps": [step.key for step in engine.open_steps(found, by=by, at=now)],
    }


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        raise NotAnObject from None
    if not isinstance(sent, dict):
        raise NotAnObject
    return sent


def _uid(sent: dict[str, Any]) -> uuid.UUID | None:
    try:
        return uuid.UUID(sent["uid"]) if "uid" in sent else None
    except (ValueError, TypeError, AttributeError):
        raise NotAnObject from None


class NotAnObject(StepRefused):
    """The body of the request cannot be read."""

    status = 400

    def __init__(self) -> None:
        super().__init__(_("请求内容须为 JSON 对象，uid 须为 UUID"))


def _json(content: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), content_type="application/json", status=status)
