"""Whom a grid worker visits next (R16)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.apps.grids.field.due import Rhythm, Why

RHYTHM = Rhythm(months=6, care_days=7, newcomer_days=7)
TODAY = dt.date(2026, 3, 2)
LONG_AGO = dt.date(2015, 6, 1)
DAYS = st.dates(dt.date(2020, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("last", "on"),
    [
        (dt.date(2026, 1, 15), dt.date(2026, 7, 15)),
        (dt.date(2025, 8, 31), dt.date(2026, 2, 28)),  # a shorter month ends it (Civil Code 202)
        (dt.date(2025, 12, 31), dt.date(2026, 6, 30)),
    ],
)
def test_every_household_within_half_a_year(last: dt.date, on: dt.date) -> None:
    due = RHYTHM.due(since=LONG_AGO, last=last, needs_care=False, on=TODAY)

    assert (due.on, due.why) == (on, Why.USUAL)


def test_household_in_need_of_care_weekly() -> None:
    due = RHYTHM.due(since=LONG_AGO, last=dt.date(2026, 2, 27), needs_care=True, on=TODAY)

    assert due == (dt.date(2026, 3, 6), Why.CARE, 7)


def test_newcomer_within_seven_days() -> None:
    due = RHYTHM.due(since=dt.date(2026, 2, 28), last=None, needs_care=False, on=TODAY)

    assert (due.on, due.why) == (dt.date(2026, 3, 7), Why.NEWCOMER)


def test_who_has_lived_there_long_and_was_never_visited_is_no_newcomer() -> None:
    due = RHYTHM.due(since=LONG_AGO, last=None, needs_care=False, on=TODAY)

    assert due.why == Why.USUAL
    assert due.on < TODAY


@given(since=DAYS, last=st.none() | DAYS, needs_care=st.booleans())
def test_visit_is_due_after_the_last_and_within_the_rule(
    *, since: dt.date, last: dt.date | None, needs_care: bool
) -> None:
    due = RHYTHM.due(since=since, last=last, needs_care=needs_care, on=TODAY)

    begun = last or since
    assert begun < due.on <= begun + dt.timedelta(days=184)
    assert due.every in {7, *range(181, 185)}
    assert (due.why == Why.CARE) == needs_care
