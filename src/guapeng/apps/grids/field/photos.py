"""Photographs come in pieces, so that a weak signal need not carry one at once."""

import datetime as dt
import hashlib
import io
import uuid as uuids
from typing import Final

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.grids.field.records import RecordRefused
from guapeng.apps.grids.models import PhotoPart
from guapeng.kernel.files import intake
from guapeng.kernel.files.faults import UnknownKind
from guapeng.kernel.files.intake import Examined
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.rules import queries as rules

MOST_BYTES: Final = 15 * 1024 * 1024
"""Of one photograph; what a telephone sends was made smaller and has a thirtieth of it."""
_MOST_WAITING: Final = 20
"""Photographs of one person that are on their way, by the bytes that they may have."""
_KEPT_DAYS: Final = 30


class Incomplete(Exception):
    """Pieces of the photograph are still to come; ``have`` is how many bytes are here in a row."""

    def __init__(self, have: int) -> None:
        super().__init__(have)
        self.have = have


@transaction.atomic
def keep_part(photo: uuids.UUID, start: int, content: bytes, *, by: Actor, at: dt.datetime) -> int:
    """Keep a piece; return how many bytes of the photograph are here in a row.

    The same piece sent again changes nothing.

    Raises:
        RecordRefused: the photograph would be too large, or too many are on their way.
    """
    with scope.trusted():
        mine = PhotoPart.objects.filter(by=by.known_person)
        if _bytes_of(mine.filter(photo=photo).exclude(start=start)) + len(content) > MOST_BYTES:
            raise RecordRefused(_("这张照片太大"))
        if _bytes_of(mine) > _MOST_WAITING * MOST_BYTES:
            raise RecordRefused(_("还有很多照片没有送完，请等一等"))
        PhotoPart.objects.bulk_create(
            [PhotoPart(by_id=by.known_person, photo=photo, start=start, content=content, at=at)],
            update_conflicts=True,
            unique_fields=["by", "photo", "start"],
            update_fields=["content", "at"],
        )
        return len(_in_a_row(photo, by=by))


def whole(
    photo: uuids.UUID, *, size: int, sha256: str, name: str, by: Actor, at: dt.datetime
) -> Examined:
    """Return the photograph, once all of it is here and nothing speaks against keeping it.

    Raises:
        Incomplete: pieces are missing.
        Unfit: it may not come in (``files.intake``), or is no picture.
    """
    content = _in_a_row(photo, by=by)
    if len(content) < size:
        raise Incomplete(len(content))
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise Incomplete(0)
    examined = intake.examine(io.BytesIO(content), name=name, on=timezone.localdate(at))
    if not examined.media_type.startswith("image/"):
        raise UnknownKind(name=examined.name, kinds="jpg、png、webp")
    return examined


def drop(photo: uuids.UUID, *, by: Actor) -> None:
    """Delete the pieces of a photograph that is kept, or never will be."""
    with scope.trusted_transaction():
        PhotoPart.objects.filter(by=by.known_person, photo=photo).delete()


def forget_parts(*, at: dt.datetime) -> int:
    """Delete pieces of photographs that were never completed; return how many."""
    with scope.trusted_transaction():
        old = PhotoPart.objects.filter(at__lt=at - dt.timedelta(days=_KEPT_DAYS))
        return old.delete()[0]


def piece_bytes(*, on: dt.date) -> int:
    """Return how large a piece may be."""
    return int(rules.value("field.phone", on=on)["piece_kb"]) * 1024


def _bytes_of(parts: QuerySet[PhotoPart]) -> int:
    return parts.aggregate(sum=Sum(Length("content")))["sum"] or 0


def _in_a_row(photo: uuids.UUID, *, by: Actor) -> bytes:
    content = b""
    with scope.trusted_transaction():
        parts = PhotoPart.objects.filter(by=by.known_person, photo=photo).order_by("start")
        for start, part in parts.values_list("start", "content"):
            if start > len(content):
                break
            content = content[:start] + bytes(part)
    return content
