"""What the grids keep is forgotten when the rules say, and not a day before."""

import datetime as dt
import uuid

import pytest
from tests.factories.world import MONDAY, Banner, person

from guapeng.apps.grids import retention
from guapeng.apps.grids.models import CareEntry, CareOpening, HandOver, Leave
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household

YEAR, THREE_YEARS = 12 * 31, 36 * 31
TODAY = MONDAY.date()


def aged(banner: Banner, days: int) -> list[object]:
    """Make a row of each kind that ended so many days ago, and return them."""
    then = TODAY - dt.timedelta(days=days)
    at = MONDAY - dt.timedelta(days=days)
    who, other = person(), person()
    home = Household.objects.create(
        uid=uuid.uuid4(), division=banner.grid, address="1号", kind="ordinary", valid=(None, None)
    )
    span = (then - dt.timedelta(days=2), then)
    return [
        CareEntry.objects.create(
            uid=uuid.uuid4(), household=home, group="lone_elder", clause="x", valid=span,
            source="visit", entered_at=at,
        ),
        CareOpening.objects.create(
            household=home, by=who, acting_as="x", title="x", at=at, purpose="x", groups=["x"]
        ),
        Leave.objects.create(grid=banner.grid, person=who, valid=span),
        HandOver.objects.create(
            grid=banner.grid, giver=who, taker=other, drawn_up_at=at,
            giver_signed_at=at, taker_signed_at=at,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        (YEAR - 1, [CareEntry, CareOpening, Leave, HandOver]),
        (YEAR, [CareOpening, HandOver]),
        (THREE_YEARS - 1, [CareOpening, HandOver]),
        (THREE_YEARS, []),
    ],
)
def test_each_is_forgotten_when_its_rule_says(banner: Banner, days: int, kept: list[type]) -> None:
    with scope.acting(SYSTEM):
        rows = aged(banner, days)

        assert retention.forget(at=MONDAY) == len(rows) - len(kept)

        left = [type(row) for row in rows if type(row).objects.filter(pk=row.pk).exists()]
    assert left == kept
    assert Entry.objects.filter(event="grids.forgotten").exists() == (len(kept) < len(rows))


def test_what_goes_on_is_kept_however_old(banner: Banner) -> None:
    with scope.acting(SYSTEM):
        entry = aged(banner, 0)[0]
        CareEntry.objects.filter(pk=entry.pk).update(valid=(dt.date(2010, 1, 1), None))

        assert retention.forget(at=MONDAY) == 0
