"""Any order and any repetition of what a telephone sends gives the same state."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import pictures
from tests.factories.world import MONDAY, Banner
from tests.grids.field.scene import household, patrol_place, photo, report, visit

from guapeng.apps.grids.field import photos, taking
from guapeng.apps.grids.models import LedgerChange, Visit, VisitPhoto
from guapeng.kernel.matters.models import Attachment, Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household

DAY = str(MONDAY.date())
COUNT = 8


@pytest.fixture
def records(banner: Banner, settings: Any, tmp_path: Any) -> list[dict[str, Any]]:
    """Records of every kind; some hang on others."""
    settings.FILES = str(tmp_path / "files")
    home, other = household(banner.grid, "1号"), household(banner.grid, "2号")
    seen = visit(home, on=DAY)
    told = report(banner.grid)
    ledger = {"kind": "household", "household": str(other.uid), "on": DAY}
    shots = [photo(seen, pictures.photo()), photo(told, pictures.photo(colour="navy"))]
    sent = [
        *shots,
        seen,
        told,
        visit(patrol_place(banner.grid), on=DAY),
        ledger | {"id": str(uuid.uuid4()), "version": 1, "set": {"members": 5}},
        ledger | {"id": str(uuid.uuid4()), "version": 2, "set": {"members": 6}},
        {"id": str(uuid.uuid4()), "kind": "household", "grid": banner.grid.code, "version": 0}
        | {"on": DAY, "set": {"address": "3号", "members": 2}},
    ]
    with scope.acting(banner.grid_worker) as by:
        for shot, colour in zip(shots, ("sienna", "navy"), strict=True):
            content = pictures.photo(colour=colour)
            photos.keep_part(uuid.UUID(shot["id"]), 0, content, by=by, at=MONDAY)
    assert len(sent) == COUNT
    return sent


def state() -> list[Any]:
    with scope.acting(SYSTEM):
        return [
            sorted(Visit.objects.values_list("uid", "household", "place", "on", "found")),
            sorted(Matter.objects.values_list("uid", "title", "grid_id", "state")),
            sorted(Household.objects.values_list("address", "members", "version")),
            sorted(LedgerChange.objects.values_list("uid", "version")),
            sorted(VisitPhoto.objects.values_list("visit__uid", "blob")),
            sorted(Attachment.objects.values_list("matter__uid", "blob")),
        ]


def delivered(sent: list[dict[str, Any]], banner: Banner) -> list[Any]:
    """Deliver, and again what was to come later; return the state, and take it back."""
    with scope.acting(banner.grid_worker) as by, transaction.atomic():
        open_, answers = sent, dict[str, str]()
        while open_:
            for one in open_:
                answers[one["id"]] = taking.take(one, by=by, at=MONDAY)["state"]
            late = [one for one in sent if answers[one["id"]] == "later"]
            assert late != open_, "nothing moves"
            open_ = late
        found = state()
        transaction.set_rollback(True)
    assert set(answers.values()) <= {"taken", "known"}
    return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(COUNT)), more=st.lists(st.integers(0, COUNT - 1), max_size=10))
def test_any_order_and_any_repetition_gives_the_same_state(
    banner: Banner, records: list[dict[str, Any]], order: list[int], more: list[int]
) -> None:
    plainly = delivered(records, banner)

    mixed = delivered([records[n] for n in [*order, *more]], banner)

    assert mixed == plainly
    assert [len(rows) for rows in mixed] == [2, 1, 3, 3, 1, 1]
