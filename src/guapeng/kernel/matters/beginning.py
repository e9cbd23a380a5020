"""How matters begin: one, or a batch at once, in the same few round trips.

Part of the engine: what a first row writes is a matter, its case, a task for everybody who is
awaited, the fact, and a line in the journal. All of it is thought through here and then written
by one statement, because each of them alone would cost more than what it writes; a single matter
takes its journal line along in it, and the statement is its transaction.
"""

# ruff: noqa: S608  # statements are put together from our own names; values are parameters

import datetime as dt
import uuid as uuids
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

import orjson
from django.db import IntegrityError, connection, models
from django.utils import timezone

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import deadlines, tables
from guapeng.kernel.matters.errors import NotYours
from guapeng.kernel.matters.forms import kept
from guapeng.kernel.matters.models import (
    Assignment,
    Case,
    Channel,
    Matter,
    StepTaken,
    Task,
    Urgency,
    Visibility,
)
from guapeng.kernel.matters.numbering import Taken, take
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.plain.numbers import MatterNumber
from guapeng.plain.workdays import Deadline

_Row = dict[str, Any]
"""A row of a table by columns; a model's own objects cost ten times as much to make."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the kernel must know of a new matter, whatever its kind.

    ``uid`` is made by the client: opening the same one again returns the first matter.
    """

    uid: uuids.UUID
    division: Division
    title: str
    category: str = ""
    urgency: Urgency = Urgency.ORDINARY
    channel: Channel = Channel.APP
    visibility: Visibility = Visibility.PUBLIC
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    on_behalf_of_id: int | None = None
    parent_id: int | None = None


class Arrival(NamedTuple):
    """A matter that was taken down elsewhere, with what is given to the first step.

    ``opened_at`` is when it was raised, if that was earlier. Clocks run from the opening here,
    for nobody here could act before; and so do the number's day, the step and the journal.
    ``closed_at`` is when it ended there, for a row that leads to a final state.
    """

    opening: Opening
    given: dict[str, Any]
    opened_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None


def open_many(
    key: str, arrivals: Iterable[Arrival], *, by: Actor, at: dt.datetime, row: str = ""
) -> list[Matter]:
    """Open a batch by a row of the procedure ``key``; return the matters that are new.

    ``row`` names one that opens a matter, else it is the first.

    All or none, in one transaction. An arrival whose ``uid`` is known, or came before in the
    batch, is left out. The journal is locked for the last moment only: the web goes on meanwhile.

    Raises:
        KeyError: no procedure of that key, or no such row that opens a matter.
        ValueError: the row does more than begin a case (``tables.Step.begins``).
        NotYours: the row is for somebody else.
    """
    batch: dict[uuids.UUID, Arrival] = {}
    for arrival in arrivals:
        batch.setdefault(arrival.opening.uid, arrival)
    workflow = tables.workflow(key)
    first = workflow.opening(row) if row else workflow.first
    try:
        return _opened(workflow, first, list(batch.values()), by=by, at=at)
    except IntegrityError:  # somebody opened one of them meanwhile; now it can be seen
        return _opened(workflow, first, list(batch.values()), by=by, at=at)


def new_matter(
    workflow: tables.Workflow, arrival: Arrival, *, by: Actor, at: dt.datetime
) -> Matter:
    """Return the matter of an arrival with its id and number, unsaved and in no state yet."""
    (known_by,) = take(1, day=timezone.localdate(at))
    return _new(workflow, arrival, known_by, by=by, at=at)


def allowed(step: tables.Step, matter: Matter, by: Actor) -> str:
    """Return the key under which ``by`` may take ``step`` of ``matter``.

    Raises:
        NotYours: the row is for somebody else.
    """
    acting_as = by.acting_as(frozenset(step.who.holders(matter)))
    if not acting_as:
        raise NotYours(label=str(step.label), awaited=str(step.who.label))
    return acting_as


def stand(matter: Matter, state: str, *, at: dt.datetime) -> None:
    """Put the matter into a state; nothing is saved."""
    if matter.state != state:
        matter.changed_at = at
    matter.state = state
    matter.closed_at = at if tables.of(matter).state(state).final else None


@dataclass(frozen=True)
class _Begun:
    """One matter, thought through and not yet written."""

    matter: Matter
    case: Case
    parts: list[_Row]
    tasks: list[_Row]
    step: _Row
    told: journal.Told


def _opened(
    workflow: tables.Workflow,
    first: tables.Step,
    batch: Sequence[Arrival],
    *,
    by: Actor,
    at: dt.datetime,
) -> list[Matter]:
    if not batch:  # as when none of an import's rows are history: no transaction for nothing
        return []
    if len(batch) == 1 and journal.chains_in_database():
        (one,) = _Beginning(workflow, first, batch, by=by, at=at)
        return [one.matter] if _written(one) else []
    with scope.trusted_transaction():
        fresh = _fresh(batch)
        if not fresh:
            return []
        begun = list(_Beginning(workflow, first, fresh, by=by, at=at))
        _insert(
            {
                Matter: [_row(one.matter) for one in begun],
                workflow.case: [_row(one.case) for one in begun],
                Assignment: [part for one in begun for part in one.parts],
                Task: [task for one in begun for task in one.tasks],
                StepTaken: [one.step for one in begun],
            }
        )
        if len(begun) > 1:
            connection.check_constraints()  # not at the commit, when the journal is locked
        journal.write_all([one.told for one in begun])
    return [one.matter for one in begun]


