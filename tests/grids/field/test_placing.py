"""Patrol places are added and ended by those whose grids they are in, and follow their grid."""

import datetime as dt

import pytest
from tests.factories import accounts
from tests.factories.world import LONG_AGO, Banner, division
from tests.grids.field.scene import Phone, ended_post, household, patrol_place, visit, worker

from guapeng.apps.grids.field.following import follow
from guapeng.apps.grids.models import PatrolPlace
from guapeng.kernel.divisions.following import Handover
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import copies, scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import HouseholdMember, Person


@pytest.fixture
def next_grid(banner: Banner) -> Division:
    return division("第二网格", "150999200201002", Level.GRID, banner.village)


def names() -> list[str]:
    with scope.acting(SYSTEM):
        today = dt.datetime.now(tz=dt.UTC).date()
        found = PatrolPlace.objects.filter(valid__contains=today)
        return sorted(found.values_list("name", flat=True))


def test_secretary_adds_a_place_that_the_workers_telephone_then_has(banner: Banner) -> None:
    secretary = accounts.sign_in(accounts.enter("secretary", "village_secretary", banner.village))
    told = {"name": "东闸门", "looks_for": "漏水", "grid": banner.grid.code}

    answer = secretary.post("/field/places/", told)

    assert answer.status_code == 302
    (place,) = Phone(worker(banner)).carried()["sections"]["places"]
    assert (place["name"], place["looks"], place["at"]) == ("东闸门", "漏水", None)
    assert Entry.objects.get(event="field.place_added").says == "增加一个巡查点"


def test_place_is_ended_and_its_past_stays(banner: Banner) -> None:
    place, phone = patrol_place(banner.grid), Phone(worker(banner))
    phone.sync(visit(place))

    assert phone.client.post(f"/field/places/{place.pk}/end/").status_code == 302

    assert phone.carried()["sections"]["places"] == []
    with scope.acting(SYSTEM):
        assert place.visits.count() == 1


def test_places_of_other_grids_are_out_of_reach(banner: Banner, next_grid: Division) -> None:
    strange, client = patrol_place(next_grid, "别处"), Phone(worker(banner)).client

    added = client.post("/field/places/", {"name": "这里", "grid": next_grid.code})

    assert added.status_code == 422
    assert client.post(f"/field/places/{strange.pk}/end/").status_code == 404
    assert "别处" not in client.get("/field/places/").content.decode()
    assert names() == ["别处"]


@pytest.mark.parametrize("role", ["dispatcher", "township_leader"])
def test_who_keeps_no_ledger_has_no_such_page(banner: Banner, role: str) -> None:
    person = accounts.enter("x", role, banner.county)

    assert accounts.sign_in(person).get("/field/places/").status_code == 404


def test_place_follows_its_grid_to_the_only_heir(banner: Banner, next_grid: Division) -> None:
    patrol_place(banner.grid)
    day = dt.datetime.now(tz=dt.UTC).date()
    with scope.acting(SYSTEM):
        merged = Handover(
            day=day, heirs={banner.grid.pk: next_grid.pk}, merged=[next_grid.pk], left=[]
        )
        assert dict(follow(merged)) == {}
        assert PatrolPlace.objects.get().division_id == next_grid.pk
        split = Handover(day=day, heirs={}, merged=[], left=[next_grid.pk])
        assert dict(follow(split)) == {next_grid.pk: ["巡查点1个"]}


def test_person_reads_what_was_written_of_the_own_household_alone(banner: Banner) -> None:
    mine, other = household(banner.grid, "1号"), household(banner.grid, "2号")
    Phone(worker(banner)).sync(visit(mine, found="要修灯"), visit(other, found="别家的事"))
    person = Person.objects.get(pk=banner.resident.known_person)
    with scope.acting(SYSTEM):
        HouseholdMember.objects.create(household=mine, person=person, valid=LONG_AGO)

    with scope.acting(Actor(person_id=person.pk)):
        found = copies.sections(person, at=dt.datetime.now(tz=dt.UTC))
        (visits,) = [one for one in found if one.title == "走访记录"]
        assert [row[2] for row in visits.rows] == ["要修灯"]


def test_worker_whose_post_ended_adds_nothing(banner: Banner) -> None:
    person = worker(banner)
    ended_post(person)

    answer = accounts.sign_in(person).post(
        "/field/places/", {"name": "这里", "grid": banner.grid.code}
    )

    assert answer.status_code == 404
    assert names() == []


def test_page_of_a_household_tells_its_visits_to_its_village_and_to_itself(banner: Banner) -> None:
    home, phone = household(banner.grid, "1号"), Phone(worker(banner))
    phone.sync(visit(home, found="要修楼道灯", how="call"))
    secretary = accounts.enter("secretary", "village_secretary", banner.village)
    resident = accounts.enter("resident")
    with scope.acting(SYSTEM):
        HouseholdMember.objects.create(household=home, person=resident, valid=LONG_AGO)

    for reader in (secretary, resident):
        told = accounts.sign_in(reader).get(f"/households/{home.uid}/").content.decode()
        assert "要修楼道灯" in told
        assert "电话" in told
