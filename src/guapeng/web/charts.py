"""Charts worked out by the server: plain numbers in, shapes out; no script, no library.

Bars are tables whose cells hold a bar, lines are one drawing and a table, so that a phone, a
screen reader and a printer can all read them.
"""

from collections.abc import Sequence
from math import floor, log10
from typing import Final, NamedTuple

TICKS: Final = 4
MARKS: Final = 5
STEPS: Final = (1, 2, 2.5, 3, 4, 5, 6, 8, 10)


class Part(NamedTuple):
    """One bar: its length in per cent of the longest, and its number in words."""

    width: float
    text: str


class Bar(NamedTuple):
    """One line of a bar chart."""

    label: str
    parts: list[Part]


class Bars(NamedTuple):
    """A bar chart, ready for ``<c-bars>``."""

    names: list[str]
    bars: list[Bar]


class Tick(NamedTuple):
    """A line of the grid: height from the top in per cent, and its number."""

    y: float
    text: str


class Line(NamedTuple):
    """One line of a line chart: ``points`` as SVG wants them, in a square of 100."""

    name: str
    points: str


class Mark(NamedTuple):
    """A word under the axis: how far along in per cent, and which end of it stands there."""

    x: float
    anchor: str
    text: str


class Row(NamedTuple):
    """The numbers of one moment, in words, in the order of the lines."""

    moment: str
    texts: list[str]


class Lines(NamedTuple):
    """A line chart, ready for ``<c-lines>``."""

    lines: list[Line]
    ticks: list[Tick]
    marks: list[Mark]
    rows: list[Row]
    says: str


def bars(rows: Sequence[tuple[str, Sequence[float]]], *, names: Sequence[str]) -> Bars:
    """Lay out amounts side by side.

    Args:
        rows: label and one amount (not negative) per name.
        names: what the amounts are, in order.
    """
    longest = max((amount for _, amounts in rows for amount in amounts), default=0) or 1
    return Bars(
        list(names),
        [
            Bar(
                label, [Part(round(100 * amount / longest, 1), spelt(amount)) for amount in amounts]
            )
            for label, amounts in rows
        ],
    )


def lines(moments: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> Lines:
    """Lay out amounts (not negative) over time.

    Args:
        moments: the words under the axis, oldest first; at least one.
        series: name and one amount per moment.
    """
    top = ceiling(max((amount for _, amounts in series for amount in amounts), default=0))
    return Lines(
        [Line(name, _points(amounts, top=top)) for name, amounts in series],
        [Tick(100 - 100 * n / TICKS, spelt(top * n / TICKS)) for n in range(TICKS, -1, -1)],
        _marks(moments),
        [
            Row(moment, [spelt(amounts[index]) for _, amounts in series])
            for index, moment in enumerate(moments)
        ],
        "；".join(f"{name} {_course(moments, amounts)}" for name, amounts in series),
    )


def ceiling(amount: float) -> float:
    """Return the smallest round number not below ``amount`` whose quarters are whole numbers.

    Nobody counts half a matter, so the grid's lines are whole: at least 1, 2, 3, 4.
    """
    size: int = 10 ** max(0, floor(log10(max(amount, TICKS) / TICKS)))
    steps = (size * step for step in STEPS if float(size * step).is_integer())
    return next(TICKS * step for step in steps if TICKS * step >= amount)


def spelt(amount: float) -> str:
    """Return a number as people read it: thousands apart, at most one decimal."""
    return f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,.1f}"


def _points(amounts: Sequence[float], *, top: float) -> str:
    step = 100 / max(1, len(amounts) - 1)
    return " ".join(
        f"{index * step:.2f},{100 - 100 * amount / top:.2f}" for index, amount in enumerate(amounts)
    )


def _marks(moments: Sequence[str]) -> list[Mark]:
    """Return at most five marks, the first and the last moment among them."""
    last = len(moments) - 1
    shown = min(len(moments), MARKS)
    indices = sorted({round(number * last / max(1, shown - 1)) for number in range(shown)})
    return [
        Mark(round(100 * index / max(1, last), 2), _anchor(index, last=last), moments[index])
        for index in indices
    ]


def _anchor(index: int, *, last: int) -> str:
    return {0: "start", last: "end"}.get(index, "middle")


def _course(moments: Sequence[str], amounts: Sequence[float]) -> str:
    """Say a line in words: where it begins, turns highest, and ends."""
    peak = max(range(len(amounts)), key=lambda index: amounts[index])
    told = dict.fromkeys((0, peak, len(amounts) - 1))
    return " → ".join(f"{moments[index]} {spelt(amounts[index])}" for index in sorted(told))
