"""Reading who stands on which grid: for the coverage of a place, and for anybody at a sign."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from guapeng.apps.grids.models import Deputy, GridContact, HandOver, Leave
from guapeng.apps.grids.staffing.actions import WORKER
from guapeng.apps.grids.staffing.coverage import Span, Stretch, stretches
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people import scope
from guapeng.kernel.people.models import Body, Consent, Field, Person, Post
from guapeng.kernel.people.roles import Role, roles
from guapeng.kernel.people.sealed import unseal

_FEW: Final = 5
PUBLISHES: Final = "grid_contact"
"""The legal basis, by consent, on which a worker's own telephone stands on the sign."""


@dataclass(frozen=True)
class Covered:
    """A grid and who stands on it over a window of days, in stretches that lie end to end."""

    grid: Division
    stretches: list[Stretch]

    @property
    def gaps(self) -> list[Stretch]:
        """The stretches in which somebody is missing."""
        return [one for one in self.stretches if one.gap]


def coverage(grids: Collection[Division], *, first: dt.date, last: dt.date) -> list[Covered]:
    """Return who stands on each of the grids from ``first`` to ``last``, in three questions."""
    window = DateRange(first, last + dt.timedelta(days=1))
    ids = [grid.pk for grid in grids]
    posts = Post.objects.filter(division__in=ids, role=WORKER, valid__overlap=window)
    workers, covers, deputies = _by_id(), _by_id(), _by_id()
    rows = posts.order_by("valid", "pk").values_list("division_id", "person_id", "valid", "covers")
    for grid, person, valid, cover in rows:
        (covers if cover else workers)[grid].append(_span(person, valid))
    named = Deputy.objects.filter(grid__in=ids, valid__overlap=window).order_by("valid", "pk")
    for grid, person, valid in named.values_list("grid_id", "person_id", "valid"):
        deputies[grid].append(_span(person, valid))
    own = {
        grid: {
            "workers": workers[grid],
            "covers": covers[grid],
            "deputies": deputies[grid],
        }
        for grid in ids
    }
    away = _away(window, (span.person for one in own.values() for s in one.values() for span in s))
    return [
        Covered(grid, stretches(first, last, leaves=_of(own[grid.pk], away), **own[grid.pk]))
        for grid in grids
    ]


def people_named(found: Iterable[Covered]) -> dict[int, Person]:
    """Return the persons in these stretches, by id."""
    ids = {
        person
        for one in found
        for stretch in one.stretches
        for person in (stretch.worker, stretch.acting, stretch.deputy)
        if person is not None
    }
    return Person.objects.in_bulk(ids)


@dataclass(frozen=True)
class Contact:
    """Who answers for a grid today, as anybody may read it.

    Attributes:
        there: who is there, if anybody is; ``stands_in`` tells that it is for the worker.
        deputy: who could stand in.
        phone: whom to call; ``phone_of`` whose it is in words, empty for the grid's own.
        complaint_phone: whom to tell that it does not go well.
    """

    grid: Division
    there: Person | None
    stands_in: bool
    deputy: Person | None
    phone: str
    phone_of: str
    complaint_phone: str


def contact(grid: Division, *, on: dt.date) -> Contact:
    """Return who answers for the grid ``on`` that day, and by which telephones.

    A person's own number is given only while that person has agreed (``PUBLISHES``).
    """
    (covered,) = coverage([grid], first=on, last=on)
    (today,) = covered.stretches
    people = people_named([covered])
    there = people.get(today.there) if today.there else None
    own = GridContact.objects.filter(grid=grid).first()
    offices = _offices(grid)
    phone, whose = _service_phone(there, own, offices)
    return Contact(
        grid=grid,
        there=there,
        stands_in=today.worker is None and there is not None,
        deputy=people.get(today.deputy) if today.deputy else None,
        phone=phone,
        phone_of=whose,
        complaint_phone=(own.complaint_phone if own else "") or _complaints(offices),
    )


def _service_phone(
    there: Person | None, own: GridContact | None, offices: list[Body]
) -> tuple[str, str]:
    if there and (published := _published(there)):
        return published, there.name
    if own and own.service_phone:
        return own.service_phone, ""
    for office in offices:
        return office.phone, office.short_name
    return "", ""


def _published(person: Person) -> str:
    with scope.trusted_transaction():
        agreed = Consent.objects.filter(
            person=person, purpose=PUBLISHES, field=Field.PHONE, withdrawn_at=None
        ).exists()
    return unseal(bytes(person.phone_sealed)) if agreed and person.phone_sealed else ""


