"""The demo's grids: staffed with gaps to come, and ledgers in which something happened."""

import datetime as dt

import pytest

from guapeng.apps.grids.models import CareOpening, GridContact, HandOver, LedgerChange, Version
from guapeng.apps.grids.staffing import queries
from guapeng.apps.grids.staffing.coverage import Gap
from guapeng.demo.logins import LOGINS, person
from guapeng.demo.scene import read
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import HouseholdMember, Person
from guapeng.kernel.people.sealed import fingerprint
from tests.demo.conftest import AT

pytestmark = pytest.mark.django_db
TODAY = AT.date()


def test_every_kind_of_gap_comes_and_none_is_here(demo: None) -> None:
    grids = list(Division.objects.filter(level=Level.GRID).defer("outline"))
    found = queries.coverage(grids, first=TODAY, last=TODAY + dt.timedelta(days=29))

    gaps = [gap for one in found for gap in one.gaps]
    assert {gap.gap for gap in gaps} == set(Gap)
    assert [gap for gap in gaps if gap.first == TODAY and gap.there is None] == []
    assert len([one for one in found if not one.gaps]) > len(grids) * 0.8


def test_every_grid_is_called_by_offices_numbers_that_nobody_has(demo: None) -> None:
    grids = Division.objects.filter(level=Level.GRID).defer("outline")
    contacts = [queries.contact(grid, on=TODAY) for grid in grids[:20]]

    assert all(one.there and one.phone and one.complaint_phone for one in contacts)
    for one in contacts:
        assert not Person.objects.filter(phone_hash=fingerprint(one.phone)).exists()
        assert one.phone.startswith("0479-000")
    assert GridContact.objects.count() == 1


def test_hand_over_waits_for_two_signatures(demo: None) -> None:
    assert HandOver.objects.filter(giver_signed_at=None, taker_signed_at=None).exists()


def test_ledger_of_those_who_sign_in_has_a_history(demo: None) -> None:
    stage = read(TODAY)
    resident = next(person(stage, login) for login in LOGINS if login.role == "resident")
    with scope.acting(SYSTEM):
        kinds = set(LedgerChange.objects.values_list("what", flat=True))
        home = HouseholdMember.objects.get(person=resident).household_id

        assert kinds >= {"added", "changed", "ended"}
        assert not LedgerChange.objects.filter(at__gt=AT).exists()
        assert CareOpening.objects.filter(household=home).exists()


def test_plan_that_is_being_drawn_has_a_school_of_its_own(demo: None) -> None:
    with scope.acting(SYSTEM):
        (version,) = {
            tuple(one["name"] for one in version.specials)
            for version in Version.objects.exclude(specials=[])
        }

    assert version == ("第一小学专属网格",)
