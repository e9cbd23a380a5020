"""What the editor asks the server: the ground, the solver, areas, reasons, and to save a version.

Every question brings the draft along, so the server keeps nothing of an editing session.
"""

import uuid as uuids
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guapeng.apps.grids.plans import actions
from guapeng.apps.grids.plans.asked import Asked
from guapeng.apps.grids.plans.draft import Draft, NoDraft, colours
from guapeng.apps.grids.plans.drawing import Frame, areas_of, cells, lines_of, own_shapes, ridges_of
from guapeng.apps.grids.plans.explaining import explain
from guapeng.apps.grids.plans.roles import may_draw
from guapeng.apps.grids.plans.solving import Manner, solve, split
from guapeng.apps.grids.plans.specials import own_grids
from guapeng.kernel.people.middleware import actor
from guapeng.plain.unfit import Unfit

Answer = Callable[[Asked, Draft, dict[str, Any]], dict[str, Any]]

_MOST_BYTES: Final = 2_000_000
_MOST_PARTS: Final = 9
_LONGEST_NAME: Final = 60


@require_GET
def ground(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """All that the editor draws and counts with, and the draft of a version."""
    asked = _asked(request, uid)
    version = asked.version(request.GET.get("version", ""))
    community, graph = asked.ground.community, asked.ground.graph
    surveyed, own = asked.ground.surveyed, own_grids(version, asked.ground)
    frame = Frame.around(surveyed.outline)
    places = [frame.place(*at) for at in community.places.tolist()]
    return _json(
        {
            "plan": str(uid),
            "community": {"code": community.id, "name": community.name},
            "rule": {"least": asked.ground.rule.least, "most": asked.ground.rule.most},
            "size": [frame.width, frame.height],
            "outline": frame.path(surveyed.outline),
            "lines": lines_of(surveyed, frame),
            "specials": [
                {
                    "code": one.code,
                    "name": one.name,
                    "households": one.households,
                    "buildings": [frame.path(surveyed.footprints[row]) for row in one.own.rows],
                    "label": {"name": shape.name, "x": shape.x, "y": shape.y},
                    "path": shape.path,
                }
                for one, shape in zip(own, own_shapes(own, frame), strict=True)
            ],
            "compounds": [
                {"name": one.name, "path": frame.path(one.outline)} for one in community.compounds
            ],
            "buildings": [
                {
                    "code": code,
                    "x": at[0],
                    "y": at[1],
                    "households": households,
                    "compound": compound,
                    "part": part,
                    "path": frame.path(shape),
                    "cell": frame.path(cell),
                }
                for code, at, households, compound, part, shape, cell in zip(
                    community.ids,
                    places,
                    community.households.tolist(),
                    community.compound.tolist(),
                    graph.part.tolist(),
                    community.footprints,
                    cells(asked.ground),
                    strict=True,
                )
            ],
            "edges": [
                [int(one), int(other)] for one, other in zip(graph.one, graph.other, strict=True)
            ],
            "ridges": [
                [one, other, frame.path(line)] for one, other, line in ridges_of(asked.ground)
            ],
            "taken": sorted(asked.taken),
            "version": {"number": version.number, "name": version.name},
            "draft": Draft.of_version(version).as_data(),
        }
    )


def _answers(answer: Answer) -> Callable[..., HttpResponse]:
    """Read the plan and the draft of a question; give its answer or refusal as JSON."""

    @require_POST
    @wraps(answer)
    def view(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
        asked = _asked(request, uid)
        try:
            said = _said(request)
            draft = Draft.read(said.get("draft"), buildings=asked.ground.community.ids)
            return _json(answer(asked, draft, said))
        except Unfit as fault:
            return _json({"code": fault.code, "reason": _(fault.wording) % fault.given}, status=422)

    return view


@_answers
def solved(asked: Asked, draft: Draft, said: dict[str, Any]) -> dict[str, Any]:
    """The draft as the engine would have it, around all locks."""
    made = solve(
        draft,
        asked.ground,
        manner=Manner.ANEW if said.get("manner") == Manner.ANEW else Manner.LEAST_CHANGE,
        taken=asked.taken,
        seed=_number(said.get("seed"), most=1_000_000),
    )
    return {"draft": made.as_data()}


@_answers
def cut(asked: Asked, draft: Draft, said: dict[str, Any]) -> dict[str, Any]:
    """The draft with one grid cut into parts."""
    code = _code(draft, said)
    parts = max(2, _number(said.get("parts"), most=_MOST_PARTS))
    made = split(draft, asked.ground, code, parts=parts, taken=asked.taken)
    return {"draft": made.as_data()}


@_answers
def drawn(asked: Asked, draft: Draft, _said: dict[str, Any]) -> dict[str, Any]:
    """The areas of the draft, with borders along streets and walls."""
    frame = Frame.around(asked.ground.surveyed.outline)
    shapes = areas_of(draft, asked.ground)
    return {
        "areas": [
            {"code": one.code, "tint": tint, "path": frame.path(shape)}
            for one, tint, shape in zip(
                draft.grids, colours(draft, asked.ground), shapes, strict=True
            )
        ]
    }


@_answers
def explained(asked: Asked, draft: Draft, said: dict[str, Any]) -> dict[str, Any]:
    """Why one grid is as it is."""
    return {"says": explain(draft, asked.ground, _code(draft, said))}


@require_POST
def save(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """Keep the draft as the next version; tell whether others saved one meanwhile."""
    asked, by = _asked(request, uid), actor(request)
    if not may_draw(by, asked.plan.division):
        raise Http404
    try:
        said = _said(request)
        draft = Draft.read(said.get("draft"), buildings=asked.ground.community.ids)
        version = actions.save_version(
            asked.plan,
            draft,
            asked.ground,
            by=by,
            at=timezone.now(),
            uid=_uid(said),
            name=str(said.get("name") or "")[:_LONGEST_NAME].strip(),
        )
    except Unfit as fault:
        return _json({"code": fault.code, "reason": _(fault.wording) % fault.given}, status=422)
    between = version.number - 1 - _number(said.get("based_on"), most=version.number)
    return _json({"number": version.number, "name": version.name, "between": max(between, 0)})


def _asked(request: HttpRequest, uid: uuids.UUID) -> Asked:
    if not request.user.is_authenticated:
        raise Http404
    return Asked.of(uid, on=timezone.localdate())


def _said(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > _MOST_BYTES:
        raise NoDraft
    try:
        said = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise NoDraft from error
    if not isinstance(said, dict):
        raise NoDraft
    return said


def _code(draft: Draft, said: dict[str, Any]) -> str:
    code = str(said.get("code"))
    if code not in {one.code for one in draft.grids}:
        raise NoDraft
    return code


def _uid(said: dict[str, Any]) -> uuids.UUID:
    try:
        return uuids.UUID(str(said.get("uid")))
    except ValueError as error:
        raise NoDraft from error


def _number(said: Any, *, most: int) -> int:
    return min(max(said, 0), most) if isinstance(said, int) else 0


def _json(content: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = HttpResponse(orjson.dumps(content), content_type="application/json", status=status)
    answer["Cache-Control"] = "no-store"
    return answer
