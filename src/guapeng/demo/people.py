"""Units, their duties, and people with posts; nobody of them exists."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange

from guapeng.demo import names
from guapeng.demo.files import rows
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people.models import Body, Duty, Person, Post
from guapeng.kernel.people.sealed import fingerprint, seal
from guapeng.plain.names import search_keys

SINCE: Final = DateRange(dt.date(2024, 1, 1), None)
_COUNTY_POSTS: Final = {
    "dispatcher": 4,
    "dispatch_lead": 2,
    "petition_liaison": 1,
    "privacy_officer": 1,
    "audit_admin": 1,
    "security_admin": 1,
    "system_admin": 1,
}
_OFFICERS: Final = 2
_LOCAL: Final = {
    Level.TOWNSHIP: ("人民政府", Body.Kind.TOWNSHIP),
    Level.VILLAGE: ("委员会", Body.Kind.COMMITTEE),
}
_LOCAL_POSTS: Final = {
    Level.TOWNSHIP: ("township_leader", "township_leader"),
    Level.VILLAGE: ("village_secretary", "grid_leader"),
    Level.GRID: ("grid_worker",),
}


def settle(rng: Random, *, at: dt.datetime, residents: int) -> None:
    """Found the units, give people their posts, and let residents move in."""
    places = list(Division.objects.defer("outline").order_by("code"))
    bodies = _found(places)
    posts = list(_vacancies(places, bodies))
    staff = _born(rng, [home for _post, home in posts], at=at, first=0)
    for person, (post, _home) in zip(staff, posts, strict=True):
        post.person = person
    Post.objects.bulk_create(post for post, _home in posts)
    grids = [place for place in places if place.level == Level.GRID]
    _born(rng, [rng.choice(grids) for _ in range(residents)], at=at, first=len(staff))


def _found(places: list[Division]) -> dict[str, Body]:
    """Found the units with their power lists; return those of the county by key."""
    county = _county(places)
    bodies = {
        row["key"]: Body(
            name=row["name"], short_name=row["short_name"], kind=row["kind"], division=county
        )
        for row in rows("bodies")
    }
    local = (_local(place) for place in places if place.level in _LOCAL)
    Body.objects.bulk_create([*bodies.values(), *local])
    Duty.objects.bulk_create(
        Duty(**row | {"body": bodies[row["body"]], "valid": SINCE}) for row in rows("duties")
    )
    return bodies


def _county(places: list[Division]) -> Division:
    return next(place for place in places if place.level == Level.COUNTY)


def _local(place: Division) -> Body:
    suffix, kind = _LOCAL[Level(place.level)]
    return Body(name=f"{place.name}{suffix}", short_name=place.name, kind=kind, division=place)


def _vacancies(places: list[Division], bodies: dict[str, Body]) -> Iterator[tuple[Post, Division]]:
    """Yield every post that is to be filled, and where its holder lives."""
    county = _county(places)
    town = next(place for place in places if place.level == Level.GRID)
    for role, count in _COUNTY_POSTS.items():
        yield from ((_post(role, county), town) for _ in range(count))
    for key, body in bodies.items():
        count = 0 if key == "centre" else _OFFICERS
        yield from ((_post("department_officer", county, body), town) for _ in range(count))
    for place in places:
        for role in _LOCAL_POSTS.get(Level(place.level), ()):
            yield _post(role, place), place


def _post(role: str, division: Division, body: Body | None = None) -> Post:
    return Post(role=role, division=division, body=body, valid=SINCE)


def _born(rng: Random, homes: list[Division], *, at: dt.datetime, first: int) -> list[Person]:
    """Make people up, one for each home; ``first`` is the serial of the first telephone."""
    called = names.several(rng, len(homes))
    return Person.objects.bulk_create(
        _person(name, home, serial, at=at)
        for serial, (name, home) in enumerate(zip(called, homes, strict=True), start=first)
    )


def _person(name: str, home: Division, serial: int, *, at: dt.datetime) -> Person:
    phone = names.phone(serial)
    return Person(
        name=name,
        name_keys=sorted(search_keys(name)),
        phone_sealed=seal(phone),
        phone_hash=fingerprint(phone),
        home=home,
        created_at=at,
    )
