"""Charts: what is drawn is what was counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.web import charts

amounts = st.integers(0, 10**9)


def test_longest_bar_fills_the_line_and_others_keep_their_share() -> None:
    chart = charts.bars([("道路", [400]), ("供水", [100]), ("其他", [0])], names=["件数"])

    assert [bar.parts[0].width for bar in chart.bars] == [100, 25, 0]
    assert [bar.parts[0].text for bar in chart.bars] == ["400", "100", "0"]


def test_bars_of_nothing_have_no_length() -> None:
    assert charts.bars([("道路", [0])], names=["件数"]).bars[0].parts[0].width == 0
    assert charts.bars([], names=["件数"]).bars == []


def test_line_runs_from_edge_to_edge_on_the_scale_of_its_ticks() -> None:
    chart = charts.lines(["4月", "5月", "6月"], [("收到", [0, 200, 100])])

    assert chart.lines[0].points == "0.00,100.00 50.00,0.00 100.00,50.00"
    assert [tick.text for tick in chart.ticks] == ["200", "150", "100", "50", "0"]
    assert [row.texts for row in chart.rows] == [["0"], ["200"], ["100"]]


def test_line_of_one_moment_is_drawn() -> None:
    assert charts.lines(["6月"], [("收到", [3])]).lines[0].points == "0.00,25.00"


def test_line_is_told_in_words_by_its_ends_and_its_peak() -> None:
    chart = charts.lines(["4月", "5月", "6月"], [("收到", [1, 9, 4]), ("办结", [0, 2, 5])])

    assert chart.says == "收到 4月 1 → 5月 9 → 6月 4；办结 4月 0 → 6月 5"


@pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 12, 53])
def test_marks_stand_under_their_moments_from_first_to_last(count: int) -> None:
    moments = [str(number) for number in range(count)]

    marks = charts.lines(moments, [("收到", [1] * count)]).marks

    assert len(marks) == min(count, 5)
    assert (marks[0].text, marks[-1].text) == (moments[0], moments[-1])
    for mark in marks:
        assert mark.x == pytest.approx(100 * int(mark.text) / max(1, count - 1), abs=0.01)


@given(amounts)
def test_ceiling_holds_the_amount_in_whole_steps_without_wasting_half(amount: int) -> None:
    top = charts.ceiling(amount)

    assert top >= amount
    assert (top / charts.TICKS).is_integer()
    assert amount < charts.TICKS or top <= 2 * amount


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "0"), (1234567, "1,234,567"), (93.62, "93.6"), (12.0, "12")]
)
def test_numbers_are_spelt_as_people_read_them(amount: float, words: str) -> None:
    assert charts.spelt(amount) == words
