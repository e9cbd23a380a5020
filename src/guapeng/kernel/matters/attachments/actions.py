"""Giving files with a step, opening them, publishing pictures."""

import datetime as dt
import uuid as uuids
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guapeng.kernel.files import actions as files
from guapeng.kernel.files.actions import Kept
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.attachments import queries
from guapeng.kernel.matters.errors import GivenRefused, StepRefused
from guapeng.kernel.matters.forms import StepForm
from guapeng.kernel.matters.models import Attachment, Matter, StepTaken, Visibility
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.rules import queries as rules


class TooManyFiles(GivenRefused):
    """The matter would have more files than the rule allows; nothing was kept."""

    status = 422

    def __init__(self, most: int) -> None:
        super().__init__(_("一件事最多%(most)d个附件，请先选重要的") % {"most": most})


class NotPublishable(StepRefused):
    """Not a picture, or its matter is not public."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("只有公开事项的照片可以公开"))


class NotPublisher(StepRefused):
    """Only somebody who handles the matter publishes."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("由经办人决定照片是否公开"))


@transaction.atomic
def take(
    step_key: str,
    matter: Matter,
    form: StepForm,
    *,
    by: Actor,
    at: dt.datetime,
    uid: uuids.UUID | None = None,
) -> Matter:
    """Take a step with what a valid form holds; its files are kept with it, or not at all.

    Raises:
        StepRefused: as ``engine.take``, or too many files.
    """
    kept = files.keep_all(form.uploads, at=at)
    taken = engine.take(step_key, matter, by=by, at=at, uid=uid, **form.given)
    attach(taken, kept, by=by, at=at)
    return taken


@transaction.atomic
def attach(
    matter: Matter,
    kept: Sequence[Kept],
    *,
    by: Actor,
    at: dt.datetime,
    step: StepTaken | None = None,
) -> list[Attachment]:
    """Add kept contents to ``matter`` and return the new ones, in order.

    Call it in the transaction of the step, after ``files.keep_all`` and the step itself. ``step``
    is the one that was taken last where none is given; files stand under the name of whoever took
    it. What the matter has already is not added again, so a resend changes nothing.

    Raises:
        TooManyFiles: more than the rule ``matters.attachments`` allows.
    """
    if not kept:
        return []
    with scope.trusted():
        Matter.objects.select_for_update().get(pk=matter.pk)
        step = step or matter.steps_taken.order_by("-id").first()
        new = _new(matter, kept, step, by=by, at=at)
        Attachment.objects.bulk_create(new)
    if new:
        journal.write(_attached(matter, new, step))
    return new


@transaction.atomic
def note_opening(attachment: Attachment, *, by: Actor, at: dt.datetime) -> None:
    """Write into the journal that somebody opens a file; its giver may do so unnoticed."""
    if queries.is_giver(attachment, by):
        return
    journal.write(
        journal.Told(
            event="file.opened",
            subject=queries.subject(attachment.matter),
            at=at,
            actor=by.person_id,
            acting_as=queries.acting_as(by, attachment.matter),
            data={"attachment": attachment.pk},
        )
    )


def publish(attachment: Attachment, *, by: Actor, at: dt.datetime) -> None:
    """Let everybody see a copy of the picture, drawn anew.

    Raises:
        NotPublishable: no picture, or the matter is not public.
        NotPublisher: ``by`` does not handle the matter.
    """
    _decide(attachment, by=by, at=at, published=True)


def withhold(attachment: Attachment, *, by: Actor, at: dt.datetime) -> None:
    """Take a picture back from the public.

    Raises:
        NotPublisher: ``by`` does not handle the matter.
    """
    _decide(attachment, by=by, at=at, published=False)


def _new(
    matter: Matter, kept: Sequence[Kept], step: StepTaken | None, *, by: Actor, at: dt.datetime
) -> list[Attachment]:
    known = set(matter.attachments.values_list("blob_id", flat=True))
    fresh = {one.blob.pk: one for one in kept if one.blob.pk not in known}
    most = rules.value("matters.attachments", on=timezone.localdate(at))["most"]
    if len(known) + len(fresh) > most:
        raise TooManyFiles(most)
    giver = step.by_id if step else by.person_id
    return [
        Attachment(
            matter=matter,
            blob=one.blob,
            step_taken=step,
            name=one.name,
            position=position,
            by_id=giver,
            at=at,
        )
        for position, one in enumerate(fresh.values(), start=len(known) + 1)
    ]


def _attached(matter: Matter, new: Sequence[Attachment], step: StepTaken | None) -> journal.Told:
    """Return the line that holds the contents' hashes in the chain, by their digest."""
    count = len(new)
    return journal.Told(
        event="file.attached",
        subject=queries.subject(matter),
        at=new[0].at,
        actor=new[0].by_id,
        acting_as=step.acting_as if step else "",
        says=ngettext("附上%(count)d个文件", "附上%(count)d个文件", count) % {"count": count},
        data={"attachments": [one.pk for one in new], "step": step and step.pk},
        given={"sha256": [one.blob_id for one in new]},
    )


@transaction.atomic
def _decide(attachment: Attachment, *, by: Actor, at: dt.datetime, published: bool) -> None:
    matter = attachment.matter
    if not queries.may_publish(by, matter):
        raise NotPublisher
    if published and not (attachment.blob.is_image and matter.visibility == Visibility.PUBLIC):
        raise NotPublishable
    with scope.trusted():
        changed = Attachment.objects.filter(
            pk=attachment.pk, published_at__isnull=published
        ).update(
            published_at=at if published else None,
            published_by=by.person_id if published else None,
        )
    if changed:
        journal.write(
            journal.Told(
                event="file.published" if published else "file.withheld",
                subject=queries.subject(matter),
                at=at,
                actor=by.person_id,
                acting_as=queries.acting_as(by, matter),
                data={"attachment": attachment.pk},
            )
        )
