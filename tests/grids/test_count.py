import pytest

from guapeng.apps.grids.partition.count import Policy, count, nearest
from guapeng.apps.grids.partition.county import Range

SIZE = Range(least=300, most=500, aim=400)


@pytest.mark.parametrize(
    ("households", "balanced", "fewest"),
    [
        (300, 1, 1),
        (500, 1, 1),
        (600, 2, 2),
        (1000, 2, 2),
        (1001, 3, 3),
        (1400, 4, 3),
        (4000, 10, 8),
    ],
)
def test_grids_hold_four_hundred_on_average_or_are_as_few_as_can_be(
    households: int, balanced: int, fewest: int
) -> None:
    assert count(households, SIZE).grids == balanced
    assert count(households, SIZE, Policy.FEWEST).grids == fewest
    assert count(households, SIZE).fits


@pytest.mark.parametrize(
    ("households", "grids", "least", "most"),
    [
        (0, 1, 0, 300),
        (299, 1, 299, 300),
        (501, 1, 500, 501),
        (550, 1, 500, 550),
        (551, 2, 251, 300),
        (599, 2, 299, 300),
    ],
)
def test_what_does_not_fit_is_out_of_range_by_as_little_as_can_be(
    households: int, grids: int, least: int, most: int
) -> None:
    found = count(households, SIZE)

    assert (found.fits, found.grids, found.least, found.most) == (False, grids, least, most)


def test_another_number_of_grids_is_allowed_what_it_needs() -> None:
    assert nearest(560, 1, SIZE).most == 560
    assert nearest(560, 2, SIZE).least == 260
    assert nearest(1000, 3, SIZE).fits
