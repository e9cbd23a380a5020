"""The door to staffing: each verb checks, writes and tells the journal, in one transaction.

Whoever answers for a grid names its deputy and lets somebody stand in; a worker notes their own
leave, and then the named deputy stands in. Permission follows from the post that the kernel gives.
"""

import datetime as dt
from typing import Final

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import Deputy, GridContact, HandOver, Leave
from guapeng.apps.grids.staffing.errors import (
    AwayAlready,
    DeputyAway,
    HandOverOpen,
    NoColleague,
    NotTheWorker,
    NotYourGrid,
    NotYourHandOver,
    OwnDeputy,
    PrivateNumber,
    WrongDays,
)
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters.models import Task
from guapeng.kernel.people import actions as people
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.models import Person, Post
from guapeng.kernel.people.sealed import fingerprint
from guapeng.plain.identity import phone as normal_phone
from guapeng.plain.unfit import Unfit

WORKER: Final = "grid_worker"
_DAY: Final = dt.timedelta(days=1)


@transaction.atomic
def name_deputy(
    grid: Division,
    person: Person,
    *,
    since: dt.date,
    until: dt.date | None = None,
    by: Actor,
    at: dt.datetime,
) -> Deputy:
    """Name who stands in for the grid's worker from ``since`` on; whoever did before, ends.

    Raises:
        NotYourGrid: ``by`` does not answer for the grid.
        WrongDays: it begins in the past, or ends before it begins.
        NoColleague: the person holds no post near by.
        OwnDeputy: the person is the grid's worker on the first day.
    """
    post = _require_leader(by, grid)
    _require_days(since, until, today=localdate(at))
    if not people.is_colleague(person, grid, on=localdate(at)):
        raise NoColleague
    if person.pk in _workers(grid, on=since):
        raise OwnDeputy
    valid = DateRange(since, until + _DAY if until else None)
    for earlier in Deputy.objects.select_for_update().filter(grid=grid, valid__overlap=valid):
        _cut(earlier, since)
    deputy = Deputy.objects.create(grid=grid, person=person, valid=valid)
    _tell("grids.deputy_named", _("确定替岗人"), grid, post, by=by, at=at, person=person.pk)
    return deputy


@transaction.atomic
def note_leave(
    grid: Division,
    person: Person,
    *,
    first: dt.date,
    last: dt.date,
    deputy: Person | None,
    by: Actor,
    at: dt.datetime,
) -> Leave:
    """Note that the worker is away from ``first`` to ``last``; ``deputy`` stands in meanwhile.

    Without a deputy the coverage page shows the gap. A worker notes their own leave, with the
    named deputy alone; who answers for the grid notes anybody's, with any colleague.

    Raises:
        NotYourGrid: neither.
        WrongDays: it has begun before today, or ends before it begins.
        NotTheWorker: the person is not the grid's worker on all those days.
        AwayAlready: some of the days are noted.
        OwnDeputy, DeputyAway: the deputy is the person, or away.
        AccountRefused: the kernel does not give the deputy the post.
    """
    post = answering_post(by, grid)
    _require_days(first, last, today=localdate(at))
    valid = DateRange(first, last + _DAY)
    if not _own_posts(grid).filter(person=person, valid__contains=valid).exists():
        raise NotTheWorker
    if post is None:
        post = _own_leave(by, grid, person, deputy, valid)
    if deputy:
        _require_ready(deputy, person, valid)
    try:
        with transaction.atomic():
            leave = Leave.objects.create(grid=grid, person=person, valid=valid, deputy=deputy)
    except IntegrityError as error:
        raise AwayAlready from error
    if deputy:
        leave.cover = people.stand_in(
            deputy, by=by, at=at, role=WORKER, division=grid, since=first, until=last
        )
        leave.save(update_fields=["cover"])
    _tell("grids.leave_noted", _("登记请假和替岗"), grid, post, by=by, at=at, person=person.pk)
    return leave


@transaction.atomic
def end_leave(leave: Leave, *, by: Actor, at: dt.datetime) -> None:
    """The worker is back today, or does not go: the leave and who stands in end yesterday.

    Raises:
        NotYourGrid: ``by`` neither is the worker nor answers for the grid.
    """
    leave = Leave.objects.select_for_update().select_related("grid").get(pk=leave.pk)
    post = answering_post(by, leave.grid) or _held_by(by, leave.grid)
    if post is None or (by.person_id != leave.person_id and not _leads(post)):
        raise NotYourGrid
    today, cover = localdate(at), leave.cover
    begun = leave.valid.lower < today
    if leave.valid.upper <= today:
        return
    if cover:
        people.end_stand_in(cover, by=by, at=at, last=today - _DAY if begun else None)
    _cut(leave, today)
    _tell(
        "grids.leave_ended", _("结束请假"), leave.grid, post, by=by, at=at, person=leave.person_id
    )


@transaction.atomic
def draw_up(
    grid: Division, *, giver: Person, taker: Person, by: Actor, at: dt.datetime
) -> HandOver:
    """List what is open on the grid, for ``giver`` to hand to ``taker``.

    Raises:
        NotYourGrid: ``by`` neither answers for the grid nor is one of the two.
        OwnDeputy: the two are one.
        NotTheWorker: the taker is not, or not going to be, the grid's worker.
        HandOverOpen: another one is not signed yet.
    """
    post = answering_post(by, grid)
    if post is None and by.person_id not in (giver.pk, taker.pk):
        raise NotYourGrid
    if giver == taker:
        raise OwnDeputy
    coming = Post.objects.filter(division=grid, role=WORKER, person=taker)
    if not coming.filter(valid__overlap=DateRange(localdate(at), None)).exists():
        raise NotTheWorker
    try:
        with transaction.atomic():
            found = HandOver.objects.create(
                grid=grid, giver=giver, taker=taker, drawn_up_at=at, matters=open_matters(grid)
            )
    except IntegrityError as error:
        raise HandOverOpen from error
    _tell("grids.hand_over_drawn_up", _("列出交接清单"), grid, post, by=by, at=at)
    return found


