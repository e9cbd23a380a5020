"""Days, moments and deadlines in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from guapeng.web import words

NOW = datetime(2026, 6, 3, 1, 30, tzinfo=UTC)  # 09:30 in the village


@pytest.mark.parametrize(
    ("left", "text", "tone"),
    [
        (timedelta(days=5, hours=3), "还有5天", "quiet"),
        (timedelta(days=1, hours=23), "还有1天", "quiet"),
        (timedelta(days=1), "还有1天", "waiting"),
        (timedelta(hours=7, minutes=59), "还有7小时", "waiting"),
        (timedelta(minutes=20), "还有20分钟", "waiting"),
        (timedelta(0), "还有1分钟", "waiting"),
        (timedelta(seconds=-1), "已超1分钟", "overdue"),
        (timedelta(hours=-3), "已超3小时", "overdue"),
        (timedelta(days=-2, hours=-5), "已超2天", "overdue"),
    ],
)
def test_due_says_what_is_left_or_how_long_it_is_over(
    left: timedelta, text: str, tone: str
) -> None:
    due = words.due(NOW + left, at=NOW)

    assert (due.text, due.tone) == (text, tone)


def test_due_names_the_moment_in_local_time_and_for_machines() -> None:
    due = words.due(NOW + timedelta(days=2), at=NOW)

    assert due.until == "6月5日 09:30"
    assert due.iso == "2026-06-05T01:30:00+00:00"


def test_day_bears_its_year_only_when_it_is_another() -> None:
    assert words.day(date(2026, 12, 31), at=NOW) == "12月31日"
    assert words.day(date(2027, 1, 1), at=NOW) == "2027年1月1日"


def test_year_turns_at_the_village_s_midnight() -> None:
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # already 2027 in the village

    assert words.moment(new_year, at=new_year) == "1月1日 00:30"


def test_day_reads_in_english_too() -> None:
    with override("en"):
        assert words.day(date(2026, 6, 3), at=NOW) == "3 Jun"
        assert words.day(date(2027, 6, 3), at=NOW) == "3 Jun 2027"


def test_shipped_names_are_read_in_english_and_others_stay() -> None:
    with override("en"):
        assert words.named("供暖不热") == "Heating too cold"
        assert words.named("温都尔额日格社区") == "温都尔额日格社区"
        assert words.named("") == ""
    assert words.named("供暖不热") == "供暖不热"


def test_end_of_a_day_belongs_to_that_day() -> None:
    noon = datetime(2026, 6, 1, 4, tzinfo=UTC)

    assert words.deadline(datetime(2026, 6, 3, 16, tzinfo=UTC), at=noon) == "6月3日 24:00"
    assert words.deadline(datetime(2026, 6, 3, 16, 1, tzinfo=UTC), at=noon) == "6月4日 00:01"
