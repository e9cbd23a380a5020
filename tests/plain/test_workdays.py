from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.workdays import (
    SHANGHAI,
    Calendar,
    CalendarDay,
    Deadline,
    KindDisagrees,
    Limit,
    MissingColumn,
    NotADay,
    NotAFlag,
    NotALimit,
    RepeatedDay,
    Unit,
    YearIncomplete,
    due,
    extend,
    read_days,
)

# The State Council's notice for 2026: rest on weekdays, work on weekends (调休).
REST_2026 = [
    "2026-01-01",
    "2026-01-02",
    "2026-02-16",
    "2026-02-17",
    "2026-02-18",
    "2026-02-19",
    "2026-02-20",
    "2026-02-23",
    "2026-04-06",
    "2026-05-01",
    "2026-05-04",
    "2026-05-05",
    "2026-06-19",
    "2026-09-25",
    "2026-10-01",
    "2026-10-02",
    "2026-10-05",
    "2026-10-06",
    "2026-10-07",
]
WORK_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def announced_2026() -> dict[date, bool]:
    days = {day: day.isoweekday() <= 5 for day in days_of(2026)}
    days |= {date.fromisoformat(day): False for day in REST_2026}
    return days | {date.fromisoformat(day): True for day in WORK_2026}


CALENDAR = Calendar.of(announced_2026(), source="notice for 2026")
NOTHING_KNOWN = Calendar.of({}, source="none")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def last_day(start: str, limit: str, calendar: Calendar = CALENDAR) -> str:
    return due(local(start), Limit.parse(limit), calendar).last_day().isoformat()


moments = st.builds(
    datetime.combine,
    st.dates(date(2026, 1, 1), date(2026, 10, 1)),
    st.times(),
    tzinfo=st.just(SHANGHAI),
)
amounts = st.integers(1, 40)
limits = st.builds(Limit, amounts, st.sampled_from(Unit))
day_limits = st.builds(Limit, amounts, st.sampled_from([Unit.DAYS, Unit.WORKDAYS]))


def with_rest_on(*more: date) -> Calendar:
    return Calendar(CALENDAR.workdays.difference(more), CALENDAR.rest_days.union(more), "more rest")


def test_calendar_follows_the_notice_for_holidays_and_adjusted_weekends():
    assert not CALENDAR.is_workday(date(2026, 10, 1))
    assert CALENDAR.is_workday(date(2026, 10, 10))
    assert sum(map(CALENDAR.is_workday, days_of(2026))) == 248


def test_calendar_knows_only_years_of_which_every_day_is_announced():
    without_last_day = dict.fromkeys(days_of(2026)[:-1], True)

    assert CALENDAR.knows(date(2026, 7, 1))
    assert not CALENDAR.knows(date(2027, 1, 1))
    assert Calendar.of(without_last_day, source="torn").years == frozenset()


def test_calendar_counts_monday_to_friday_where_nothing_is_announced():
    assert NOTHING_KNOWN.is_workday(date(2026, 10, 2))
    assert not NOTHING_KNOWN.is_workday(date(2026, 10, 10))


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-09-29 08:00", "1wd", "2026-09-30"),
        ("2026-09-30 08:00", "1wd", "2026-10-08"),
        ("2026-09-30 23:59", "3wd", "2026-10-10"),
        ("2026-10-03 08:00", "1wd", "2026-10-08"),
        ("2026-05-08 17:00", "1wd", "2026-05-09"),
        ("2026-03-02 09:00", "7d", "2026-03-09"),
        ("2026-09-24 09:00", "7d", "2026-10-08"),
        ("2026-02-07 09:00", "7d", "2026-02-14"),
        ("2026-03-01 09:00", "6d", "2026-03-09"),
    ],
    ids=[
        "next working day",
        "over the National Day week",
        "a working Saturday counts",
        "start on a rest day",
        "adjusted Saturday is the last day",
        "natural days count weekends",
        "natural days ending on a holiday move on",
        "natural days ending on an adjusted Saturday do not",
        "natural days ending on a Saturday move to Monday",
    ],
)
def test_due_in_days_ends_with_the_day_that_law_names(start: str, limit: str, expected: str):
    assert last_day(start, limit) == expected