def _offices(grid: Division) -> list[Body]:
    """Return the offices above a grid that have a telephone on duty, the nearest first."""
    kinds = (Body.Kind.COMMITTEE, Body.Kind.TOWNSHIP, Body.Kind.CENTRE)
    found = Body.objects.filter(division__in=grid.lineage, kind__in=kinds, ended_on=None)
    return list(found.exclude(phone="").order_by("-division__level", "pk"))


def _complaints(offices: list[Body]) -> str:
    """Return the telephone of an office that is not the worker's own: the township, or above."""
    above = [one for one in offices if one.kind != Body.Kind.COMMITTEE]
    return above[0].phone if above else ""


def grids_in(area: Division, *, on: dt.date) -> list[Division]:
    """Return the grids of a place on a day, by code."""
    found = Division.objects.filter(
        lineage__contains=[area.pk], level=Level.GRID, valid__contains=on
    )
    return list(found.defer("outline").order_by("code"))


def colleagues(grid: Division, *, on: dt.date) -> list[tuple[int, str]]:
    """Return who could stand in on the grid: ids, each with name and posts; workers left out."""
    wanted = {key for key, role in roles().items() if _works(role)}
    near = Q(division__in=grid.lineage[:-1], division__level__gte=Level.TOWNSHIP) | Q(
        division__parent=grid.parent_id
    )
    held = Post.objects.filter(near, role__in=wanted, valid__contains=on, person__deleted_at=None)
    told: dict[int, list[Post]] = defaultdict(list)
    for post in held.select_related("person", "division").order_by("-division__level", "pk"):
        told[post.person_id].append(post)
    own = {post.person_id for posts in told.values() for post in posts if _is_worker(post, grid)}
    return [(id_, _called(posts)) for id_, posts in told.items() if id_ not in own]


def workers(grid: Division, *, on: dt.date) -> list[tuple[int, str]]:
    """Return the grid's workers of today and to come, in their own right."""
    held = Post.objects.filter(division=grid, role=WORKER, covers=None)
    coming = held.filter(Q(valid__contains=on) | Q(valid__fully_gt=(None, on)))
    rows = coming.select_related("person").order_by("valid", "pk")
    return list(dict.fromkeys((post.person_id, post.person.name) for post in rows))


def named_deputies(grid: Division, *, on: dt.date) -> list[tuple[int, str]]:
    """Return who was named to stand in on the grid, today or later."""
    named = Deputy.objects.filter(Q(valid__contains=on) | Q(valid__fully_gt=(None, on)), grid=grid)
    rows = named.select_related("person").order_by("valid", "pk")
    return list(dict.fromkeys((one.person_id, one.person.name) for one in rows))


def former_workers(grid: Division, *, since: dt.date) -> list[tuple[int, str]]:
    """Return who has been, is or will be the grid's worker after ``since``."""
    held = Post.objects.filter(division=grid, role=WORKER, covers=None)
    rows = held.filter(valid__overlap=DateRange(since, None)).select_related("person")
    return list(dict.fromkeys((p.person_id, p.person.name) for p in rows.order_by("valid", "pk")))


def hand_overs(grid: Division) -> list[HandOver]:
    """Return the last hand-overs of the grid, the newest first."""
    found = HandOver.objects.filter(grid=grid).select_related("giver", "taker")
    return list(found.order_by("-pk")[:_FEW])


def _works(role: Role) -> bool:
    return role.may("w", "case_text") and role.sees_area("case_text")


def _is_worker(post: Post, grid: Division) -> bool:
    return post.role == WORKER and post.division_id == grid.pk


def _called(posts: list[Post]) -> str:
    first = posts[0]
    return f"{first.person.name}（{first.division.name} {roles()[first.role].label}）"


def leaves_of(grid: Division, *, on: dt.date) -> list[Leave]:
    """Return the leaves that are not over, the next first."""
    coming = Q(valid__contains=on) | Q(valid__fully_gt=(None, on))
    found = Leave.objects.filter(coming, grid=grid).select_related("person", "cover__person")
    return list(found.order_by("valid"))


def _by_id() -> dict[int, list[Span]]:
    return defaultdict(list)


def _away(window: DateRange, people: Iterable[int]) -> dict[int, list[Span]]:
    """Return when each of these people is away from any grid, by person."""
    found = _by_id()
    leaves = Leave.objects.filter(person__in=set(people), valid__overlap=window)
    for person, valid in leaves.values_list("person_id", "valid"):
        found[person].append(_span(person, valid))
    return found


def _of(own: dict[str, list[Span]], away: dict[int, list[Span]]) -> list[Span]:
    people = {span.person for spans in own.values() for span in spans}
    return [leave for person in people for leave in away.get(person, ())]


def _span(person: int, valid: DateRange) -> Span:
    return Span(person, valid.lower, valid.upper)
