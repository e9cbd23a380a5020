"""What new matters are known by: each its own, rising, and few questions while many are raised."""

import datetime as dt
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.factories.world import Banner

from guapeng.kernel.matters import numbering
from guapeng.kernel.matters.numbering import Ahead, take

DAY, NEXT_DAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


def one(day: dt.date = DAY) -> numbering.Taken:
    (taken,) = take(1, day=day)
    return taken


def test_many_in_a_row_rise_and_ask_little(committed_banner: Banner) -> None:
    with CaptureQueriesContext(connection) as asked:
        taken = [one() for _ in range(500)]

    assert len(asked) < 20
    for column in ("serial", "matter_id", "step_id"):
        numbers = [getattr(each, column) for each in taken]
        assert numbers == sorted(set(numbers))


def test_single_one_takes_nothing_ahead(committed_banner: Banner) -> None:
    first = one()
    assert Ahead().next(DAY).serial == first.serial + 1  # another process


def test_next_day_begins_anew(committed_banner: Banner) -> None:
    for _ in range(10):
        one()

    first = one(NEXT_DAY).serial
    assert first < 5
    assert one(NEXT_DAY).serial == first + 1
    assert {one().day, one(NEXT_DAY).day} == {DAY, NEXT_DAY}


def test_what_was_left_for_a_second_is_thrown_away(
    committed_banner: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        one()
    elsewhere = Ahead().next(DAY)  # another process

    now = time.monotonic()
    monkeypatch.setattr(numbering.time, "monotonic", lambda: now + 1.01)

    assert one().matter_id > elsewhere.matter_id


def test_nothing_is_taken_ahead_in_a_transaction_that_may_be_undone(
    committed_banner: Banner,
) -> None:
    with transaction.atomic():
        for _ in range(5):
            one()
        transaction.set_rollback(True)  # where the day's serials begin is undone with it

    serials = [one().serial for _ in range(5)]
    assert serials == sorted(set(serials))
    assert serials[0] < 5
