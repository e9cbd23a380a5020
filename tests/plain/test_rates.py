from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from guapeng.plain.rates import (
    PublicTable,
    Rate,
    ThreeRates,
    percent,
    suppress,
    suppress_table,
)

MINIMUM = 5

counts_of_rate = st.integers(0, 1000).flatmap(
    lambda of: st.builds(Rate, st.integers(0, of), st.just(of), st.integers(0, 50))
)


def tables_of(number: st.SearchStrategy[int]) -> st.SearchStrategy[list[list[int]]]:
    return st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(number, min_size=width, max_size=width), min_size=1, max_size=5
        )
    )


tables = tables_of(st.one_of(st.integers(0, 8), st.integers(0, 200)))


def test_rate_is_an_exact_fraction():
    assert Rate(hits=2, of=3).fraction == Fraction(2, 3)
    assert Rate(hits=0, of=0, excluded=4).fraction is None


@given(counts_of_rate, counts_of_rate)
def test_rate_of_two_groups_together_counts_both(one: Rate, other: Rate):
    both = one + other

    assert (both.hits, both.of) == (one.hits + other.hits, one.of + other.of)
    assert both.excluded == one.excluded + other.excluded


@pytest.mark.parametrize(("hits", "of", "excluded"), [(-1, 2, 0), (3, 2, 0), (1, 2, -1)])
def test_rate_refuses_impossible_counts(hits: int, of: int, excluded: int):
    with pytest.raises(ValueError, match="counts"):
        Rate(hits, of, excluded)


def test_weighted_rate_follows_the_weights_it_is_given():
    rates = ThreeRates(response=Rate(1, 1), solution=Rate(1, 2), satisfaction=Rate(1, 3))

    assert rates.weighted((30, 35, 35)) == Fraction(30 * 6 + 35 * 3 + 35 * 2, 600)
    assert rates.weighted((10, 40, 50)) == Fraction(10 * 6 + 40 * 3 + 50 * 2, 600)


def test_weighted_rate_of_rates_without_cases_is_none():
    assert ThreeRates(Rate(1, 1), Rate(0, 0), Rate(1, 1)).weighted((30, 35, 35)) is None


@pytest.mark.parametrize(
    ("fraction", "places", "printed"),
    [
        (Fraction(2, 3), 1, "66.7%"),
        (Fraction(1, 2), 1, "50.0%"),
        (Fraction(1, 1), 0, "100%"),
        (Fraction(89995, 100000), 2, "90.00%"),
        (Fraction(125, 10000), 1, "1.3%"),
    ],
)
def test_percent_rounds_half_up(fraction: Fraction, places: int, printed: str):
    assert percent(fraction, places) == printed


def test_suppress_withholds_one_to_below_the_minimum():
    assert [suppress(number, MINIMUM) for number in range(7)] == [0, None, None, None, None, 5, 6]


def test_suppress_table_withholds_a_second_cell_of_row_and_column():
    assert suppress_table([[3, 20, 30], [40, 10, 60], [70, 80, 90]], MINIMUM) == PublicTable(
        cells=((None, None, 30), (None, None, 60), (70, 80, 90)),
        row_totals=(53, 110, 240),
        column_totals=(113, 110, 180),
        total=403,
    )


def test_suppress_table_rather_uses_what_is_withheld_already():
    assert suppress_table([[3, 9, 6], [50, 4, 6]], MINIMUM).cells == (
        (None, None, 6),
        (None, None, 6),
    )


def test_suppress_table_of_one_row_withholds_the_next_smallest():
    assert suppress_table([[3, 20, 7, 0]], MINIMUM).cells == ((None, 20, None, 0),)
    assert suppress_table([[3, 20, 7, 0]], MINIMUM).total == 30


def test_suppress_table_withholds_totals_where_nothing_else_is_left():
    assert suppress_table([[3, 0], [0, 100]], MINIMUM) == PublicTable(
        cells=((None, 0), (0, 100)),
        row_totals=(None, 100),
        column_totals=(None, 100),
        total=None,
    )


def test_suppress_table_shows_all_where_all_is_large_or_nothing():
    assert suppress_table([[5, 0], [0, 6]], MINIMUM) == PublicTable(
        cells=((5, 0), (0, 6)), row_totals=(5, 6), column_totals=(5, 6), total=11
    )


@given(tables)
def test_suppress_table_withholds_every_small_number_and_shows_no_wrong_one(
    table: list[list[int]],
):
    for number, public in zip(_flat(_with_totals(table)), _published(table), strict=True):
        assert public in (None, number)
        assert public is None or suppress(number, MINIMUM) == number


@given(tables)
def test_suppress_table_gives_no_withheld_number_away(table: list[list[int]]):
    """An attacker solves the published totals for the least and the most each could be."""
    published = _published(table)
    sums = _sums(len(table), len(table[0]))
    bounds = [(0, None) if number is None else (number, number) for number in published]

    for place, number in enumerate(published):
        if number is None:
            one = np.eye(len(published))[place]
            least, most = (
                linprog(sign * one, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds)
                for sign in (1, -1)
            )
            assert most.status == 3 or -most.fun - least.fun > 1.5  # 3: without bound


@given(tables)
def test_suppress_table_withholds_nothing_without_a_small_number(table: list[list[int]]):
    large = [[number * MINIMUM for number in row] for row in table]

    assert None not in _published(large)


def _with_totals(table: list[list[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _flat(table: list[list[int]]) -> Iterator[int]:
    return (number for row in table for number in row)


def _published(table: list[list[int]]) -> list[int | None]:
    public = suppress_table(table, MINIMUM)
    rows = [(*row, total) for row, total in zip(public.cells, public.row_totals, strict=True)]
    return [number for row in [*rows, (*public.column_totals, public.total)] for number in row]


def _sums(rows: int, columns: int) -> np.ndarray:
    """Return the equations of the flat table: each row and column less its total is nought."""
    places = np.array(list(product(range(rows + 1), range(columns + 1))))
    signs = [
        (places[:, axis] == line) * np.where(places[:, 1 - axis] == last, -1, 1)
        for axis, lines, last in ((0, rows + 1, columns), (1, columns + 1, rows))
        for line in range(lines)
    ]
    return np.array(signs)
