"""The courier's rounds: whoever listens is told, and letters go out, as soon as there is news."""

import datetime as dt
import logging
import traceback
from functools import partial
from threading import Event
from typing import Final

from django.db import connection
from django.utils import timezone

from guapeng.kernel.journal import relay
from guapeng.kernel.notices import courier
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

# The channel is that of the journal's migration 0003; the name is for who looks at the server.
_LISTEN: Final = "set application_name = 'guapeng courier'; listen guapeng_journal"
_SLICE_SECONDS: Final = 0.5
_SLICES: Final = 10  # repetitions and the end of quiet hours are not announced
_AFTER_FAULT_SECONDS: Final = 2

_log = logging.getLogger(__name__)


def keep_delivering(stop: Event) -> None:
    """Deliver until ``stop`` is set, within half a second of the news; survive a lost database."""
    while not stop.is_set():
        try:
            _make_rounds(stop)
        except Exception as error:  # noqa: BLE001  # the next round may do better
            _log.warning("the courier's round failed: %s", _where(error))
            connection.close()
            stop.wait(_AFTER_FAULT_SECONDS)
    connection.close()


def deliver(*, at: dt.datetime) -> int:
    """Tell whoever listens to the journal, and send what is due; return how much was done."""
    told = relay.deliver(at=at, within=partial(scope.acting, SYSTEM))
    return told + courier.send_due(at=at)


def _make_rounds(stop: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LISTEN)
    while not stop.is_set():
        if not deliver(at=timezone.now()):
            _wait_for_news(stop)


def _wait_for_news(stop: Event) -> None:
    for _slice in range(_SLICES):
        news = connection.connection.notifies(timeout=_SLICE_SECONDS, stop_after=1)
        if list(news) or stop.is_set():
            return


def _where(error: Exception) -> str:
    """Return the kind of error and where it happened; its message may quote people's data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__qualname__} in {frame.name}, line {frame.lineno}"
