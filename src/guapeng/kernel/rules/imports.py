"""Importing the working calendar: each year's notice of the State Council is data."""

import csv
from pathlib import Path

from django.core.cache import cache
from django.db import transaction

from guapeng.kernel.rules.models import CalendarDay
from guapeng.plain.unfit import Unfit, gettext_noop
from guapeng.plain.workdays import read_days


class NoText(Unfit):
    """The file is no table of the kind that calendars come in."""

    code = "calendar.no_text"
    wording = gettext_noop("读不了“%(file)s”：请用UTF-8编码的CSV")


@transaction.atomic
def import_calendar(path: Path, *, source: str) -> int:
    """Import a file with the columns ``date``, ``is_workday``, ``kind``, ``holiday``.

    Whole years only; a year imported again replaces what was known of it. Returns how many days
    were imported. Deadlines of open tasks keep the date that people were told.

    Raises:
        Unfit: the first row that cannot be right, with its number, or the file is no CSV in UTF-8;
            nothing is imported.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            days = read_days(lines)
    except (UnicodeDecodeError, csv.Error):
        raise NoText(file=path.name) from None
    CalendarDay.objects.filter(day__year__in={row.day.year for row in days}).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=row.day, is_workday=row.is_workday, holiday=row.holiday, source=source)
        for row in days
    )
    cache.delete("rules.calendar")
    return len(days)
