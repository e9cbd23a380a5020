"""Delivering the journal to whoever listens. It is its own outbox: a cursor is all it takes.

Lines are numbered without gaps in the order of commit, so whoever has heard line 17 has missed
nothing before it. Each delivery is a transaction of its own: the listener may write in the
journal, which locks the chain, and nothing slow may follow that.
"""

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from django.db import transaction

from guapeng.kernel.journal.models import Cursor, Entry, Head, Retry
from guapeng.kernel.journal.subscribers import SUBSCRIBERS, Subscriber
from guapeng.plain.backoff import pause

Within = Callable[[], AbstractContextManager[object]]

_AT_ONCE: Final = 500

_log = logging.getLogger(__name__)


def deliver(*, at: dt.datetime, within: Within) -> int:
    """Tell every subscriber what it has not heard, and again what is due; return how many.

    ``within`` opens the setting in which listeners run, such as
    ``partial(scope.acting, SYSTEM)``: the journal knows nobody. Any number of workers may call
    this at once; a subscriber whom another worker is telling is left to it. After 500 entries a
    subscriber waits for the next call, so that one with much to read does not hold up the others.
    """
    Cursor.objects.bulk_create(
        [Cursor(subscriber=name) for name in SUBSCRIBERS], ignore_conflicts=True
    )
    return sum(
        _repeat(turn, subscriber, at=at, within=within)
        for subscriber in list(SUBSCRIBERS.values())
        for turn in (_tell_next, _tell_again)
    )


def _repeat(
    turn: Callable[[Subscriber, dt.datetime], bool],
    subscriber: Subscriber,
    *,
    at: dt.datetime,
    within: Within,
) -> int:
    """Take turns until nothing is left; return how many entries were told, taken or not."""
    for told in range(_AT_ONCE):
        # The setting outside: an error rolls back before the setting is restored.
        with within(), transaction.atomic(durable=True):
            if not turn(subscriber, at):
                return told
    return _AT_ONCE


def _tell_next(subscriber: Subscriber, at: dt.datetime) -> bool:
    """Tell the next entry and move the cursor past it; without one, past all that is unwanted."""
    locked = Cursor.objects.select_for_update(skip_locked=True)
    cursor = locked.filter(subscriber=subscriber.name).first()
    if cursor is None:
        return False
    end = Head.objects.get().seq  # before the look-up: what is written meanwhile stays ahead
    ahead = Entry.objects.filter(subscriber.wanted, seq__gt=cursor.seq, seq__lte=end)
    entry = ahead.order_by("seq").first()
    if entry and (error := _tell(subscriber, entry)):
        _put_off(subscriber, entry, error, attempts=1, at=at)
    cursor.seq = entry.seq if entry else end
    cursor.save(update_fields=["seq"])
    return entry is not None


def _tell_again(subscriber: Subscriber, at: dt.datetime) -> bool:
    """Tell the entry that has waited longest of those that are due again."""
    locked = Retry.objects.select_for_update(skip_locked=True)
    due = locked.filter(subscriber=subscriber.name, next_at__lte=at).order_by("next_at", "seq")
    retry = due.first()
    if retry is None:
        return False
    entry = Entry.objects.get(seq=retry.seq)
    if error := _tell(subscriber, entry):
        _put_off(subscriber, entry, error, attempts=retry.attempts + 1, at=at)
    else:
        retry.delete()
    return True


def _tell(subscriber: Subscriber, entry: Entry) -> Exception | None:
    """Call the listener in a savepoint; return what went wrong, if anything did."""
    try:
        with transaction.atomic():
            subscriber.listen(entry)
    except Exception as error:  # noqa: BLE001  # whatever it is, the next entries are told
        return error
    return None


def _put_off(
    subscriber: Subscriber, entry: Entry, error: Exception, *, attempts: int, at: dt.datetime
) -> None:
    where = _where(error)
    _log.warning("%s could not take entry %s: %s", subscriber.name, entry.seq, where)
    Retry.objects.update_or_create(
        subscriber=subscriber.name,
        seq=entry.seq,
        defaults={"attempts": attempts, "next_at": at + pause(attempts), "error": where},
    )


def _where(error: Exception) -> str:
    """Return the kind of error and the listener's line; its message may quote people's data."""
    listener = traceback.extract_tb(error.__traceback__)[:2][-1]
    return f"{type(error).__qualname__} in {listener.name}, line {listener.lineno}"