def _fresh(batch: Sequence[Arrival]) -> list[Arrival]:
    with connection.cursor() as cursor:
        uids = [arrival.opening.uid for arrival in batch]
        cursor.execute("select uid from matters_matter where uid = any (%s)", [uids])
        known = {uid for (uid,) in cursor.fetchall()}
    return [arrival for arrival in batch if arrival.opening.uid not in known]


class _Beginning:
    """A batch that begins; what its matters have in common is asked once."""

    def __init__(
        self,
        workflow: tables.Workflow,
        first: tables.Step,
        batch: Sequence[Arrival],
        *,
        by: Actor,
        at: dt.datetime,
    ) -> None:
        self.workflow, self.first = workflow, first
        if self.first.begins is None:
            raise ValueError(f"{workflow.key}: {self.first.key} does more than begin a case")
        self.begins = self.first.begins
        self.batch, self.by, self.at = batch, by, at
        self.state = self.first.target(tables.NEW)
        self.awaited = list(workflow.awaited(self.state))
        self.dues: dict[tuple[tables.Within, int], Deadline] = {}
        self.many = {"many": True} if len(batch) > 1 else {}  # nobody is told one by one

    def __iter__(self) -> Iterator[_Begun]:
        known_by = take(len(self.batch), day=timezone.localdate(self.at))
        return map(self._begun, self.batch, known_by)

    def _begun(self, arrival: Arrival, known_by: Taken) -> _Begun:
        matter = _new(self.workflow, arrival, known_by, by=self.by, at=self.at)
        acting_as = allowed(self.first, matter, self.by)
        case = self.begins(matter, by=self.by, at=self.at, **arrival.given)
        stand(matter, self.state, at=arrival.closed_at or self.at)
        parts = [_row(part) for part in matter.parts]
        tasks = self._tasks(matter)
        step = self._step(matter, arrival.given, known_by.step_id, acting_as)
        return _Begun(matter, case, parts, tasks, step, self._told(step))

    def _tasks(self, matter: Matter) -> list[_Row]:
        """Return a task for everybody who is awaited; a new matter has no steps yet."""
        tasks: dict[str, _Row] = {}
        for step, within in self.awaited:
            due = self._due(within, matter)
            for holder in step.who.holders(matter):
                task = tasks.setdefault(holder, self._task(matter, holder, due))
                task["steps"].append(step.key)
                task["due_at"] = min(task["due_at"], due.at)
        matter.due_at = max((task["due_at"] for task in tasks.values()), default=None)
        matter.due_is_provisional = any(task["due_is_provisional"] for task in tasks.values())
        return list(tasks.values())

    def _task(self, matter: Matter, holder: str, due: Deadline) -> _Row:
        return {
            "matter_id": matter.pk,
            "holder": holder,
            "steps": [],
            "urgency": matter.urgency,
            "opened_at": self.at,
            "due_at": due.at,
            "due_is_provisional": due.provisional,
            "escalations": 0,
        }

    def _due(self, within: tables.Within, matter: Matter) -> Deadline:
        asked = (within, int(matter.urgency))
        if asked not in self.dues:
            self.dues[asked] = deadlines.deadline(within, matter, at=self.at)
        return self.dues[asked]

    def _step(self, matter: Matter, given: dict[str, Any], id_: int, acting_as: str) -> _Row:
        return {
            "id": id_,
            "matter_id": matter.pk,
            "uid": matter.uid,
            "step": self.first.key,
            "from_state": tables.NEW,
            "to_state": self.state,
            "by_id": self.by.person_id,
            "acting_as": acting_as,
            "at": self.at,
            "says": self.first.told(given),
            "given": kept(given),
        }

    def _told(self, step: _Row) -> journal.Told:
        return journal.Told(
            event=f"{self.workflow.key}.{self.first.key}",
            subject=f"matter:{step['matter_id']}",
            at=self.at,
            actor=self.by.person_id,
            acting_as=step["acting_as"],
            says=step["says"],
            data={"step": step["id"], "from": tables.NEW, "to": self.state} | self.many,
            given=step["given"],
        )


_STOREYS: Final = "select level, id, code from divisions_division where id = any (%s)"


class _Above(NamedTuple):
    """What lies above a division, itself included: ids by level, and the county's six digits."""

    ids: dict[int, int]
    county_code: str


@lru_cache(maxsize=4096)
def _above(lineage: tuple[int, ...]) -> _Above:
    """Return the storeys of a lineage. Kept: level and code of a row never change."""
    with scope.unguarded(), connection.cursor() as cursor:
        cursor.execute(_STOREYS, [list(lineage)])
        rows = cursor.fetchall()
    ids = {level: id_ for level, id_, _code in rows}
    return _Above(ids, next(code for level, _id, code in rows if level == Level.COUNTY)[:6])


