from math import degrees

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.geo import (
    OutsideChina,
    Position,
    Projected,
    Swapped,
    System,
    box_around,
    distance,
    middle_of,
    plausible,
    square_of,
    squares_of,
    to_gcj02,
)

HOHHOT = Position(111.65, 40.82)
TUQUAN = Position(121.56, 45.38)

positions = st.builds(Position, st.floats(74, 135), st.floats(4, 53))


@pytest.mark.parametrize(
    ("ground", "on_map", "on_baidu"),
    [
        (HOHHOT, (111.65672601600922, 40.821292537504355), (111.66336354975091, 40.82696864279036)),
        (TUQUAN, (121.56582455463057, 45.38184921841936), (121.57221174736569, 45.388203454146435)),
        (
            Position(105.7, 38.85),
            (105.70420986252535, 38.85052822059513),
            (105.71061216201876, 38.85673609000383),
        ),
    ],
)
def test_to_gcj02_agrees_with_published_conversions(
    ground: Position, on_map: tuple[float, float], on_baidu: tuple[float, float]
):
    assert to_gcj02(ground, System.WGS84) == pytest.approx(on_map, abs=1e-9)
    assert to_gcj02(ground, System.CGCS2000) == pytest.approx(on_map, abs=1e-9)
    assert to_gcj02(Position(*on_baidu), System.BD09) == pytest.approx(on_map, abs=1e-9)


@given(positions)
def test_to_gcj02_leaves_gcj02_as_it_is(position: Position):
    assert to_gcj02(position, System.GCJ02) == position


@given(positions, st.sampled_from([System.WGS84, System.BD09]))
def test_to_gcj02_moves_less_than_two_kilometres(position: Position, system: System):
    assert 0 < distance(position, to_gcj02(position, system)) < 2_000


def test_to_gcj02_does_not_move_positions_outside_china():
    tokyo = Position(139.69, 35.69)

    assert to_gcj02(tokyo, System.WGS84) == tokyo


def test_distance_is_near_the_one_on_the_ellipsoid():
    assert distance(HOHHOT, TUQUAN) == pytest.approx(951_571.96, rel=0.0035)


@given(positions, positions, positions)
def test_distance_is_a_distance(one: Position, other: Position, third: Position):
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-6)
    assert distance(one, other) <= distance(one, third) + distance(third, other) + 1e-6


@given(positions, st.floats(-5, 5), st.floats(-5, 5))
def test_box_around_holds_everything_within_the_radius(centre: Position, east: float, north: float):
    other = Position(centre.lon + east, centre.lat + north)
    a_little_more = distance(centre, other) * (1 + 1e-9) + 0.001

    assert box_around(centre, a_little_more).holds(other)


@given(positions, st.floats(1, 100_000))
def test_box_around_is_no_larger_than_needed(centre: Position, metres: float):
    box = box_around(centre, metres)

    assert distance(centre, Position(centre.lon, box.north)) == pytest.approx(metres, abs=0.01)
    assert degrees(metres / 6_371_008.8) < box.east - centre.lon
    assert distance(centre, Position(box.east, centre.lat)) == pytest.approx(metres, rel=0.001)


@given(positions)
def test_plausible_returns_positions_in_china(position: Position):
    assert plausible(*position) == position


@given(positions)
def test_plausible_recognises_swapped_coordinates(position: Position):
    with pytest.raises(Swapped):
        plausible(position.lat, position.lon)


@pytest.mark.parametrize(
    ("lon", "lat", "fault"),
    [
        (139.69, 35.69, OutsideChina),
        (0.0, 0.0, OutsideChina),
        (111.65, float("nan"), OutsideChina),
        (40_512_345.6, 4_523_456.7, Projected),
    ],
)
def test_plausible_says_why_a_position_cannot_be(lon: float, lat: float, fault: type[Exception]):
    with pytest.raises(fault, match=str(lon)):
        plausible(lon, lat)


@given(st.floats(73.4, 135.0), st.floats(3.9, 53.5))
def test_square_holds_its_positions_and_lies_in_the_box_around_them(lon: float, lat: float) -> None:
    here = Position(lon, lat)
    square = square_of(here)

    assert distance(here, middle_of(square)) < 200
    around = squares_of(box_around(here, 300))
    assert any(west <= square <= east for west, east in around)
    assert square_of(middle_of(square)) == square
