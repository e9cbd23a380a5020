"""Carrying letters out: tried, tried again with longer and longer waits, given up in the end.

An attempt is written down before it is made. A worker that is killed between the two, or between
the sending and its note, makes one repetition, which devices and mailboxes know by its topic or id.
No transaction of the database is open while something is sent.
"""

import datetime as dt
import logging
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from guapeng.kernel.notices import channels, kinds, queries
from guapeng.kernel.notices.channels import Channel, Gone, Letter, Way
from guapeng.kernel.notices.models import Delivery, Preference, Subscription
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules import queries as rules
from guapeng.plain.backoff import pause

# A batch goes out eight at a time, ten seconds each at most. Begun within the first seconds of a
# call it is done before the first wait is over, so nobody takes up a letter that is on its way.
_AT_ONCE: Final = 32
_BEGINNING_SECONDS: Final = 5
_HANDS: Final = 8
_TOPIC_LENGTH: Final = 32
_NOT_IN_TOPIC: Final = re.compile(r"[^A-Za-z0-9_-]")

Stage = Delivery.Stage
_log = logging.getLogger(__name__)


class _Outing(NamedTuple):
    """A delivery that may go out now, with what it takes."""

    delivery: Delivery
    channel: Channel
    letter: Letter


def send_due(*, at: dt.datetime) -> int:
    """Send what is due, as far as anybody may be told now; return how many letters went out.

    Any number of workers may call this at once; each takes what no other has. With very many
    letters it returns after some seconds and wants to be called again.
    """
    sent = 0
    end = time.monotonic() + _BEGINNING_SECONDS
    with scope.acting(SYSTEM):
        while time.monotonic() < end and (due := _claim(at=at)):
            outings = [outing for outing in due if outing]
            with ThreadPoolExecutor(_HANDS) as hands:
                outcomes = list(hands.map(_attempt, outings))
            sent += _note(outings, outcomes, at=at)
    return sent


@transaction.atomic
def _claim(*, at: dt.datetime) -> list[_Outing | None]:
    """Take what is due from the pile; None stands for what cannot or must not go out now."""
    waiting = Delivery.objects.select_for_update(skip_locked=True, of=["self"]).filter(
        stage=Stage.WAITING, next_at__lte=at
    )
    soonest = waiting.select_related("notice").order_by("-notice__urgent", "next_at")
    due = list(soonest[:_AT_ONCE])
    outings = _prepared(due, at=at) if due else []
    Delivery.objects.bulk_update(due, ["stage", "attempts", "next_at"])
    return outings


def _prepared(due: Sequence[Delivery], *, at: dt.datetime) -> list[_Outing | None]:
    day = timezone.localdate(at)
    rule = rules.value("notices.delivery", on=day)
    preferences = queries.preferences_of({one.notice.person_id for one in due}, on=day)
    ways = _ways(due)
    return [
        _outing(one, way)
        if _may_go(one, way, preferences[one.notice.person_id], rule, at=at)
        else None
        for one in due
        for way in (ways.get((one.channel, one.notice.person_id, one.device_id)),)
    ]


def _ways(due: Sequence[Delivery]) -> dict[tuple[str, int, int | None], Way]:
    """Return how persons can be reached now, by channel, person and device."""
    return {
        (key, way.person_id, way.device_id): way
        for key, channel in channels.ready().items()
        if (people := {one.notice.person_id for one in due if one.channel == key})
        for way in channel.ways(people)
    }


def _may_go(
    delivery: Delivery,
    way: Way | None,
    preference: Preference,
    rule: Mapping[str, Any],
    *,
    at: dt.datetime,
) -> bool:
    """Decide, and write the decision on the delivery."""
    notice = delivery.notice
    is_old = at - notice.created_at > dt.timedelta(days=rule["old_days"])
    peace = at if notice.urgent else queries.quiet_hours(preference).over(at)
    if way is None or not notice.is_new or is_old or delivery.channel in preference.muted:
        delivery.stage = Stage.DROPPED
    elif delivery.attempts >= rule["attempts"]:
        delivery.stage = Stage.GIVEN_UP
    elif peace > at:
        delivery.next_at = peace
    else:
        delivery.attempts += 1
        delivery.next_at = at + pause(delivery.attempts)
        return True
    return False


def _outing(delivery: Delivery, way: Way | None) -> _Outing:
    assert way
    notice = delivery.notice
    letter = Letter(
        id=f"notice-{notice.pk}",
        topic=_NOT_IN_TOPIC.sub("-", notice.subject)[:_TOPIC_LENGTH],
        words=kinds.kind(notice.kind).outside,
        url=notice.url,
        number=notice.params.get("number", ""),
        urgent=notice.urgent,
        address=way.address,
    )
    return _Outing(delivery, channels.ready()[delivery.channel], letter)


def _attempt(outing: _Outing) -> Exception | None:
    """Send one letter; return what went wrong, if anything did."""
    try:
        outing.channel.send(outing.letter)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other letters go out
        return error
    return None


@transaction.atomic
def _note(
    outings: Sequence[_Outing], outcomes: Sequence[Exception | None], *, at: dt.datetime
) -> int:
    """Write down what became of the attempts; return how many succeeded."""
    gone = []
    for (delivery, channel, _letter), error in zip(outings, outcomes, strict=True):
        if error is None:
            delivery.stage, delivery.sent_at = Stage.SENT, at
        else:
            # The kind only: a message may quote an address.
            delivery.error = type(error).__qualname__
            _log.warning("%s could not be delivered: %s", channel.key, delivery.error)
        if isinstance(error, Gone):
            delivery.stage = Stage.DROPPED
            gone.append(delivery.device_id)
    Delivery.objects.bulk_update(
        [outing.delivery for outing in outings], ["stage", "sent_at", "error"]
    )
    Subscription.objects.filter(pk__in=[id_ for id_ in gone if id_]).delete()
    return outcomes.count(None)