@transaction.atomic
def sign(hand_over: HandOver, *, by: Actor, at: dt.datetime) -> HandOver:
    """Sign as the one who gives or the one who takes; a second time changes nothing.

    Raises:
        NotYourHandOver: somebody else.
    """
    found = HandOver.objects.select_for_update().select_related("grid").get(pk=hand_over.pk)
    sides = {found.giver_id: "giver_signed_at", found.taker_id: "taker_signed_at"}
    column = sides.get(by.known_person)
    if column is None:
        raise NotYourHandOver
    if getattr(found, column) is None:
        setattr(found, column, at)
        found.save(update_fields=[column])
        says = _("交出人签收交接") if column.startswith("giver") else _("接手人签收交接")
        _tell("grids.hand_over_signed", says, found.grid, None, by=by, at=at)
    return found


@transaction.atomic
def publish_phones(
    grid: Division, *, service_phone: str, complaint_phone: str, by: Actor, at: dt.datetime
) -> GridContact:
    """Set the telephones on the grid's sign; empty ones are those of the offices above.

    Raises:
        NotYourGrid: ``by`` does not answer for the grid.
        PrivateNumber: one is somebody's own; the person publishes it, nobody else.
    """
    post = _require_leader(by, grid)
    for number in filter(None, (service_phone, complaint_phone)):
        _require_no_person(number)
    contact, _new = GridContact.objects.update_or_create(
        grid=grid,
        defaults={"service_phone": service_phone, "complaint_phone": complaint_phone},
    )
    _tell("grids.phones_published", _("更改网格公示电话"), grid, post, by=by, at=at)
    return contact


def open_matters(grid: Division) -> list[int]:
    """Return ids of the matters that wait for the grid's worker, the soonest due first."""
    keys = [f"role:{WORKER}@{place}" for place in (grid.pk, *grid.formerly)]
    with scope.trusted_transaction():
        tasks = Task.objects.filter(holder__in=keys, done_at=None).order_by("due_at", "pk")
        return list(dict.fromkeys(tasks.values_list("matter_id", flat=True)))


def answering_post(by: Actor, grid: Division) -> HeldPost | None:
    """Return the post of ``by`` that answers for the grid: it approves what is done there."""
    return next((p for p in by.posts if _leads(p) and _covers(p, grid)), None)


def _leads(post: HeldPost) -> bool:
    return "approve" in post.kind.cells["case_text"]


def _covers(post: HeldPost, grid: Division) -> bool:
    return not set(post.places).isdisjoint(grid.lineage)


def _held_by(by: Actor, grid: Division) -> HeldPost | None:
    return next((p for p in by.posts if p.role == WORKER and grid.pk in p.places), None)


def _require_leader(by: Actor, grid: Division) -> HeldPost:
    post = answering_post(by, grid)
    if post is None:
        raise NotYourGrid
    return post


def _own_leave(
    by: Actor, grid: Division, person: Person, deputy: Person | None, valid: DateRange
) -> HeldPost:
    """Return the worker's own post; the deputy must be the one whom the leader named.

    Raises:
        NotYourGrid: it is not the worker, or not that deputy.
    """
    post = _held_by(by, grid)
    named = Deputy.objects.filter(grid=grid, person=deputy, valid__contains=valid)
    if post is None or by.person_id != person.pk or (deputy and not named.exists()):
        raise NotYourGrid
    return post


def _require_ready(deputy: Person, person: Person, valid: DateRange) -> None:
    if deputy == person:
        raise OwnDeputy
    if Leave.objects.filter(person=deputy, valid__overlap=valid).exists():
        raise DeputyAway


def _require_days(first: dt.date, last: dt.date | None, *, today: dt.date) -> None:
    if first < today or (last and last < first):
        raise WrongDays


def _require_no_person(number: str) -> None:
    try:
        mark = fingerprint(normal_phone(number))
    except Unfit:
        return  # an office's number, with an area code or three digits
    if Person.objects.filter(phone_hash=mark).exists():
        raise PrivateNumber


def _own_posts(grid: Division) -> QuerySet[Post]:
    """Return the posts of the grid's workers in their own right, not those of who stands in."""
    return Post.objects.filter(division=grid, role=WORKER, covers=None)


def _workers(grid: Division, *, on: dt.date) -> set[int]:
    return set(_own_posts(grid).filter(valid__contains=on).values_list("person_id", flat=True))


def _cut(row: Deputy | Leave, day: dt.date) -> None:
    """End a row the day before ``day``; one that had not begun is gone."""
    if row.valid.lower and row.valid.lower >= day:
        row.delete()
        return
    row.valid = DateRange(row.valid.lower, day)
    row.save(update_fields=["valid"])


def _tell(
    event: str,
    says: str,
    grid: Division,
    post: HeldPost | None,
    *,
    by: Actor,
    at: dt.datetime,
    person: int | None = None,
) -> None:
    told = journal.Told(
        event=event,
        subject=f"division:{grid.pk}",
        at=at,
        actor=by.person_id,
        acting_as=post.key if post else "",
        says=says,
        data={"grid": grid.pk} | ({"person": person} if person else {}),
    )
    journal.write(told)
