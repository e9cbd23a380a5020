import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.moments import NotAMoment, read_moment
from guapeng.plain.workdays import SHANGHAI

WANTED = dt.datetime(2024, 4, 16, 15, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-16 15:05",
        "2024-04-16T15:05:00.000",
        "2024/4/16 15:05",
        "2024.4.16 15:05:00",
        "2024年4月16日 15:05",
        "2024年4月16日15时5分",
        "2024年4月16日 下午3时5分",
        "2024-4-16 下午 3:05",
        "2024年4月16日 星期二 15:05",
        "20240416150500",
        "202404161505",
        "04/16/2024 03:05:00 PM",
        "２０２４－０４－１６　１５：０５",
        "2024-04-16T07:05:00Z",
        "2024-04-16 15:05:00+08:00",
        "45398.628472222",
    ],
)
def test_moment_is_read_however_it_is_written(text: str) -> None:
    assert read_moment(text) == WANTED


@pytest.mark.parametrize("text", ["2024-04-16", "20240416", "2024年4月16日", "4/16/2024", "45398"])
def test_day_is_its_beginning(text: str) -> None:
    assert read_moment(text) == dt.datetime(2024, 4, 16, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("12/25/2013 12:00:08 AM", 0),
        ("12/25/2013 12:00:08 PM", 12),
        ("2013-12-25 中午12:00:08", 12),
        ("2013-12-25 凌晨12:00:08", 0),
    ],
)
def test_twelve_is_noon_or_midnight_as_the_word_says(text: str, hour: int) -> None:
    assert read_moment(text).hour == hour


@pytest.mark.parametrize(
    "text",
    ["", "昨天", "25/12/2013", "2024-02-30", "2024-13-01", "15:05", "2024-04-16 25:00", "1", "无"],
)
def test_what_is_no_moment_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(NotAMoment, match=f"“{text}”"):
        read_moment(text)


@given(st.integers(0, 3_700_000_000))
def test_every_writing_of_a_moment_reads_as_the_same(seconds: int) -> None:
    moment = dt.datetime(1980, 1, 1) + dt.timedelta(seconds=seconds)  # noqa: DTZ001  # of a clock
    writings = {
        str(moment),
        f"{moment:%Y/%m/%d %H:%M:%S}",
        f"{moment:%Y年%m月%d日 %H时%M分%S秒}",
        f"{moment:%m/%d/%Y %I:%M:%S %p}",
        f"{moment:%Y%m%d%H%M%S}",
    }

    assert {read_moment(text) for text in writings} == {moment.replace(tzinfo=SHANGHAI)}
