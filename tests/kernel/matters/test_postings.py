"""The rows and counts of the public board are those of a count from nothing."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.world import MONDAY, Banner
from tests.stories.test_concern import report

from guapeng.kernel.matters import postings
from guapeng.kernel.matters.models import Matter, Posting, PostingCount, SquareCount
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.plain.geo import Box

KEPT = (Posting, PostingCount, SquareCount)
NEIGHBOURS = [(107.1001, 40.9001), (107.1002, 40.9002), (107.1101, 40.9001), (None, None)]
AROUND = Box(107.05, 40.85, 107.15, 40.95)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(
            [
                {"visibility": "involved"},
                {"visibility": "public"},
                {"closed_at": MONDAY},
                {"closed_at": None},
            ]
        ),
    ),
    max_size=8,
)


def rows() -> list[list[dict[str, object]]]:
    return [sorted(model.objects.values(), key=str) for model in KEPT]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=CHANGES)
def test_what_is_kept_is_what_a_count_from_nothing_gives(
    banner: Banner, changes: list[tuple[int, dict[str, object]]]
) -> None:
    with transaction.atomic():
        matters = [report(banner, lon=lon, lat=lat).pk for lon, lat in NEIGHBOURS]
        with scope.acting(SYSTEM):
            postings.keep(matters)
            for which, change in changes:
                Matter.objects.filter(pk=matters[which]).update(**change)
                postings.keep([matters[which]])
            kept = rows()

            for model in KEPT:
                model.objects.all().delete()
            postings.post(matters)
            postings.count_all()

            assert rows() == kept
        transaction.set_rollback(True)


@pytest.mark.parametrize("closed", [False, True])
def test_squares_hold_what_stands_in_them(banner: Banner, closed: bool) -> None:  # noqa: FBT001
    matters = [report(banner, lon=lon, lat=lat) for lon, lat in NEIGHBOURS]
    with scope.acting(SYSTEM):
        if closed:
            Matter.objects.update(closed_at=MONDAY)
        postings.keep([one.pk for one in matters])

    found = postings.by_square(AROUND, closed=closed, most=10)

    assert [(one.count, one.matter) for one in found] == [(2, None), (1, matters[2].number)]
    assert postings.by_square(AROUND, closed=not closed, most=10) == []
    assert len(postings.by_square(AROUND, closed=closed, most=1)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_map_close_by_is_one_question(
    banner: Banner, count: int, django_assert_num_queries: object
) -> None:
    matters = [report(banner, lon=lon, lat=lat).pk for lon, lat in NEIGHBOURS[:count]]
    with scope.acting(SYSTEM):
        postings.keep(matters)

    with django_assert_num_queries(1):
        postings.by_square(AROUND, closed=False, most=10)
