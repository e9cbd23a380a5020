"""What workers do with lists: take those that came by the browser, and forget old files."""

import datetime as dt
import uuid

from django.utils import timezone
from procrastinate.contrib.django import app

from guapeng.kernel.clockwork import daily
from guapeng.kernel.exchange import runs
from guapeng.kernel.rules import queries as rules


@app.task(name="exchange.take", queue="lists")
def take(uid: str) -> None:
    """Take the file of a run; taken up again by another worker when this one is killed."""
    runs.take_run(uuid.UUID(uid), clock=timezone.now)


@daily(hour=4)
def forget(*, at: dt.datetime) -> int:
    """Delete files that lie longer than the rule allows; return how many."""
    days = rules.value("exchange.keep", on=timezone.localdate(at))["days"]
    return runs.forget_files(before=at - dt.timedelta(days=days))
