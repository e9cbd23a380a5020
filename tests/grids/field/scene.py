"""A grid with households, patrol places and a worker with a telephone."""

import datetime as dt
import hashlib
import uuid
from typing import Any

import shapely
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from tests.factories import accounts
from tests.factories.world import LONG_AGO, MONDAY, Banner

from guapeng.apps.grids.models import PatrolPlace, Visit
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people import actions, scope
from guapeng.kernel.people.actions import Dwelling
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, Person

SQUARE = shapely.box(120.0, 43.0, 120.01, 43.01)
OTHER = shapely.box(120.01, 43.0, 120.02, 43.01)


def worker(banner: Banner, username: str = "worker") -> Person:
    return accounts.enter(username, "grid_worker", banner.grid)


def draw(place: Division, shape: shapely.Geometry) -> None:
    place.outline = shapely.to_wkb(shape)
    place.save(update_fields=["outline"])


def household(place: Division, address: str = "1号楼1单元101", **changes: object) -> Household:
    given = {"uid": uuid.uuid4(), "kind": Household.Kind.ORDINARY, "members": 3}
    given |= {"since": dt.date(2020, 1, 1)} | changes
    one = Dwelling(division_id=place.pk, address=address, **given)  # type: ignore[arg-type]
    actions.enter_households([one], by=SYSTEM, at=MONDAY)
    with scope.acting(SYSTEM):
        return Household.objects.get(uid=one.uid)


def patrol_place(place: Division, name: str = "东闸门") -> PatrolPlace:
    with scope.acting(SYSTEM):
        return PatrolPlace.objects.create(
            uid=uuid.uuid4(), division=place, name=name, lon=120.005, lat=43.005, valid=LONG_AGO
        )


def visits() -> list[Visit]:
    with scope.acting(SYSTEM):
        return list(Visit.objects.order_by("uid"))


class Phone:
    """What a telephone does, without its screen."""

    def __init__(self, person: Person) -> None:
        self.client: Client = accounts.sign_in(person)

    def carried(self, **headers: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/field/carried/", headers=headers).json()
        return found

    def sync(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.client.post(
            "/field/sync/", {"records": records}, content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["answers"]
        return found

    def states(self, *records: dict[str, Any]) -> list[str]:
        return [one["state"] for one in self.sync(*records)]

    def put(self, photo: str, content: bytes, start: int = 0) -> dict[str, Any]:
        answer = self.client.put(
            f"/field/photos/{photo}/{start}/", content, content_type="application/octet-stream"
        )
        found: dict[str, Any] = answer.json()
        return found


def visit(of: Household | PatrolPlace, **changes: object) -> dict[str, Any]:
    kind = "household" if isinstance(of, Household) else "place"
    given = {"id": str(uuid.uuid4()), "kind": "visit", kind: str(of.uid), "found": "一切都好"}
    return given | {"on": str(dt.datetime.now(tz=dt.UTC).date())} | changes


def report(grid: Division, text: str = "门口路灯不亮", **changes: object) -> dict[str, Any]:
    given = {"id": str(uuid.uuid4()), "kind": "report", "grid": grid.code}
    return given | {"fields": {"text": text}} | changes


def photo(of: dict[str, Any], content: bytes) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "kind": "photo",
        "of": of["id"],
        "name": "现场.jpg",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def ended_post(person: Person) -> None:
    person.posts.update(valid=DateRange(dt.date(2020, 1, 1), dt.date(2020, 1, 2)))
