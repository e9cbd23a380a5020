"""Response, solution and satisfaction rates, and counts that are too small to print.

The three rates (三率) are those of hotline practice: answered in time of those due, called solved
of the residents asked, called satisfactory of the residents asked. Cases outside anybody's duty
and unreasonable ones are left out and counted beside. They describe work, never rank villages or
people. Fractions are exact; nothing is rounded before it is printed.

A count of few people in a public table can point to one of them; so can a total minus the other
counts. ``suppress_table`` withholds both.
"""

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Self


@dataclass(frozen=True)
class Rate:
    """So many of so many, with those that were left out.

    ``a + b`` is the rate of both groups together.

    Attributes:
        hits: cases that count for the rate.
        of: cases it is a rate of, at least ``hits``.
        excluded: cases left out of both.
    """

    hits: int
    of: int
    excluded: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of or self.excluded < 0:
            raise ValueError("a rate counts at least 0 and at most all")

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.hits + other.hits, self.of + other.of, self.excluded + other.excluded
        )

    @property
    def fraction(self) -> Fraction | None:
        """The exact rate; ``None`` of no cases, which is neither good nor bad."""
        return Fraction(self.hits, self.of) if self.of else None


@dataclass(frozen=True)
class ThreeRates:
    """Response, solution and satisfaction of the same cases."""

    response: Rate
    solution: Rate
    satisfaction: Rate

    def weighted(self, weights: tuple[int, int, int]) -> Fraction | None:
        """Return the mean by ``weights`` (a dated rule, such as 30, 35, 35), 0 to 1.

        ``None`` if one of the three has no cases: a mean of the others would be another measure.
        """
        rates = (self.response.fraction, self.solution.fraction, self.satisfaction.fraction)
        known = [rate for rate in rates if rate is not None]
        if len(known) < len(rates):
            return None
        parts = (rate * weight for rate, weight in zip(known, weights, strict=True))
        return sum(parts, Fraction()) / sum(weights)


def percent(fraction: Fraction, places: int = 1) -> str:
    """Return a fraction as printed, rounded half up: ``66.7%``."""
    rounded = floor(fraction * 10 ** (places + 2) + Fraction(1, 2))
    return f"{Decimal(rounded).scaleb(-places)}%"


def suppress(number: int, minimum: int) -> int | None:
    """Return a count to print; ``None`` for one of 1 to ``minimum`` - 1. Zero is nobody."""
    return None if 0 < number < minimum else number


@dataclass(frozen=True)
class PublicTable:
    """Counts with their totals; ``None`` where one is withheld."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def suppress_table(counts: Sequence[Sequence[int]], minimum: int) -> PublicTable:
    """Withhold every count and total of 1 to ``minimum`` - 1, and what would give it away.

    A list of counts with one total is a table of one row. Which others are withheld costs the
    reader least, cell by cell: the smallest sum of counts, so totals last. From what is left,
    no withheld number follows, even if all are known to be whole and not negative: each could
    be one more and one less. (D. Gusfield, "A graph theoretic approach to statistical data
    security", SIAM J. Comput. 17, 1988: cells are edges between their row and their column,
    and a withheld one is safe exactly when it lies on a ring of withheld ones.)
    """
    table = [[*row, sum(row)] for row in counts]
    table.append([sum(column) for column in zip(*table, strict=True)])
    withheld = {
        (row, column)
        for row, line in enumerate(table)
        for column, number in enumerate(line)
        if suppress(number, minimum) is None
    }
    for place in sorted(withheld):
        withheld.update(_ring(table, withheld, place))
    shown = [
        tuple(None if (row, column) in withheld else number for column, number in enumerate(line))
        for row, line in enumerate(table)
    ]
    *rows, bottom = shown
    return PublicTable(
        cells=tuple(row[:-1] for row in rows),
        row_totals=tuple(row[-1] for row in rows),
        column_totals=bottom[:-1],
        total=bottom[-1],
    )


_Place = tuple[int, int]


def _ring(
    table: Sequence[Sequence[int]], withheld: Collection[_Place], place: _Place
) -> list[_Place]:
    """Return the places that close the cheapest ring through ``place`` (Dijkstra).

    Withheld places cost nothing, a count its number, a zero cannot be used: it could not be less.
    There always is a ring, for a count that is not zero has totals that are not.
    """
    row, goal = place
    queue: list[tuple[int, bool, int, list[_Place]]] = [(0, True, row, [])]
    reached: set[tuple[bool, int]] = set()
    while queue:
        cost, is_row, line, path = heapq.heappop(queue)
        if (is_row, line) == (False, goal):
            return path
        if (is_row, line) in reached:
            continue
        reached.add((is_row, line))
        for crossing, other in _crossings(table, line, is_row=is_row):
            number = table[crossing[0]][crossing[1]]
            if number and crossing != place:
                price = 0 if crossing in withheld else number
                heapq.heappush(queue, (cost + price, not is_row, other, [*path, crossing]))
    raise AssertionError("a count that is not zero lies on a ring with its totals")


def _crossings(
    table: Sequence[Sequence[int]], line: int, *, is_row: bool
) -> Iterator[tuple[_Place, int]]:
    """Yield the places on a row with their columns, or on a column with their rows."""
    if is_row:
        return (((line, column), column) for column in range(len(table[0])))
    return (((row, line), row) for row in range(len(table)))
