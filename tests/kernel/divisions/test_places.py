import datetime as dt

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from tests.factories.world import Banner

from guapeng.kernel.divisions import places
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.divisions.places import NOWHERE, PlaceIndex, place_index

TODAY = dt.date(2026, 3, 2)
VILLAGE, WEST, EAST = 7, 11, 12
SLIVER = 0.0002  # degrees: 22 m


def box(west: float, south: float, east: float, north: float) -> bytes:
    return shapely.to_wkb(shapely.box(west, south, east, north))


@pytest.fixture
def index() -> PlaceIndex:
    """A village of one square degree; two grids in its south with a sliver between them."""
    return PlaceIndex.of(
        [
            (EAST, 6, box(120.5 + SLIVER, 43, 121, 43.5)),
            (VILLAGE, 5, box(120, 43, 121, 44)),
            (WEST, 6, box(120, 43, 120.5, 43.5)),
        ]
    )


def test_deepest_division_that_holds_the_point_is_found(index: PlaceIndex) -> None:
    assert index.division_at(120.2, 43.2) == WEST
    assert index.division_at(120.8, 43.2) == EAST
    assert index.division_at(120.2, 43.8) == VILLAGE


def test_point_outside_everything_is_nowhere(index: PlaceIndex) -> None:
    assert index.division_at(119, 43.2) is None
    assert index.division_at(float("nan"), 43.2, tolerance=30) is None


def test_point_on_a_shared_border_belongs_to_the_division_registered_first() -> None:
    index = PlaceIndex.of([(EAST, 6, box(1, 0, 2, 1)), (WEST, 6, box(0, 0, 1, 1))])

    assert index.division_at(1, 0.5) == min(WEST, EAST)


def test_point_in_a_sliver_goes_to_the_nearest_within_the_tolerance(index: PlaceIndex) -> None:
    in_sliver = 120.5 + SLIVER * 0.7

    assert index.division_at(in_sliver, 43.2) == VILLAGE
    assert index.division_at(in_sliver, 43.2, tolerance=30) == EAST
    assert index.division_at(in_sliver, 43.2, tolerance=2) == VILLAGE
    assert index.division_at(120.2, 43.8, tolerance=30) == VILLAGE


def test_index_without_outlines_knows_no_place() -> None:
    assert PlaceIndex.of([]).divisions_at([120.2], [43.2], tolerance=30).tolist() == [NOWHERE]


def test_more_points_than_a_chunk_are_all_found(index: PlaceIndex) -> None:
    lons = np.linspace(119.5, 120.4, 200_000)

    found = index.divisions_at(lons, np.full_like(lons, 43.2))

    assert np.array_equal(found, np.where(lons < 120, NOWHERE, WEST))


coordinates = st.integers(0, 8)
boxes = st.tuples(st.integers(3, 6), coordinates, coordinates, coordinates, coordinates)


@settings(deadline=None)
@given(st.lists(boxes, min_size=1, max_size=12), st.tuples(coordinates, coordinates))
def test_index_agrees_with_looking_at_every_outline(
    drawn: list[tuple[int, int, int, int, int]], point: tuple[int, int]
) -> None:
    rows = [
        (id_, level, box(min(a, c), min(b, d), max(a, c) + 0.5, max(b, d) + 0.5))
        for id_, (level, a, b, c, d) in enumerate(drawn, start=1)
    ]
    holding = [
        (level, -id_)
        for id_, level, outline in rows
        if shapely.from_wkb(outline).covers(shapely.Point(point))
    ]

    found = PlaceIndex.of(rows).division_at(*point)

    assert found == (-max(holding)[1] if holding else None)


def test_index_of_a_day_follows_every_change_of_an_outline(banner: Banner) -> None:
    mine = Division.objects.filter(pk=banner.grid.pk)
    mine.update(outline=box(120, 43, 121, 44))
    assert place_index(on=TODAY).division_at(120.5, 43.5) == banner.grid.pk

    mine.update(outline=None)

    assert place_index(on=TODAY).division_at(120.5, 43.5) is None


def test_index_is_built_once_and_then_asks_one_small_query(
    banner: Banner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = place_index(on=TODAY)

    with django_assert_num_queries(1):
        assert place_index(on=TODAY) is first


def test_index_leaves_out_the_past_and_shifted_outlines(banner: Banner) -> None:
    everywhere = box(120, 43, 121, 44)
    Division.objects.filter(pk=banner.grid.pk).update(outline=everywhere, datum="GCJ02")
    Division.objects.filter(pk=banner.village.pk).update(outline=everywhere)

    assert place_index(on=TODAY).division_at(120.5, 43.5) == banner.village.pk
    assert place_index(on=dt.date(2019, 1, 1)).division_at(120.5, 43.5) is None
    assert places.NOWHERE not in place_index(on=TODAY).ids
