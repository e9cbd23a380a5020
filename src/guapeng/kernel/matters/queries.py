"""Reading the loop: what waits for somebody, what lies in a place, what happened to a matter.

Lists are keyset pages: the caller gives the last key it has and gets the next rows. A list over
several holders or areas asks each for its first rows and merges them, because one ``IN`` under
an order reads all of them.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.models import Matter, StepTaken, Urgency
from guapeng.kernel.people.actors import Actor
from guapeng.plain.numbers import MatterNumber

PAGE_ROWS = 30
MOST_COUNTED = 100

_WAITING = """
select t.id, t.due_at, t.due_is_provisional, t.urgency, t.steps, t.holder, t.escalations,
       m.id, m.number, m.title, m.place, m.workflow, m.version, m.state
from (
    select t.* from unnest(%(keys)s::text[]) as key(holder)
    cross join lateral (
        select * from matters_task t
        where t.holder = key.holder and t.done_at is null
          and (t.due_at, t.id) > (%(after_due)s, %(after_id)s) {only}
        order by t.due_at, t.id limit %(rows)s
    ) t
    order by t.due_at, t.id
) t
join matters_matter m on m.id = t.matter_id
order by t.due_at, t.id limit %(rows)s
"""

_WAITING_STEPS = """
select steps from matters_task where holder = any (%s) and done_at is null limit %s
"""

_IN_AREAS = """
select m.id, m.number, m.title, m.place, m.workflow, m.version, m.state, m.urgency,
       m.due_at, m.opened_at, m.closed_at, m.lon, m.lat
from unnest(%(areas)s::bigint[]) as area(id)
cross join lateral (
    select * from matters_matter m
    where m.{storey}_id = area.id and m.id < %(before)s {only_open}
    order by m.id desc limit %(rows)s
) m
order by m.id desc limit %(rows)s
"""

_ONLY_URGENT = {
    None: "",
    True: f"and t.urgency <= {Urgency.OUTAGE}",
    False: f"and t.urgency > {Urgency.OUTAGE}",
}
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
_LAST_ID = 2**63 - 1


class Waiting(NamedTuple):
    """A row of an inbox."""

    task_id: int
    due_at: dt.datetime
    due_is_provisional: bool
    urgency: int
    steps: list[str]
    holder: str
    escalations: int
    matter_id: int
    number: str
    title: str
    place: str
    workflow: str
    version: int
    state: str


class Listed(NamedTuple):
    """A row of a board or a list of a place; nothing in it is private."""

    matter_id: int
    number: str
    title: str
    place: str
    workflow: str
    version: int
    state: str
    urgency: int
    due_at: dt.datetime | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    lon: float | None
    lat: float | None


LISTED = ("id", *Listed._fields[1:])


def waiting_for(
    actor: Actor,
    *,
    after: tuple[dt.datetime, int] | None = None,
    rows: int = PAGE_ROWS,
    step: str = "",
    urgent: bool | None = None,
) -> list[Waiting]:
    """Return the open tasks of the actor's keys, the soonest due first.

    Args:
        actor: whose.
        after: the ``(due_at, task_id)`` of the last row that the caller has.
        rows: how many.
        step: only what waits for this step.
        urgent: only what is urgent, or only what is not.
    """
    after_due, after_id = after or (_FIRST, 0)
    given: dict[str, Any] = {
        "keys": sorted(actor.keys),
        "after_due": after_due,
        "after_id": after_id,
        "rows": rows,
        "step": step,
    }
    only = ("and %(step)s = any (t.steps) " if step else "") + _ONLY_URGENT[urgent]
    with connection.cursor() as cursor:
        cursor.execute(_WAITING.format(only=only), given)
        return [Waiting(*row) for row in cursor.fetchall()]


def waiting_steps(actor: Actor) -> list[list[str]]:
    """Return what each open task of the actor's keys waits for, a hundred of them at most."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_STEPS, [sorted(actor.keys), MOST_COUNTED])
        return [steps for (steps,) in cursor.fetchall()]


def in_areas(
    areas: Iterable[int],
    storey: Level,
    *,
    only_open: bool = False,
    before: int | None = None,
    rows: int = PAGE_ROWS,
) -> list[Listed]:
    """Return matters of some divisions of one storey (county to grid), the newest first.

    ``before`` is the id of the last row that the caller has. The connection's scope decides
    which of them are seen.
    """
    statement = _IN_AREAS.format(
        storey=storey.name.lower(), only_open="and m.closed_at is null" if only_open else ""
    )
    given: dict[str, Any] = {"areas": list(areas), "before": before or _LAST_ID, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [Listed(*row) for row in cursor.fetchall()]


def raised_by(actor: Actor, *, before: int | None = None, rows: int = PAGE_ROWS) -> list[Listed]:
    """Return what the actor raised, the newest first; ``before`` as in ``in_areas``."""
    mine = Matter.objects.filter(raised_by_id=actor.known_person, id__lt=before or _LAST_ID)
    return [Listed(*row) for row in mine.order_by("-id").values_list(*LISTED)[:rows]]


def by_number(text: str) -> Matter:
    """Return the matter of a number as people write it.

    Raises:
        Unfit: it cannot be a number.
        Matter.DoesNotExist: no matter of that number is in the connection's scope.
    """
    return Matter.objects.get(number=str(MatterNumber.parse(text)))


def story_of(matter: Matter) -> QuerySet[StepTaken]:
    """Return the steps taken, in order: the timeline of those involved."""
    return matter.steps_taken.order_by("id")
