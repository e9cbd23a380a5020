"""Keeping the store and its table in step: what nobody needs goes, what is there is recomputed."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, QuerySet
from django.utils import timezone

from guapeng.kernel.files.actions import lock
from guapeng.kernel.files.models import Blob, Copy
from guapeng.kernel.files.store import Store, store
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules import queries as rules
from guapeng.plain.terminal import Advance


class Fault(NamedTuple):
    """A content that is not what its row says: ``missing`` or ``changed``."""

    sha256: str
    what: str


def sweep(*, at: dt.datetime, advance: Advance = lambda _done, _all: None) -> int:
    """Remove contents that no row points to and that are older than the rule; return how many.

    Safe while people upload: whoever keeps a content holds its lock, and the database refuses to
    remove what a row points to.
    """
    hours = rules.value("files.sweep", on=timezone.localdate(at))["hours"]
    before = at - dt.timedelta(hours=hours)
    place = store()
    place.tidy(before)
    with scope.acting(SYSTEM):
        removed = sum(_forgotten(one, place) for one in list(_unneeded(before)))
        for done, (sha256, since) in enumerate(place.contents(), start=1):
            if since < before and not Blob.objects.filter(pk=sha256).exists():
                removed += _removed(sha256, place)
            advance(done, None)
    return removed


def check(advance: Advance) -> Iterator[Fault]:
    """Recompute every content's hash; yield what is missing or changed."""
    place, total = store(), Blob.objects.count()
    hashes = Blob.objects.order_by("sha256").values_list("sha256", flat=True)
    for done, sha256 in enumerate(hashes.iterator(), start=1):
        if what := _fault(sha256, place):
            yield Fault(sha256, what)
        advance(done, total)


def _fault(sha256: str, place: Store) -> str:
    digest = hashlib.sha256()
    try:
        for piece in place.read(sha256):
            digest.update(piece)
    except FileNotFoundError:
        return "missing"
    return "" if digest.hexdigest() == sha256 else "changed"


def _unneeded(before: dt.datetime) -> Iterator[Blob]:
    """Yield the old contents that nothing but their own copies points to, originals first."""
    old = Blob.objects.filter(kept_at__lt=before)
    yield from _without_owner(old).filter(~Exists(Copy.objects.filter(drawn=OuterRef("pk"))))


def _without_owner(blobs: QuerySet[Blob]) -> QuerySet[Blob]:
    """Leave out what a row of any part points to, whichever parts there are."""
    for relation in Blob._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model is not Copy:
            owners = relation.related_model._base_manager  # noqa: SLF001  # Django's own name
            blobs = blobs.filter(~Exists(owners.filter(**{relation.field.name: OuterRef("pk")})))
    return blobs


@transaction.atomic
def _forgotten(blob: Blob, place: Store) -> int:
    """Remove a content with its copies; return how many contents went."""
    copies = set(Copy.objects.filter(original=blob).values_list("drawn_id", flat=True))
    lock([blob.sha256, *copies])
    fresh = Blob.objects.filter(pk=blob.pk, kept_at=blob.kept_at)
    if not _without_owner(fresh).exists():
        return 0
    fresh.delete()
    drawn = Blob.objects.filter(pk__in=copies)
    alone = _without_owner(drawn).filter(~Exists(Copy.objects.filter(drawn=OuterRef("pk"))))
    gone = [blob.sha256, *alone.values_list("pk", flat=True)]
    alone.delete()
    for sha256 in gone:
        place.delete(sha256)
    return len(gone)


@transaction.atomic
def _removed(sha256: str, place: Store) -> int:
    """Remove a content that has no row, unless one came while this waited."""
    lock([sha256])
    if Blob.objects.filter(pk=sha256).exists():
        return 0
    place.delete(sha256)
    return 1
