"""The household ledger: versions, conflicts with both sides, history, care by law, who may."""

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.world import LONG_AGO, MONDAY, Banner, actor, division

from guapeng.apps.grids.ledger import care, changes, dictionary
from guapeng.apps.grids.ledger.changes import Draft, Newcomer, Writing
from guapeng.apps.grids.ledger.errors import (
    Conflict,
    Ended,
    NoBasisForField,
    NoCarePurpose,
    NoSuchHousehold,
    NotFit,
    NotYourLedger,
    OnlyThePersonAgrees,
)
from guapeng.apps.grids.models import CareEntry, CareOpening, LedgerChange, Source
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions, scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM, Actor
from guapeng.kernel.people.models import Household, HouseholdMember, Person
from guapeng.kernel.people.roles import AREA_WORDS, roles
from guapeng.kernel.rules.models import Rule

SINCE = dt.date(2025, 5, 1)
TODAY = MONDAY.date()


def writing(by: Actor, source: Source = Source.VISIT, **given: object) -> Writing:
    return Writing(**({"uid": uuid.uuid4(), "by": by, "at": MONDAY, "source": source} | given))


@pytest.fixture
def worker(banner: Banner) -> Iterator[Actor]:
    with scope.acting(banner.grid_worker) as by:
        yield by


@pytest.fixture
def home(banner: Banner) -> Household:
    return entered(banner)


def entered(banner: Banner, address: str = "1号楼101", **given: object) -> Household:
    draft = Draft(address, since=SINCE, **({"members": 3} | given))
    with scope.acting(banner.grid_worker) as by:
        return changes.add(banner.grid, draft, writing(by))


def live_in(household: Household, who: Actor) -> None:
    with scope.acting(SYSTEM):
        HouseholdMember.objects.create(
            household=household, person_id=who.known_person, valid=LONG_AGO
        )


def history(household: Household) -> list[tuple[int, str, dict, dict]]:
    with scope.acting(SYSTEM):
        rows = LedgerChange.objects.filter(household=household).order_by("version")
        return [(row.version, row.what, row.before, row.after) for row in rows]


def stored(household: Household) -> Household:
    with scope.acting(SYSTEM):
        return Household.objects.get(pk=household.pk)


def test_added_twice_is_one_household_and_one_line(banner: Banner, worker: Actor) -> None:
    told = writing(worker)
    first = changes.add(banner.grid, Draft("2号", since=SINCE), told)

    assert changes.add(banner.grid, Draft("2号", since=SINCE), told) == first

    assert Household.objects.count() == 1
    assert history(first) == [
        (
            1,
            "added",
            {},
            {"address": "2号", "kind": "ordinary", "members": None, "since": "2025-05-01"},
        )
    ]
    line = Entry.objects.get(event="grids.household_added")
    assert line.subject == f"household:{first.pk}"
    assert line.acting_as == f"role:grid_worker@{banner.grid.pk}"
    assert "2号" not in line.says + line.data


def test_change_keeps_who_when_source_and_both_values(home: Household, worker: Actor) -> None:
    noted = MONDAY - dt.timedelta(days=3)
    told = writing(worker, Source.OTHER, noted_at=noted)

    changed = changes.change(home.uid, {"members": 4, "address": "1号楼101"}, told, version=1)

    assert (changed.members, changed.version) == (4, 2)
    row = LedgerChange.objects.get(version=2)
    assert (row.before, row.after) == ({"members": 3}, {"members": 4})
    assert (row.by_id, row.source, row.at, row.noted_at) == (
        worker.person_id,
        "other",
        MONDAY,
        noted,
    )


def test_change_delivered_twice_is_made_once(home: Household, worker: Actor) -> None:
    told = writing(worker)
    changes.change(home.uid, {"members": 4}, told, version=1)
    changes.change(home.uid, {"members": 5}, writing(worker), version=2)

    again = changes.change(home.uid, {"members": 4}, told, version=1)

    assert (again.members, again.version) == (5, 3)
    assert len(history(home)) == 3


def test_stale_change_is_refused_with_both_sides(
    banner: Banner, home: Household, worker: Actor
) -> None:
    other = actor("grid_worker", banner.grid)
    with scope.acting(other):
        changes.change(
            home.uid, {"members": 2, "kind": "herding_household"}, writing(other), version=1
        )

    with pytest.raises(Conflict) as refused:
        changes.change(home.uid, {"members": 5}, writing(worker), version=1)

    conflict = refused.value
    assert (conflict.base, conflict.wanted, conflict.present) == (
        {"members": 3},
        {"members": 5},
        {"members": 2},
    )
    assert conflict.household.version == 2
    assert [one.by_id for one in conflict.between] == [other.person_id]
    assert stored(home).members == 2


