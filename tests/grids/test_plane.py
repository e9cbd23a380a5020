import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from guapeng.apps.grids.partition.plane import Plane, plane_of


def test_degree_is_as_long_as_on_the_ellipsoid() -> None:
    """At 40° N a degree of longitude has 85,393.8 m, one of latitude 111,034.6 m."""
    (place,) = Plane(116.0, 40.0).metres(np.array([[117.0, 41.0]]))

    assert place == pytest.approx([85_393.8, 111_034.6], abs=0.1)


@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_degrees_come_back_as_they_were(east: float, north: float) -> None:
    plane, asked = Plane(116.0, 42.0), np.array([[116.0 + east, 42.0 + north]])

    assert np.abs(plane.degrees(plane.metres(asked)) - asked).max() < 1e-12


def test_plane_lies_around_the_middle_of_what_is_drawn() -> None:
    assert plane_of(shapely.box(116.0, 42.0, 117.0024, 43.0)) == Plane(116.501, 42.5)
