"""Telling people, ending what needs nobody any more, and what people choose about it."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson
from django.db import connection, transaction

from guapeng.kernel.notices import channels, queries
from guapeng.kernel.notices.models import Delivery, Notice, Preference, Subscription
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Account

_TELL = """
insert into notices_notice
    (person_id, key, kind, params, subject, until, url, urgent, created_at)
select person_id, %(key)s, %(kind)s, %(params)s, %(subject)s, %(until)s, %(url)s, %(urgent)s, %(at)s
from unnest(%(people)s::bigint[]) as person_id
on conflict (person_id, key) do nothing returning person_id, id
"""


def notify(
    person_ids: Collection[int],
    *,
    key: str,
    kind: str,
    subject: str,
    url: str,
    at: dt.datetime,
    params: Mapping[str, Any] | None = None,
    until: str = "",
    urgent: bool = False,
) -> int:
    """Tell persons one thing, each once whatever happens; return how many did not know it.

    Persons who cannot sign in are left out. What goes out by channels waits for the worker:
    nothing is sent within the caller's transaction. For the clockwork and the kernel, which see
    all rows; ``params`` hold nothing personal (see ``Notice``).
    """
    people = Account.objects.filter(person_id__in=person_ids, is_active=True)
    told: dict[str, Any] = {
        "people": list(people.values_list("person_id", flat=True)),
        "key": key,
        "kind": kind,
        "params": orjson.dumps(dict(params or {})).decode(),
        "subject": subject,
        "until": until,
        "url": url,
        "urgent": urgent,
        "at": at,
    }
    if not told["people"]:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_TELL, told)
        fresh = dict(cursor.fetchall())
    Delivery.objects.bulk_create(_deliveries(fresh, urgent=urgent, at=at))
    return len(fresh)


def settle(*, subject: str, at: dt.datetime, but: Collection[str] = ()) -> int:
    """End the notices about ``subject`` that wait for something, ``but`` for what is still open.

    Return how many were ended. What was not sent yet will not be.
    """
    open_ = Notice.objects.filter(subject=subject, settled_at=None)
    return open_.exclude(until="").exclude(until__in=but).update(settled_at=at)


def supersede(person_ids: Collection[int], *, subject: str, at: dt.datetime) -> int:
    """End the mere information about ``subject`` that persons had, for there is newer."""
    open_ = Notice.objects.filter(subject=subject, settled_at=None, until="")
    return open_.filter(person_id__in=person_ids).update(settled_at=at)


def open_notice(notice: Notice, *, at: dt.datetime) -> None:
    """Note that its person has read a notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def open_all(*, by: Actor, at: dt.datetime) -> int:
    """Note that a person has read all that is new; return how many there were."""
    new = Notice.objects.filter(person_id=by.known_person, is_new=True)
    return new.update(read_at=at)


def choose(
    *, by: Actor, muted: Collection[str], quiet_from: dt.time, quiet_until: dt.time
) -> Preference:
    """Keep how a person wants to be told."""
    chosen = {"muted": sorted(muted), "quiet_from": quiet_from, "quiet_until": quiet_until}
    return Preference.objects.update_or_create(person_id=by.known_person, defaults=chosen)[0]


def subscribe(*, by: Actor, at: dt.datetime, endpoint: str, p256dh: str, auth: str) -> Subscription:
    """Let a browser take web push for a person; it takes none for whoever had it before."""
    with transaction.atomic(), scope.trusted():
        Subscription.objects.filter(endpoint=endpoint).exclude(person_id=by.known_person).delete()
        return Subscription.objects.update_or_create(
            endpoint=endpoint,
            defaults={"p256dh": p256dh, "auth": auth},
            create_defaults={
                "person_id": by.known_person,
                "p256dh": p256dh,
                "auth": auth,
                "added_at": at,
            },
        )[0]


def _deliveries(fresh: Mapping[int, int], *, urgent: bool, at: dt.datetime) -> Iterator[Delivery]:
    """Yield one delivery for each way in which one of the persons can be reached."""
    preferences = queries.preferences_of(fresh.keys(), on=at.date()) if fresh else {}
    for key, channel in channels.ready().items():
        for way in channel.ways(fresh.keys()):
            preference = preferences[way.person_id]
            if key not in preference.muted:
                yield Delivery(
                    notice_id=fresh[way.person_id],
                    channel=key,
                    device_id=way.device_id,
                    next_at=at if urgent else queries.quiet_hours(preference).over(at),
                )
