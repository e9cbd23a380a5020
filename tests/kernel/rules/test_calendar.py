import datetime as dt
from pathlib import Path

import pytest

from guapeng.kernel.rules import queries as rules
from guapeng.kernel.rules.imports import import_calendar
from guapeng.plain.unfit import Unfit

pytestmark = pytest.mark.django_db
NEW_YEAR = dt.date(2026, 1, 1)


def written(path: Path, *, rest: set[dt.date], days: int = 365) -> Path:
    rows = ["date,is_workday,kind,holiday"]
    for number in range(days):
        day = NEW_YEAR + dt.timedelta(days=number)
        works = day.isoweekday() <= 5 and day not in rest
        rows.append(f"{day},{int(works)},,")
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    return path


def test_year_without_a_notice_is_unknown() -> None:
    assert not rules.calendar().knows(NEW_YEAR)


def test_imported_year_is_known_and_its_holidays_rest(tmp_path: Path) -> None:
    import_calendar(written(tmp_path / "2026.csv", rest={NEW_YEAR}), source="测试")

    assert rules.calendar().knows(NEW_YEAR)
    assert not rules.calendar().is_workday(NEW_YEAR)


def test_corrected_notice_replaces_the_year_at_once(tmp_path: Path) -> None:
    import_calendar(written(tmp_path / "2026.csv", rest={NEW_YEAR}), source="测试")
    assert not rules.calendar().is_workday(NEW_YEAR)

    import_calendar(written(tmp_path / "2026.csv", rest=set()), source="更正")

    assert rules.calendar().is_workday(NEW_YEAR)


def test_incomplete_year_is_refused_and_nothing_is_imported(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="2026"):
        import_calendar(written(tmp_path / "2026.csv", rest=set(), days=300), source="测试")

    assert not rules.calendar().knows(NEW_YEAR)
