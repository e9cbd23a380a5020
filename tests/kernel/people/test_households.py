"""The household ledger: entered at once, counted exactly, shown to whom the matrix says."""

import datetime as dt
import uuid
from collections.abc import Iterable

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import accounts
from tests.factories.world import MONDAY, Banner, actor, division

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions, copies, ledger, scope
from guapeng.kernel.people.actions import Dwelling
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.errors import NotYourHouseholds
from guapeng.kernel.people.ledger import Counted
from guapeng.kernel.people.models import Household, HouseholdMember, Person
from guapeng.kernel.people.roles import AREA_WORDS, roles

SINCE = dt.date(2024, 1, 1)
ORDINARY, HERDING = Household.Kind.ORDINARY, Household.Kind.HERDING


def dwelling(place: Division, address: str, **changes: object) -> Dwelling:
    given = {"uid": uuid.uuid4(), "kind": ORDINARY, "members": 3, "since": SINCE} | changes
    return Dwelling(division_id=place.pk, address=address, **given)  # type: ignore[arg-type]


def enter(*dwellings: Dwelling, by: Actor = SYSTEM) -> int:
    return actions.enter_households(dwellings, by=by, at=MONDAY)


def addresses(who: Actor) -> list[str]:
    with scope.acting(who):
        return list(Household.objects.order_by("address").values_list("address", flat=True))


@pytest.fixture
def next_grid(banner: Banner) -> Division:
    return division("第二网格", "150999200201002", Level.GRID, banner.village)


def test_entered_twice_is_the_same_household(banner: Banner) -> None:
    one = dwelling(banner.grid, "1号楼1单元101")

    assert enter(one, one) == 1
    assert enter(one._replace(members=9)) == 0

    with scope.acting(SYSTEM):
        assert Household.objects.get().members == 3
    line = Entry.objects.get(event="people.enter_households")
    assert (line.says, line.actor) == ("登记1户", None)


def test_grid_worker_enters_in_the_own_grid_alone(banner: Banner, next_grid: Division) -> None:
    here, there = dwelling(banner.grid, "1号"), dwelling(next_grid, "2号")

    assert enter(here, by=banner.grid_worker) == 1
    for by, wanted in ((banner.grid_worker, there), (banner.secretary, here), (actor(), here)):
        with pytest.raises(NotYourHouseholds):
            enter(wanted, by=by)

    line = Entry.objects.get(event="people.enter_households")
    assert line.acting_as == f"role:grid_worker@{banner.grid.pk}"