def test_two_who_write_the_same_do_not_disagree(home: Household, worker: Actor) -> None:
    changes.change(home.uid, {"members": 4}, writing(worker), version=1)

    same = changes.change(home.uid, {"members": 4}, writing(worker), version=1)

    assert same.version == 2
    assert len(history(home)) == 2


def test_household_that_moved_away_stays_as_it_was(home: Household, worker: Actor) -> None:
    changes.end(home.uid, TODAY, writing(worker), version=1)

    with pytest.raises(Ended):
        changes.change(home.uid, {"members": 4}, writing(worker), version=2)
    with pytest.raises(Conflict):
        changes.end(home.uid, TODAY - dt.timedelta(days=2), writing(worker), version=1)
    assert stored(home).valid.upper == TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "  "}, "address"),
        ({"address": "x" * 201}, "address"),
        ({"members": 0}, "members"),
        ({"members": True}, "members"),
        ({"kind": "poor"}, "kind"),
        ({"since": "2027-01-01"}, "since"),
        ({"since": "yesterday"}, "since"),
    ],
)
def test_what_cannot_be_is_not_entered(
    home: Household, worker: Actor, given: dict[str, object], field: str
) -> None:
    with pytest.raises(NotFit) as refused:
        changes.change(home.uid, given, writing(worker), version=1)

    assert refused.value.field == field
    assert stored(home).version == 1


def test_field_without_a_row_of_the_dictionary_is_not_kept(home: Household, worker: Actor) -> None:
    with pytest.raises(NoBasisForField):
        changes.change(home.uid, {"income": 3}, writing(worker), version=1)

    Rule.objects.filter(key="grids.ledger.group.size").delete()
    with pytest.raises(NoBasisForField):
        changes.change(home.uid, {"members": 4}, writing(worker), version=1)


def test_members_come_and_go_with_the_household(home: Household, worker: Actor) -> None:
    who = Person.objects.create(name="其木格", created_at=MONDAY)
    told = writing(worker)
    for _delivery in range(2):
        changes.add_member(home.uid, who, SINCE, told, version=1)
    assert stored(home).version == 2

    changes.end(home.uid, TODAY, writing(worker), version=2)

    with scope.acting(SYSTEM):
        member = HouseholdMember.objects.get(uid=told.uid)
    assert member.valid.upper == TODAY + dt.timedelta(days=1)
    assert [what for _version, what, *_both in history(home)] == ["added", "member_added", "ended"]
    assert not any("其木格" in str(row) for row in history(home))


def test_newcomer_delivered_twice_is_enrolled_once(home: Household, worker: Actor) -> None:
    told, before = writing(worker), Person.objects.count()

    for _delivery in range(2):
        changes.add_member(home.uid, Newcomer("其木格"), SINCE, told, version=1)

    assert Person.objects.count() == before + 1
    with scope.acting(SYSTEM):
        assert HouseholdMember.objects.get().person.home_id == home.division_id


def test_fields_are_told_as_they_stood_at_a_version(home: Household, worker: Actor) -> None:
    changes.change(home.uid, {"members": 4}, writing(worker), version=1)
    changes.change(home.uid, {"members": 5, "address": "9号"}, writing(worker), version=2)

    told = [changes.told_at(stored(home), version) for version in (1, 2, 3)]

    assert [(one["members"], one["address"]) for one in told] == [
        (3, "1号楼101"),
        (4, "1号楼101"),
        (5, "9号"),
    ]


def test_resident_corrects_the_own_household_and_no_other(banner: Banner, home: Household) -> None:
    other = entered(banner, "1号楼102")
    live_in(home, banner.resident)

    with scope.acting(banner.resident) as by:
        changed = changes.change(home.uid, {"members": 5}, writing(by, Source.RESIDENT), version=1)
        with pytest.raises(NotYourLedger):
            changes.change(home.uid, {"members": 6}, writing(by, Source.VISIT), version=2)
        with pytest.raises(NoSuchHousehold):
            changes.change(other.uid, {"members": 6}, writing(by, Source.RESIDENT), version=1)
        with pytest.raises(NotYourLedger):
            changes.add(banner.grid, Draft("3号", since=SINCE), writing(by, Source.RESIDENT))
        who = Person.objects.create(name="某人", created_at=MONDAY)
        with pytest.raises(NotYourLedger):
            changes.add_member(home.uid, who, SINCE, writing(by, Source.RESIDENT), version=2)

    assert changed.members == 5
    assert history(home)[-1][1:] == ("changed", {"members": 3}, {"members": 5})


