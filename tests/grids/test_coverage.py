"""Coverage: every day asked for is either covered or named as a gap, and nothing else is told."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from guapeng.apps.grids.staffing.coverage import Gap, Span, Stretch, stretches

FIRST = dt.date(2026, 3, 1)
LAST = FIRST + dt.timedelta(days=29)
DAY = dt.timedelta(days=1)

days = st.none() | st.integers(-5, 35).map(lambda n: FIRST + n * DAY)
spans = st.lists(st.builds(Span, st.integers(1, 3), days, days), max_size=4)


def state_of(day: dt.date, workers: list, covers: list, deputies: list, leaves: list) -> tuple:
    """Return who stands there on one day, by asking everybody in turn."""
    away = [leave.person for leave in leaves if leave.holds(day)]
    here = [w.person for w in workers if w.holds(day) and w.person not in away]
    acting = [c.person for c in covers if c.holds(day) and c.person not in away]
    ready = [
        d.person for d in deputies if d.holds(day) and d.person not in away + here[:1]
    ] + acting * bool(here)
    if here:
        gap = None if ready else Gap.NO_DEPUTY
        return here[0], None, ready[0] if ready else None, gap
    if acting:
        return None, acting[0], None, None
    held = any(w.holds(day) for w in workers)
    return None, None, ready[0] if ready else None, Gap.AWAY if held else Gap.NO_WORKER


@given(spans, spans, spans, spans)
def test_any_day_is_covered_or_named_as_a_gap(
    workers: list, covers: list, deputies: list, leaves: list
) -> None:
    found = stretches(FIRST, LAST, workers=workers, covers=covers, deputies=deputies, leaves=leaves)

    told = {}
    for one in found:
        assert one.first <= one.last
        for number in range((one.last - one.first).days + 1):
            day = one.first + number * DAY
            assert day not in told
            told[day] = one[2:]
    asked = [FIRST + number * DAY for number in range(30)]
    assert told == {day: state_of(day, workers, covers, deputies, leaves) for day in asked}
    assert all(state[3] or state[0] or state[1] for state in told.values())
    assert all(a[2:] != b[2:] for a, b in pairwise(found))


def test_stretches_read_like_a_roster() -> None:
    back = FIRST + 10 * DAY
    found = stretches(
        FIRST,
        LAST,
        workers=[Span(1, None, None)],
        covers=[Span(2, FIRST + 5 * DAY, back)],
        deputies=[Span(2, None, FIRST + 20 * DAY)],
        leaves=[Span(1, FIRST + 3 * DAY, back)],
    )

    assert found == [
        Stretch(FIRST, FIRST + 2 * DAY, 1, None, 2, None),
        Stretch(FIRST + 3 * DAY, FIRST + 4 * DAY, None, None, 2, Gap.AWAY),
        Stretch(FIRST + 5 * DAY, FIRST + 9 * DAY, None, 2, None, None),
        Stretch(back, FIRST + 19 * DAY, 1, None, 2, None),
        Stretch(FIRST + 20 * DAY, LAST, 1, None, None, Gap.NO_DEPUTY),
    ]
