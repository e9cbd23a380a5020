"""Keeping contents, and drawing pictures anew."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import BinaryIO, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from guapeng.kernel.files import images, intake
from guapeng.kernel.files.intake import Examined
from guapeng.kernel.files.models import Blob, Copy
from guapeng.kernel.files.store import Draft, Store, draft, opened, store


class Kept(NamedTuple):
    """A content that is kept, and what its giver called it."""

    blob: Blob
    name: str


def keep(content: BinaryIO, *, name: str, at: dt.datetime) -> Kept:
    """Keep one content, which must be a file that one can go back and forth in.

    Raises:
        Unfit: it may not come in (``intake``).
    """
    return keep_all([intake.examine(content, name=name, on=timezone.localdate(at))], at=at)[0]


@transaction.atomic
def keep_all(files: Sequence[Examined], *, at: dt.datetime) -> list[Kept]:
    """Keep contents that were examined, each once however often it is given.

    Slow: call it before the journal is written. Rows that a failing transaction takes back leave
    contents behind, which ``upkeep.sweep`` removes.
    """
    place = store()
    with ExitStack() as stack:
        drafts = [stack.enter_context(draft(one.content, place)) for one in files]
        smalls = {
            big.sha256: stack.enter_context(draft(io.BytesIO(one.small), place))
            for big, one in zip(drafts, files, strict=True)
            if one.small
        }
        _put([*drafts, *smalls.values()], place)
    blobs = [_blob(one, of, at=at) for one, of in zip(drafts, files, strict=True)]
    _write([*blobs, *(_drawn(small, at=at) for small in smalls.values())])
    _write_copies(images.SMALL, {big: small.sha256 for big, small in smalls.items()})
    return [Kept(blob, of.name) for blob, of in zip(blobs, files, strict=True)]


def copy_of(blob: Blob, longest: int, *, at: dt.datetime) -> Blob:
    """Return the picture drawn anew with at most ``longest`` pixels a side; made at first use.

    Raises:
        FileNotFoundError: the content is gone from the store.
        NotDrawable: the content is no longer what it was (``upkeep.check`` finds such).
    """
    known = Copy.objects.filter(original=blob, longest=longest).select_related("drawn").first()
    return known.drawn if known else _made(blob, longest, at=at)


def lock(hashes: Iterable[str]) -> None:
    """Let nobody else keep or remove these contents until the transaction ends.

    All lock in the same order, so that two forms with the same pictures cannot wait for each
    other.
    """
    keys = sorted({int(one[:16], 16) - 2**63 for one in hashes})
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(key) from unnest(%s::bigint[]) key", [keys])


@transaction.atomic
def _made(blob: Blob, longest: int, *, at: dt.datetime) -> Blob:
    place = store()
    with opened(blob.sha256) as content:
        picture = images.draw(content, longest)
    with draft(io.BytesIO(picture), place) as small:
        _put([small], place)
    drawn = _drawn(small, at=at)
    _write([drawn])
    _write_copies(longest, {blob.sha256: drawn.sha256})
    return drawn


def _put(drafts: Sequence[Draft], place: Store) -> None:
    lock(one.sha256 for one in drafts)
    for one in drafts:
        place.put(one)


def _blob(one: Draft, examined: Examined, *, at: dt.datetime) -> Blob:
    return Blob(
        sha256=one.sha256,
        bytes=one.bytes,
        media_type=examined.media_type,
        width=examined.width,
        height=examined.height,
        kept_at=at,
    )


def _drawn(one: Draft, *, at: dt.datetime) -> Blob:
    return Blob(sha256=one.sha256, bytes=one.bytes, media_type=images.TYPE, kept_at=at)


def _write(blobs: Iterable[Blob]) -> None:
    """Write the rows, or note that known contents were given again."""
    Blob.objects.bulk_create(
        {blob.sha256: blob for blob in blobs}.values(),
        update_conflicts=True,
        unique_fields=["sha256"],
        update_fields=["kept_at"],
    )


def _write_copies(longest: int, drawn: Mapping[str, str]) -> None:
    Copy.objects.bulk_create(
        (Copy(original_id=big, longest=longest, drawn_id=small) for big, small in drawn.items()),
        ignore_conflicts=True,
    )