def _new(
    workflow: tables.Workflow,
    arrival: Arrival,
    known_by: Taken,
    *,
    by: Actor,
    at: dt.datetime,
) -> Matter:
    above = _above(tuple(arrival.opening.division.lineage))
    matter = _made(
        arrival.opening,
        id=known_by.matter_id,
        number=_number(above.county_code, known_by),
        workflow=workflow.key,
        version=workflow.version,
        state=tables.NEW,
        grid_id=above.ids.get(Level.GRID),
        village_id=above.ids.get(Level.VILLAGE),
        township_id=above.ids.get(Level.TOWNSHIP),
        county_id=above.ids[Level.COUNTY],
        raised_by_id=by.person_id,
        opened_at=arrival.opened_at or at,
        changed_at=at,
    )
    matter.parts, matter.last_taken = [], {}  # nobody has to ask the database
    return matter


def _made(opening: Opening, **values: Any) -> Matter:
    """Return a matter with these columns; made by position, in half the time that names take."""
    given = {**_usual(), **vars(opening), **values, "division_id": opening.division.pk}
    matter = Matter(*map(given.__getitem__, _usual()))
    _DIVISION.set_cached_value(matter, opening.division)
    return matter


@lru_cache
def _usual() -> dict[str, Any]:
    """Return the columns of a matter in their order, each with its default."""
    return {field.attname: field.get_default() for field in Matter._meta.concrete_fields}


_DIVISION: Final = Matter._meta.get_field("division")


def _number(county: str, known_by: Taken) -> str:
    return str(MatterNumber(county=county, on=known_by.day, serial=known_by.serial))


def _row(one: models.Model) -> _Row:
    columns, values = _columns(type(one), one.pk is not None)
    return dict(zip(columns, values(one), strict=True))


@lru_cache
def _columns(
    model: type[models.Model],
    has_key: bool,  # noqa: FBT001
) -> tuple[list[str], Callable[[models.Model], Any]]:
    """Return the columns of a table, without its key if it has none yet, and what reads them."""
    fields = [one for one in model._meta.concrete_fields if has_key or not one.primary_key]
    names = [field.attname for field in fields]
    return [str(field.column) for field in fields], attrgetter(*names)


def _insert(rows: dict[type[models.Model], list[_Row]]) -> None:
    """Insert the rows of several tables by one statement, each table's as one JSON text.

    Not by COPY: a table under row-level security takes none.
    """
    given = {model: many for model, many in rows.items() if many}
    parts = [_inserting(model, tuple(many[0])) for model, many in given.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"with {', '.join(parts)} select", list(map(_text, given.values())))


def _written(begun: _Begun) -> bool:
    """Write one matter with all that belongs to it by one statement; False if its uid is known.

    The uid decides in the database, so whoever sends the same at the same time waits and finds it.
    """
    rows = {
        Matter: [_row(begun.matter)],
        type(begun.case): [_row(begun.case)],
        StepTaken: [begun.step],
        Assignment: begun.parts,
        Task: begun.tasks,
    }
    given = {model: many for model, many in rows.items() if many}
    call, line = journal.appending(begun.told)
    statement = _writing(tuple((model, tuple(many[0])) for model, many in given.items()), call)
    trusting = scope.trusted() if connection.in_atomic_block else scope.unguarded()
    with trusting, connection.cursor() as cursor:
        cursor.execute(statement, [*map(_text, given.values()), *line])
        return cursor.fetchone() is not None


@lru_cache
def _writing(tables_: tuple[tuple[type[models.Model], tuple[str, ...]], ...], call: str) -> str:
    """Return the statement that writes one matter, the rows beside it and then its line."""
    (matter, columns), *others = tables_
    first = _inserting(
        matter, columns, only="trust", then="on conflict (uid) do nothing returning id"
    )
    beside = [
        _inserting(model, names, only="new_matters_matter", then="returning 1")
        for model, names in others
    ]
    written = "".join(
        f", (select count(*) from new_{model._meta.db_table}) of_{model._meta.db_table}"
        for model, _names in others
    )
    return (
        f"with {scope.TRUST_AT_ONCE}, {', '.join([first, *beside])} "
        f"select {call} from new_matters_matter{written}"  # the line last, for it locks
    )


def _inserting(
    model: type[models.Model], columns: tuple[str, ...], *, only: str = "", then: str = ""
) -> str:
    """Return the part of a statement that inserts a table's rows: all, or if ``only`` has any."""
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    source = f'json_populate_recordset(null::"{table}", %s::json)'
    if only:
        source += f" fresh cross join (select from {only}) wanted"
    return f'new_{table} as (insert into "{table}" ({names}) select {names} from {source} {then})'


def _text(rows: list[_Row]) -> str:
    return orjson.dumps(rows, default=str).decode()
