"""Reading the files of matters: which there are, whose they are, who opened them."""

import datetime as dt
from typing import Final

import orjson
from django.db.models import QuerySet

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.models import Attachment, Matter
from guapeng.kernel.people.actors import Actor, HeldPost

_ONE_SITTING: Final = dt.timedelta(hours=1)


def attachments_of(matter: Matter) -> QuerySet[Attachment]:
    """Return the matter's files in order, as far as the scope shows them.

    All of them to those involved; to others what was published.
    """
    return matter.attachments.select_related("blob", "step_taken").order_by("position", "id")


def find(pk: int) -> Attachment:
    """Return one file.

    Raises:
        Attachment.DoesNotExist: there is none, or the scope does not show it.
    """
    return Attachment.objects.select_related("blob", "matter").get(pk=pk)


def involves(matter: Matter) -> bool:
    """Tell whether the connection acts for somebody involved in the matter.

    Every matter has steps, and the database shows them to those involved alone.
    """
    return matter.steps_taken.exists()


def is_giver(attachment: Attachment, by: Actor) -> bool:
    """Tell whether ``by`` gave the file, under a name or as the asker whom nobody knows."""
    if attachment.by_id is None:
        return f"asker:{attachment.matter.uid}" in by.keys
    return attachment.by_id == by.person_id


def acting_as(by: Actor, matter: Matter) -> str:
    """Return the key by which ``by`` has to do with the matter; a post comes first."""
    own = f"person:{by.person_id}" if by.person_id else ""
    return next((_key(post) for post in _posts(by, matter)), own)


def may_publish(by: Actor, matter: Matter) -> bool:
    """Tell whether one of the actor's posts works on the matter."""
    return any(post.kind.may("w", "case_text") for post in _posts(by, matter))


def openings(matter: Matter, *, rows: int = 20) -> list[Entry]:
    """Return who opened files of the matter, the newest first. For those involved."""
    opened = Entry.objects.filter(subject=subject(matter), event="file.opened")
    return list(opened.order_by("-seq")[:rows])


def opened_lately(attachment: Attachment, *, by: Actor, at: dt.datetime) -> bool:
    """Tell whether the journal has noted within the hour that ``by`` opened the file."""
    opened = Entry.objects.filter(
        subject=subject(attachment.matter), event="file.opened", actor=by.person_id
    )
    lately = opened.filter(at__gt=at - _ONE_SITTING).values_list("data", flat=True)
    return any(orjson.loads(data)["attachment"] == attachment.pk for data in lately)


def subject(matter: Matter) -> str:
    """Return what the journal's lines about the matter's files are filed under."""
    return f"files:{matter.pk}"


def _posts(by: Actor, matter: Matter) -> list[HeldPost]:
    """Return the posts through which the actor handles the matter: its units', its places'."""
    if not by.posts:
        return []
    storeys = {matter.grid_id, matter.village_id, matter.township_id, matter.county_id}
    parts = matter.assignments.filter(withdrawn_at__isnull=True)
    bodies = set(parts.values_list("body_id", flat=True))
    return [
        post
        for post in by.posts
        if (post.acts_for_body and post.body_id in bodies)
        or (post.kind.sees_area("case_text") and not storeys.isdisjoint(post.places))
    ]


def _key(post: HeldPost) -> str:
    return f"body:{post.body_id}" if post.acts_for_body else post.key
