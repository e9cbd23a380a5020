"""What a worker's telephone carries of the grid, in sections that travel only when they changed.

Each section has a tag, the hash of its content. A telephone says which tags it has and gets the
sections whose tag is another; a section that is gone is gone from the tags. Households come in
sixteen sections by the first digit of their ``uid``, so that one change sends one part of them.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson
import shapely
from django.utils import timezone
from django.utils.translation import get_language

from guapeng.apps.grids.field import guidance, households, reading
from guapeng.apps.grids.field.describing import described
from guapeng.apps.grids.field.due import Rhythm
from guapeng.apps.grids.field.posts import Beat
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters import queries as matters
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.queries import Waiting
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Household
from guapeng.kernel.rules import queries as rules
from guapeng.web import words

_TASKS: Final = 60
_DAYS_AHEAD: Final = 60
_DIGITS: Final = 5
"""Of a degree: a metre, which is what a finger on a telephone can point at."""
_METRE: Final = 1 / 111_320


class Section(NamedTuple):
    """A named piece of the bundle, as JSON, with the hash of it."""

    name: str
    content: bytes
    tag: str


def sections(by: Actor, held: Iterable[Beat], *, at: dt.datetime) -> list[Section]:
    """Return all that the telephone of ``by`` carries, in the scope of the connection.

    Raises:
        NoRule: a rule of field work is missing.
    """
    found = list(held)
    return [_section(name, content) for name, content in _contents(by, found, at=at)]


def changed(found: Iterable[Section], has: Mapping[str, str]) -> dict[str, orjson.Fragment]:
    """Return the contents of the sections whose tag is not the one that a telephone has."""
    return {one.name: orjson.Fragment(one.content) for one in found if has.get(one.name) != one.tag}


def whole_tag(found: Iterable[Section]) -> str:
    """Return one tag for all sections, for ``ETag``."""
    return _tag("".join(one.name + one.tag for one in found).encode())


def _contents(by: Actor, held: list[Beat], *, at: dt.datetime) -> Iterator[tuple[str, Any]]:
    today = timezone.localdate(at)
    yield "rules", _rules(on=today)
    yield "guidance", guidance.texts()
    for beat in held:
        yield f"grid/{beat.division.code}", _ground(beat, on=today)
    yield "places", _places(held, on=today)
    yield from _households(held, on=today)
    tasks = _tasks(by)
    yield "forms", _forms(by, tasks, on=today)
    yield "tasks", [_task(one) for one in tasks]


def _section(name: str, content: Any) -> Section:
    raw = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return Section(name, raw, _tag(raw))


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _rules(*, on: dt.date) -> dict[str, Any]:
    """Return what the telephone itself must know to count days."""
    calendar = rules.calendar()
    ahead = (on + dt.timedelta(days=n) for n in range(_DAYS_AHEAD))
    return {
        "language": get_language(),
        "most": rules.value("field.day", on=on)["most"],
        "phone": rules.value("field.phone", on=on),
        "workdays": [day for day in ahead if calendar.is_workday(day)],
        "kinds": [(kind.value, str(kind.label)) for kind in Household.Kind],
    }


def _ground(beat: Beat, *, on: dt.date) -> dict[str, Any]:
    """Return the outline of a grid and of those around it; no outline where none is drawn."""
    own, near = beat.division, list[dict[str, Any]]()
    outline = _shape(own)
    if outline is not None:
        beside = divisions.at(on).filter(parent=own.parent_id, outline__isnull=False)
        for one in beside.exclude(pk=own.pk).defer(None):
            shape = _shape(one)
            if shape is not None and shape.distance(outline) < _METRE * 500:
                near.append({"name": words.named(one.name), "rings": _rings(shape)})
    return {
        "code": own.code,
        "name": words.named(own.name),
        "rings": _rings(outline) if outline is not None else [],
        "near": near,
    }


def _shape(division: Division) -> shapely.Geometry | None:
    """Return an outline as exact as a telephone needs it; none where none is drawn."""
    if division.outline is None:
        return None
    return shapely.simplify(shapely.from_wkb(bytes(division.outline)), 2 * _METRE)


def _rings(shape: shapely.Geometry) -> list[list[tuple[float, float]]]:
    parts = getattr(shape, "geoms", [shape])
    rings = (ring for part in parts for ring in (part.exterior, *part.interiors))
    return [[(round(x, _DIGITS), round(y, _DIGITS)) for x, y in ring.coords] for ring in rings]


def _places(held: list[Beat], *, on: dt.date) -> list[dict[str, Any]]:
    codes = {place: beat.division.code for beat in held for place in beat.places}
    found = reading.patrol_places(codes, on=on)
    return [
        {
            "id": one.uid,
            "grid": codes[one.division_id],
            "name": one.name,
            "looks": one.looks_for,
            "at": (round(one.lon, _DIGITS), round(one.lat, _DIGITS))
            if one.lon is not None and one.lat is not None
            else None,
            "last": one.last_on,
        }
        for one in found
    ]


def _households(held: list[Beat], *, on: dt.date) -> Iterator[tuple[str, Any]]:
    """Yield sixteen parts: an array a household, so that five hundred stay small."""
    codes = {place: beat.division.code for beat in held for place in beat.places}
    rhythm = Rhythm.of(on)
    parts: dict[str, list[Any]] = defaultdict(list)
    for one in households.carried(codes, on=on):
        due = rhythm.due(since=one.since, last=one.last_on, needs_care=one.needs_care, on=on)
        parts[one.uid.hex[0]].append(
            (
                one.uid,
                one.version,
                codes[one.division_id],
                one.address,
                one.kind,
                one.members,
                due.on,
                due.why,
                due.every,
                one.last_on,
                one.last_found,
            )
        )
    for digit in "0123456789abcdef":
        yield f"households/{digit}", parts[digit]


def _tasks(by: Actor) -> list[tuple[Waiting, Matter]]:
    """Return what waits for the actor, with the matters themselves, in two queries."""
    waiting = matters.waiting_for(by, rows=_TASKS)
    found = Matter.objects.in_bulk([one.matter_id for one in waiting])
    return [(one, found[one.matter_id]) for one in waiting if one.matter_id in found]


def _task(pair: tuple[Waiting, Matter]) -> dict[str, Any]:
    waiting, matter = pair
    return {
        "number": waiting.number,
        "title": words.named(waiting.title),
        "place": waiting.place,
        "state": str(tables.of(matter).state(waiting.state).label),
        "due": waiting.due_at,
        "urgency": waiting.urgency,
        "outcome": matter.outcome,
        "at": (round(matter.lon, _DIGITS), round(matter.lat, _DIGITS))
        if matter.lon is not None and matter.lat is not None
        else None,
        "steps": [_key(waiting, step) for step in waiting.steps],
    }


def _forms(
    by: Actor, tasks: list[tuple[Waiting, Matter]], *, on: dt.date
) -> dict[str, dict[str, Any]]:
    """Return the forms of the steps that wait, and of a report, by key."""
    report = tables.workflow(rules.value("field.report", on=on)["workflow"])
    steps = {"report": report.first}
    for waiting, matter in tasks:
        table = tables.of(matter)
        steps |= {_key(waiting, step): table.step(step) for step in waiting.steps}
    told = {key: described(step, by=by) for key, step in sorted(steps.items())}
    return {key: form for key, form in told.items() if form is not None}


def _key(waiting: Waiting, step: str) -> str:
    return f"{waiting.workflow}/{waiting.version}/{step}"
