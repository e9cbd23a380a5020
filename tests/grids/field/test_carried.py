"""What a telephone carries: the person's own grids, small, and again only what has changed."""

import datetime as dt
import uuid
from typing import Any

import pytest
import shapely
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.world import LONG_AGO, MONDAY, Banner, division
from tests.grids.field.scene import (
    OTHER,
    SQUARE,
    Phone,
    draw,
    household,
    patrol_place,
    visit,
    worker,
)

from guapeng.apps.grids.ledger import changes
from guapeng.apps.grids.models import CareEntry, Source
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, Post

PARTS = [f"households/{digit}" for digit in "0123456789abcdef"]


@pytest.fixture
def phone(banner: Banner) -> Phone:
    return Phone(worker(banner))


@pytest.fixture
def next_grid(banner: Banner) -> Division:
    return division("第二网格", "150999200201002", Level.GRID, banner.village)


def rows(bundle: dict[str, Any]) -> dict[str, list[Any]]:
    """Return what the bundle tells of households, by address."""
    return {row[3]: row for part in PARTS for row in bundle["sections"].get(part, [])}


def again(phone: Phone, bundle: dict[str, Any]) -> dict[str, Any]:
    has = ",".join(f"{name}={tag}" for name, tag in bundle["tags"].items())
    return phone.carried(**{"Guapeng-Has": has})


def test_own_grid_and_no_other(banner: Banner, phone: Phone, next_grid: Division) -> None:
    draw(banner.grid, SQUARE)
    draw(next_grid, OTHER)
    household(banner.grid, "1号楼101")
    household(next_grid, "9号楼901")
    patrol_place(banner.grid)
    patrol_place(next_grid, "别处")

    bundle = phone.carried()

    sections = bundle["sections"]
    assert bundle["grids"] == [banner.grid.code]
    assert list(rows(bundle)) == ["1号楼101"]
    assert [one["name"] for one in sections["places"]] == ["东闸门"]
    ground = sections[f"grid/{banner.grid.code}"]
    assert min(map(tuple, ground["rings"][0])) == (120.0, 43.0)
    assert [one["name"] for one in ground["near"]] == ["第二网格"]


def test_deputy_carries_both_grids_as_long_as_the_post_lasts(
    banner: Banner, next_grid: Division
) -> None:
    person = worker(banner)
    household(next_grid, "9号楼901")
    post = Post.objects.create(
        person=person, role="grid_worker", division=next_grid, valid=LONG_AGO
    )
    phone = Phone(person)
    assert phone.carried()["grids"] == [banner.grid.code, next_grid.code]
    assert phone.states(visit(Household(uid=rows(phone.carried())["9号楼901"][0]))) == ["taken"]

    Post.objects.filter(pk=post.pk).update(
        valid=DateRange(dt.date(2020, 1, 1), dt.date(2020, 2, 1))
    )

    bundle = phone.carried()
    assert bundle["grids"] == [banner.grid.code]
    assert rows(bundle) == {}


def test_only_what_changed_travels_again(banner: Banner, phone: Phone) -> None:
    homes = [household(banner.grid, f"{n}号") for n in range(40)]
    bundle = phone.carried()
    assert again(phone, bundle)["sections"] == {}

    phone.sync(visit(homes[0], found="要修灯"))

    fresh = again(phone, bundle)["sections"]
    assert list(fresh) == [f"households/{homes[0].uid.hex[0]}"]
    assert rows({"sections": fresh})["0号"][-1] == "要修灯"


def test_nothing_new_is_told_without_a_body(banner: Banner, phone: Phone) -> None:
    household(banner.grid)
    first = phone.client.get("/field/carried/")

    second = phone.client.get("/field/carried/", headers={"If-None-Match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert "no-store" in first["Cache-Control"]


def test_ledger_that_goes_onto_a_device_leaves_one_trace(banner: Banner, phone: Phone) -> None:
    again(phone, phone.carried())

    (trace,) = Entry.objects.filter(event="field.carried")

    assert trace.subject == f"division:{banner.grid.pk}"
    assert trace.acting_as == f"role:grid_worker@{banner.grid.pk}"


def test_household_that_moved_away_is_gone(banner: Banner, phone: Phone) -> None:
    home = household(banner.grid)
    bundle = phone.carried()
    last = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=1)
    with scope.acting(SYSTEM):
        writing = changes.Writing(uid=uuid.uuid4(), by=SYSTEM, at=MONDAY, source=Source.OTHER)
        at_now = changes.Writing(**{**vars(writing), "at": dt.datetime.now(tz=dt.UTC)})
        changes.end(home.uid, last, at_now, version=1)

    assert rows(bundle) != {}
    assert again(phone, bundle)["sections"] == {f"households/{home.uid.hex[0]}": []}


def test_whether_care_is_due_is_carried_and_never_its_ground(banner: Banner, phone: Phone) -> None:
    home = household(banner.grid)
    with scope.acting(SYSTEM):
        CareEntry.objects.create(
            uid=uuid.uuid4(),
            household=home,
            group="lone_elder",
            clause="《老年人权益保障法》",
            valid=LONG_AGO,
            source=Source.VISIT,
            entered_at=MONDAY,
        )

    got = phone.client.get("/field/carried/")

    assert rows(got.json())[home.address][7:9] == ["care", 7]
    assert "elder" not in got.content.decode()
    assert "老年人" not in got.content.decode()


def test_five_hundred_households_weigh_less_than_a_megabyte(banner: Banner, phone: Phone) -> None:
    draw(banner.grid, shapely.Point(120, 43).buffer(0.01, quad_segs=200))
    for number in range(500):
        household(banner.grid, f"额尔敦宝力格花园小区{number // 36 + 1}号楼{number % 36}室")

    plain = phone.client.get("/field/carried/")
    packed = phone.client.get("/field/carried/", headers={"Accept-Encoding": "gzip"})

    assert len(rows(plain.json())) == 500
    assert len(plain.content) < 1_000_000
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2


def test_questions_to_the_database_do_not_grow_with_the_grid(banner: Banner, phone: Phone) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            phone.carried()
        return len(queries)

    household(banner.grid, "1号")
    patrol_place(banner.grid)
    phone.carried()
    few = asked()
    for number in range(2, 20):
        household(banner.grid, f"{number}号")
        patrol_place(banner.grid, f"{number}号井")

    assert asked() == few


def test_page_holds_nothing_of_anybody_and_names_all_its_modules(
    banner: Banner, phone: Phone
) -> None:
    mine, anybodys = phone.client.get("/field/"), Client().get("/field/")

    assert mine.status_code == 200
    assert mine.content == anybodys.content
    worker_script = Client().get("/field/sw.js").content.decode()
    for module in ("field/sync.js", "field/store.js"):
        assert module in mine.content.decode()
        assert module in worker_script