def test_resident_leaves_alone_and_takes_nobody_along(banner: Banner, home: Household) -> None:
    spouse = actor()
    for who in (banner.resident, spouse):
        live_in(home, who)
    with scope.acting(SYSTEM):
        uids = dict(HouseholdMember.objects.values_list("person_id", "uid"))

    with scope.acting(banner.resident) as by:
        theirs = uids[spouse.known_person]
        with pytest.raises(NotYourLedger):
            changes.end_member(home.uid, theirs, TODAY, writing(by, Source.RESIDENT), version=1)
        mine = uids[banner.resident.known_person]
        changes.end_member(home.uid, mine, TODAY, writing(by, Source.RESIDENT), version=1)

    with scope.acting(SYSTEM):
        still = HouseholdMember.objects.filter(valid__upper_inf=True)
        assert [one.person_id for one in still] == [spouse.known_person]


@pytest.mark.parametrize("role", roles())
def test_ledger_is_kept_and_read_by_whom_the_matrix_says(banner: Banner, role: str) -> None:
    home = entered(banner)
    words = roles()[role].cells["household_ledger"]
    who = actor(role, banner.grid)
    reads, keeps = bool(words & AREA_WORDS), "w" in words

    with scope.acting(who):
        assert LedgerChange.objects.exists() == reads
        try:
            changes.change(home.uid, {"members": 4}, writing(who), version=1)
            outcome = "kept"
        except NoSuchHousehold:
            outcome = "unseen"
        except NotYourLedger:
            outcome = "read"

    assert outcome == ("kept" if keeps else "read" if reads else "unseen")


def test_every_reader_of_the_dictionary_is_one_of_the_matrix(db: None) -> None:
    readers = {key for key, role in roles().items() if role.sees_area("household_ledger")}
    known = [*dictionary.groups(on=TODAY), *dictionary.care_groups(on=TODAY).values()]

    assert {group.key for group in known} >= {"place", "size", "people", "lone_elder"}
    assert all(group.readers == readers for group in known)
    assert all(group.clause and group.purpose for group in known)


def test_neighbour_and_stranger_see_nothing(banner: Banner, home: Household) -> None:
    live_in(home, banner.resident)
    give(home, "lone_elder", banner.grid_worker)
    opened(banner.grid_worker, home)
    grid: Division = division("第二网格", "150999200201002", Level.GRID, banner.village)

    for who in (actor(), ANONYMOUS, actor("grid_worker", grid), banner.dispatcher):
        with scope.acting(who):
            assert not LedgerChange.objects.exists()
            assert not CareEntry.objects.exists()
            assert not CareOpening.objects.exists()


def give(household: Household, group: str, by: Actor, source: Source = Source.VISIT) -> CareEntry:
    with scope.acting(by):
        return care.enter_care(household.uid, group, SINCE, writing(by, source))


def opened(by: Actor, *households: Household, why: str = "每周走访") -> dict:
    with scope.acting(by):
        return care.open_care(households, by=by, at=MONDAY, purpose=why)


def test_care_is_opened_for_a_purpose_and_shown_to_the_household(
    banner: Banner, home: Household
) -> None:
    live_in(home, banner.resident)
    entry = give(home, "lone_elder", banner.grid_worker)
    assert entry.clause.startswith("《老年人权益保障法》")
    with scope.acting(banner.grid_worker):
        assert not CareEntry.objects.exists()

    with pytest.raises(NoCarePurpose):
        opened(banner.grid_worker, home, why=" ")
    found = opened(banner.secretary, home, entered(banner, "无登记"))

    assert found == {home.pk: [entry]}
    with scope.acting(banner.resident):
        assert CareEntry.objects.get() == entry
        shown = CareOpening.objects.get()
    assert (shown.by_id, shown.purpose, shown.groups) == (
        banner.secretary.person_id,
        "每周走访",
        ["lone_elder"],
    )
    line = Entry.objects.get(event="grids.care_opened")
    assert (line.subject, line.says) == (f"household:{home.pk}", "查看关爱登记")