def test_due_in_days_ends_at_midnight_local_time():
    assert due(local("2026-03-02 09:00"), Limit(1, Unit.WORKDAYS), CALENDAR) == Deadline(
        datetime(2026, 3, 3, 16, tzinfo=UTC), provisional=False
    )


def test_due_counts_days_of_the_local_date_not_of_the_utc_date():
    just_after_midnight = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)

    assert due(just_after_midnight, Limit(1, Unit.WORKDAYS), CALENDAR).last_day() == date(
        2026, 3, 4
    )


def test_due_in_hours_runs_through_the_holidays():
    assert due(local("2026-09-30 23:30"), Limit(2, Unit.HOURS), CALENDAR).at == local(
        "2026-10-01 01:30"
    )
    assert due(local("2026-09-30 23:30"), Limit(30, Unit.MINUTES), CALENDAR).at == local(
        "2026-10-01 00:00"
    )


def test_due_refuses_a_start_without_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        due(local("2026-03-02").replace(tzinfo=None), Limit(1, Unit.HOURS), CALENDAR)


@pytest.mark.parametrize(
    ("start", "limit", "provisional"),
    [
        ("2026-12-30 09:00", "1wd", False),
        ("2026-12-30 09:00", "2wd", True),
        ("2025-12-31 09:00", "1wd", False),
        ("2025-12-30 09:00", "1wd", True),
        ("2025-12-30 09:00", "2wd", True),
        ("2025-12-01 09:00", "40d", False),
        ("2026-12-30 09:00", "9d", True),
        ("2026-12-30 09:00", "240h", False),
    ],
)
def test_due_is_provisional_if_a_day_it_asked_about_is_unannounced(
    start: str, limit: str, *, provisional: bool
):
    assert due(local(start), Limit.parse(limit), CALENDAR).provisional is provisional


@given(moments, limits, st.sampled_from(days_of(2026)))
def test_due_is_lengthened_or_kept_but_never_shortened_by_a_holiday(
    start: datetime, limit: Limit, holiday: date
):
    assert due(start, limit, with_rest_on(holiday)).at >= due(start, limit, CALENDAR).at


@given(moments, day_limits)
def test_due_in_days_moves_when_its_last_day_becomes_a_holiday(start: datetime, limit: Limit):
    before = due(start, limit, CALENDAR)

    assert due(start, limit, with_rest_on(before.last_day())).at > before.at


@given(moments, moments, limits)
def test_due_is_never_earlier_for_a_later_start(start: datetime, other: datetime, limit: Limit):
    earlier, later = sorted([start, other])

    assert due(earlier, limit, CALENDAR).at <= due(later, limit, CALENDAR).at


@given(moments, amounts, st.sampled_from(Unit))
def test_due_is_never_earlier_for_a_larger_amount(start: datetime, amount: int, unit: Unit):
    shorter, longer = (due(start, Limit(size, unit), CALENDAR) for size in (amount, amount + 1))

    assert start < shorter.at <= longer.at


@given(moments, amounts)
def test_due_in_working_days_spans_exactly_that_many(start: datetime, amount: int):
    last = due(start, Limit(amount, Unit.WORKDAYS), CALENDAR).last_day()

    spanned = [day for day in days_of(2026) if start.date() < day <= last]
    assert sum(map(CALENDAR.is_workday, spanned)) == amount
    assert CALENDAR.is_workday(last)


@given(moments, amounts)
def test_due_in_natural_days_ends_on_the_first_working_day_not_before_the_count(
    start: datetime, amount: int
):
    last = due(start, Limit(amount, Unit.DAYS), CALENDAR).last_day()

    counted = start.date() + timedelta(days=amount)
    passed_over = [day for day in days_of(2026) if counted <= day < last]
    assert last >= counted
    assert CALENDAR.is_workday(last)
    assert not any(map(CALENDAR.is_workday, passed_over))


@given(moments, amounts, amounts, st.sampled_from([Unit.MINUTES, Unit.HOURS, Unit.WORKDAYS]))
def test_extend_gives_what_both_limits_together_would_have_given(
    start: datetime, first: int, more: int, unit: Unit
):
    extended = extend(due(start, Limit(first, unit), CALENDAR), Limit(more, unit), CALENDAR)

    assert extended == due(start, Limit(first + more, unit), CALENDAR)


