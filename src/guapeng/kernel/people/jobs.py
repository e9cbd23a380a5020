"""What the clock does with what is held about people."""

import datetime as dt

from guapeng.kernel.clockwork import daily
from guapeng.kernel.people import actions
from guapeng.kernel.people.models import BrowserSession


@daily(hour=3)
def forget_households(*, at: dt.datetime) -> int:
    """Delete households whose time in the ledger is over; return how many."""
    return actions.forget_households(at=at)


@daily(hour=4)
def forget_sessions(*, at: dt.datetime) -> int:
    """Delete sessions that have ended; return how many."""
    return BrowserSession.objects.filter(expire_date__lt=at).delete()[0]