def test_care_group_by_consent_is_entered_by_the_household_alone(
    banner: Banner, home: Household
) -> None:
    live_in(home, banner.resident)

    with pytest.raises(OnlyThePersonAgrees):
        give(home, "disabled", banner.grid_worker, Source.RESIDENT)
    entry = give(home, "disabled", banner.resident, Source.RESIDENT)

    with scope.acting(banner.resident) as by:
        care.end_care(home.uid, entry.uid, TODAY, writing(by, Source.RESIDENT))
    assert opened(banner.grid_worker, home, why="x") == {home.pk: [entry]}  # its last day


def test_care_group_without_a_law_is_none(banner: Banner, home: Household) -> None:
    for group in ("key_person", "petitioner", "sick"):
        with pytest.raises(NoBasisForField):
            give(home, group, banner.grid_worker)


def test_former_member_reads_neither_history_nor_care(banner: Banner, home: Household) -> None:
    live_in(home, banner.resident)
    give(home, "lone_elder", banner.grid_worker)
    opened(banner.grid_worker, home)
    with scope.acting(SYSTEM):
        HouseholdMember.objects.update(valid=(SINCE, TODAY))

    with scope.acting(banner.resident):
        for model in (LedgerChange, CareEntry, CareOpening):
            assert not model.objects.exists()


def test_history_cannot_be_rewritten(banner: Banner, home: Household) -> None:
    give(home, "lone_elder", banner.grid_worker)
    opened(banner.grid_worker, home)

    for model, column in ((LedgerChange, "source"), (CareOpening, "purpose")):
        with scope.acting(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**{column: "other"})


def test_everything_goes_with_the_household_when_its_time_is_over(
    banner: Banner, home: Household
) -> None:
    give(home, "lone_elder", banner.grid_worker)
    opened(banner.grid_worker, home)
    with scope.acting(SYSTEM):
        Household.objects.update(valid=(None, dt.date(2020, 1, 1)))

        assert actions.forget_households(at=MONDAY) == 1

        for model in (LedgerChange, CareEntry, CareOpening):
            assert not model.objects.exists()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nobody_overwrites_what_they_did_not_see(banner: Banner, data: st.DataObject) -> None:
    """Two devices write in any order, each delivery perhaps twice: nothing seen is lost."""
    with scope.acting(banner.grid_worker) as by, transaction.atomic():
        home = changes.add(banner.grid, Draft("1号", since=SINCE, members=1), writing(by))
        seen = dict.fromkeys(range(2), (1, 1))
        truth = 1
        for _turn in range(data.draw(st.integers(1, 8))):
            device = data.draw(st.sampled_from([0, 1]))
            wanted, told = data.draw(st.integers(1, 4)), writing(by)
            version, saw = seen[device]
            for _delivery in range(data.draw(st.integers(1, 2))):
                refused = None
                try:
                    row = changes.change(home.uid, {"members": wanted}, told, version=version)
                    truth = wanted
                except Conflict as conflict:
                    refused, row = conflict, conflict.household
                if refused:
                    assert refused.present == {"members": truth} != refused.wanted
                    assert refused.base == {"members": saw}
                seen[device] = (row.version, row.members)
                assert row.members == truth
        steps = history(home)
        assert [version for version, *_rest in steps] == list(range(1, len(steps) + 1))
        assert steps[-1][3]["members"] == truth
        transaction.set_rollback(True)


def test_of_two_at_once_one_writes_and_the_other_meets_both_sides(
    committed_banner: Banner,
) -> None:
    home = entered(committed_banner)
    both = Barrier(2)

    def write(members: int) -> str:
        by = committed_banner.grid_worker
        try:
            with scope.acting(by):
                both.wait()
                changes.change(home.uid, {"members": members}, writing(by), version=1)
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(write, (4, 5)))

    assert outcomes == ["conflict", "written"]
    assert len(history(home)) == 2


def test_same_household_delivered_twice_at_once_is_one(committed_banner: Banner) -> None:
    by = committed_banner.grid_worker
    told, both = writing(by), Barrier(2)

    def add(_delivery: int) -> int:
        try:
            with scope.acting(by):
                both.wait()
                return changes.add(committed_banner.grid, Draft("2号", since=SINCE), told).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(add, range(2)))) == 1
    with scope.acting(SYSTEM):
        assert Household.objects.count() == LedgerChange.objects.count() == 1