def test_extend_by_natural_days_counts_from_the_last_day():
    deadline = due(local("2026-03-02 09:00"), Limit(1, Unit.DAYS), CALENDAR)

    assert extend(deadline, Limit(7, Unit.DAYS), CALENDAR).last_day() == date(2026, 3, 10)


def test_extend_keeps_a_deadline_provisional():
    deadline = due(local("2025-12-30 09:00"), Limit(1, Unit.WORKDAYS), CALENDAR)

    assert extend(deadline, Limit(1, Unit.HOURS), CALENDAR).provisional
    assert extend(deadline, Limit(3, Unit.WORKDAYS), CALENDAR).provisional


@given(limits)
def test_limit_reads_what_it_writes(limit: Limit):
    assert Limit.parse(str(limit)) == limit
    assert Limit.parse(limit.in_words) == limit


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("30m", Limit(30, Unit.MINUTES), "30分钟"),
        ("２Ｈ", Limit(2, Unit.HOURS), "2小时"),
        ("7 个自然日", Limit(7, Unit.DAYS), "7天"),
        ("5个工作日", Limit(5, Unit.WORKDAYS), "5个工作日"),
    ],
)
def test_limit_is_read_as_people_write_it(text: str, limit: Limit, words: str):
    assert Limit.parse(text) == limit
    assert limit.in_words == words


@pytest.mark.parametrize("text", ["", "5", "0d", "-5d", "5 weeks", "1.5h", "99999d", "wd"])
def test_limit_refuses_other_text(text: str):
    with pytest.raises(NotALimit) as refusal:
        Limit.parse(text)

    assert refusal.value.given == {"text": text}


HEADING = "date,iso_weekday,is_workday,kind,holiday,in_lieu"


def file_of(*rows: str) -> list[str]:
    """Return a file of the year 2026 in which ``rows`` replace the days they are about."""
    replaced = {row[:10] for row in rows}
    ordinary = (
        f"{day},{day.isoweekday()},{int(works)},," for day, works in announced_2026().items()
    )
    return [HEADING, *rows, *(row for row in ordinary if row[:10] not in replaced)]


def test_read_days_gives_every_day_with_what_the_file_says_of_it():
    days = read_days(file_of("2026-10-01,4,0,public_holiday,国庆节,0"))

    assert days[0] == CalendarDay(date(2026, 10, 1), False, "public_holiday", "国庆节")
    assert Calendar.of({row.day: row.is_workday for row in days}, source="notice for 2026") == (
        CALENDAR
    )


def test_read_days_needs_two_columns_only():
    lines = ["date,is_workday", *(f"{day},1" for day in days_of(2028))]

    assert [row.day for row in read_days(lines)] == days_of(2028)


@pytest.mark.parametrize(
    ("rows", "fault", "message"),
    [
        (["2026-13-01,1,1,,"], NotADay, "第2行：日期“2026-13-01”应写成 2026-10-01 的形式"),
        (
            ["2026-01-01,4,否,,"],
            NotAFlag,
            "第2行：is_workday 应为 1（上班）或 0（休息），这里是“否”",
        ),
        (
            ["2026-01-01,4,1,public_holiday,"],
            KindDisagrees,
            "第2行：kind 为“public_holiday”，与 is_workday 不符",
        ),
        (["2026-01-01,4,1,feast,"], KindDisagrees, "第2行：kind 为“feast”，与 is_workday 不符"),
        (["2026-01-01,4,0,,", "2026-01-01,4,0,,"], RepeatedDay, "第3行：2026-01-01 重复"),
        (["2025-01-01,3,0,,"], YearIncomplete, "2025年不完整：缺少 2025-01-02"),
    ],
)
def test_read_days_names_the_row_that_is_wrong(
    rows: list[str], fault: type[Exception], message: str
):
    with pytest.raises(fault) as refusal:
        read_days(file_of(*rows))

    assert str(refusal.value) == message


def test_read_days_names_the_missing_column():
    with pytest.raises(MissingColumn) as refusal:
        read_days(["date,kind", "2026-01-01,workday"])

    assert str(refusal.value) == "第1行缺少“is_workday”列"