@pytest.mark.parametrize("changes", [{"address": ""}, {"members": 0}])
def test_household_without_address_or_people_is_none(
    banner: Banner, changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        enter(dwelling(banner.grid, "1号")._replace(**changes))


@pytest.mark.parametrize("role", roles())
def test_households_are_seen_by_whose_ledger_they_are_in(
    banner: Banner, next_grid: Division, role: str
) -> None:
    enter(dwelling(banner.grid, "1号"), dwelling(next_grid, "2号"))
    words = roles()[role].cells["household_ledger"] & AREA_WORDS

    of_grid, of_village = actor(role, banner.grid), actor(role, banner.village)

    assert addresses(of_grid) == (["1号"] if words else [])
    assert addresses(of_village) == (["1号", "2号"] if words else [])


def test_person_sees_the_own_household_and_who_else_lives_there_is_not_told(
    banner: Banner,
) -> None:
    enter(dwelling(banner.grid, "1号"), dwelling(banner.grid, "2号"))
    neighbour = actor()
    with scope.acting(SYSTEM):
        for who in (banner.resident, neighbour):
            move_in(who.known_person, "1号")

    assert addresses(banner.resident) == ["1号"]
    with scope.acting(banner.resident):
        assert HouseholdMember.objects.get().person_id == banner.resident.known_person
    with scope.acting(banner.grid_worker):
        assert not HouseholdMember.objects.exists()


def move_in(person: int, address: str) -> None:
    home = Household.objects.get(address=address)
    HouseholdMember.objects.create(household=home, person_id=person, valid=(SINCE, None))


def test_numbers_are_summed_over_all_below(banner: Banner, next_grid: Division) -> None:
    enter(
        dwelling(banner.grid, "1号"),
        dwelling(banner.grid, "2号", kind=HERDING, members=None),
        dwelling(next_grid, "3号", members=5),
    )

    assert ledger.counted(banner.grid) == Counted(2, 1, 3, 1)
    for place in (banner.village, banner.township, banner.county):
        assert ledger.counted(place) == Counted(3, 1, 8, 1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_kept_numbers_are_those_of_a_recount(
    banner: Banner, next_grid: Division, data: st.DataObject
) -> None:
    grids = [banner.grid, next_grid]
    rows = st.builds(
        dwelling,
        st.sampled_from(grids),
        st.just("1号"),
        kind=st.sampled_from(Household.Kind),
        members=st.none() | st.integers(1, 9),
    )
    with scope.acting(SYSTEM), transaction.atomic():
        enter(*data.draw(st.lists(rows, min_size=1, max_size=8), label="entered"))
        for _ in range(data.draw(st.integers(0, 6), label="changes")):
            pick = data.draw(st.lists(st.sampled_from(list(ids())), max_size=3)) if ids() else []
            change(Household.objects.filter(pk__in=pick), grids, data)

        assert [ledger.counted(grid) for grid in grids] == [recounted(grid) for grid in grids]
        transaction.set_rollback(True)


def ids() -> list[int]:
    return list(Household.objects.order_by("pk").values_list("pk", flat=True))


def change(found: object, grids: list[Division], data: st.DataObject) -> None:
    match data.draw(st.sampled_from(["end", "move", "tell", "delete"])):
        case "end":
            found.update(valid=DateRange(SINCE, MONDAY.date()))
        case "move":
            found.update(division=data.draw(st.sampled_from(grids)))
        case "tell":
            found.update(kind=HERDING, members=data.draw(st.none() | st.integers(1, 9)))
        case "delete":
            found.delete()


def recounted(grid: Division) -> Counted:
    homes = [one for one in Household.objects.filter(division=grid) if one.valid.upper is None]
    return Counted(
        len(homes),
        sum(one.kind == HERDING for one in homes),
        sum(one.members or 0 for one in homes),
        sum(one.members is None for one in homes),
    )


def test_household_is_forgotten_when_the_rule_says(banner: Banner) -> None:
    enter(*(dwelling(banner.grid, f"{number}号") for number in range(3)))
    with scope.acting(SYSTEM):
        move_in(banner.resident.known_person, "0号")
        ended = dt.date(2023, 3, 2)  # three years to the day
        for address, until in (("0号", ended), ("1号", ended + dt.timedelta(days=1))):
            Household.objects.filter(address=address).update(valid=DateRange(None, until))

    assert actions.forget_households(at=MONDAY) == 1
    assert actions.forget_households(at=MONDAY) == 0

    assert addresses(SYSTEM) == ["1号", "2号"]
    with scope.acting(SYSTEM):
        assert not HouseholdMember.objects.exists()
    assert Entry.objects.get(event="people.forget_households").says == "到期删除1户"


def shown(client: Client, place: Division) -> dict[str, str] | None:
    """Return what the statistics page tells of the place's households."""
    group = client.get("/statistics/", {"place": place.pk}).context.get("ledger")
    return group and {str(stat.label): stat.value for stat in group.stats}


def signed_in(role: str, place: Division) -> Client:
    return accounts.sign_in(accounts.enter(role, role, place))


def homes(place: Division, count: int) -> Iterable[Dwelling]:
    return (dwelling(place, f"{number}号", kind=HERDING) for number in range(count))


def test_statistics_page_tells_the_households_of_a_place(banner: Banner) -> None:
    enter(*homes(banner.grid, 4), *homes(banner.village, 1))

    exactly = {"户数": "5", "其中牧户": "5", "登记人数": "15"}
    assert shown(signed_in("village_secretary", banner.village), banner.village) == exactly
    assert shown(signed_in("township_leader", banner.township), banner.township) == exactly
    assert shown(signed_in("dispatcher", banner.county), banner.village) is None
    assert shown(Client(), banner.county) is None


def test_statistics_of_a_township_withhold_small_numbers(banner: Banner) -> None:
    enter(*homes(banner.grid, 4))

    told = shown(signed_in("township_leader", banner.township), banner.township)

    assert told == {"户数": "＊", "其中牧户": "＊", "登记人数": "＊"}


def test_place_without_households_says_so(banner: Banner) -> None:
    client = signed_in("grid_worker", banner.grid)

    assert "台账里还没有住户" in client.get("/statistics/").content.decode()


def test_person_reads_takes_along_and_erases_the_own_household(banner: Banner) -> None:
    person = accounts.enter("bagen", home=banner.grid)
    enter(dwelling(banner.grid, "1号楼1单元101"))
    with scope.acting(SYSTEM):
        move_in(person.pk, "1号楼1单元101")

    page = accounts.sign_in(person).get("/me/").content.decode()
    assert "第一网格 1号楼1单元101" in page
    assert "普通户、3人" in page

    with scope.acting(Actor(person_id=person.pk)):
        told = {one.title: list(one.rows) for one in sections(person)}
    assert told["住户台账"] == [("第一网格", "1号楼1单元101", "普通户", "3", "2024-01-01", "")]

    officer = actor("privacy_officer", banner.county)
    actions.erase(person, by=officer, at=MONDAY, fields=["home"])
    with scope.acting(SYSTEM):
        assert not HouseholdMember.objects.exists()
        assert Household.objects.exists()


def sections(person: Person) -> list[copies.Section]:
    return list(copies.sections(person, at=MONDAY))
