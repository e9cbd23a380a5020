"""Where the demo lies, at both scales."""

import datetime as dt

import pytest

from guapeng.demo.recipe import FULL, USUAL, Recipe, Scale
from guapeng.plain import codes
from guapeng.plain.codes import Kind, Level

AT = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("scale", "in_town", "outside"),
    [(USUAL, (300, 500), (60, 240)), (FULL, (350, 500), (240, 360))],
)
def test_grids_have_as_many_households_as_grids_are_cut_for(
    scale: Scale, in_town: tuple[int, int], outside: tuple[int, int]
) -> None:
    areas = Recipe(AT, 1, scale).areas()

    for grid in (area for area in areas if area.level == Level.GRID):
        is_town = codes.kind(grid.code[:12]) == Kind.COMMUNITY
        least, most = in_town if is_town else outside
        assert least <= grid.households <= most


def test_full_scale_is_that_of_a_county() -> None:
    areas = Recipe(AT, 1, FULL).areas()
    grids = [area for area in areas if area.level == Level.GRID]

    assert len(grids) == len({grid.code for grid in grids}) == 2_332
    assert 880_000 <= sum(grid.households for grid in grids) <= 1_000_000
