"""Bringing sealed fields to the present cipher and key."""

from typing import Final

from django.db import transaction

from guapeng.kernel.people.models import Person
from guapeng.kernel.people.sealed import fingerprint, present_version, seal, unseal

_BATCH: Final = 1_000
_COLUMNS: Final = ("phone_sealed", "phone_hash", "identity_sealed", "identity_hash")


@transaction.atomic
def seal_anew() -> int:
    """Bring all sealed fields to the present cipher and key; return how many persons changed.

    Raises:
        WrongKey: a key that sealed some of them is missing; nothing was changed.
    """
    version, changed, last = present_version(), 0, 0
    held = Person.objects.select_for_update().exclude(phone_sealed=None, identity_sealed=None)
    while batch := list(held.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        stale = [person for person in batch if _is_stale(person, version)]
        for person in stale:
            person.phone_sealed, person.phone_hash = _anew(person.phone_sealed)
            person.identity_sealed, person.identity_hash = _anew(person.identity_sealed)
        Person.objects.bulk_update(stale, _COLUMNS)
        changed, last = changed + len(stale), batch[-1].pk
    return changed


def _is_stale(person: Person, version: bytes) -> bool:
    sealed = filter(None, (person.phone_sealed, person.identity_sealed))
    return any(bytes(field)[:1] != version for field in sealed)


def _anew(sealed: bytes | memoryview | None) -> tuple[bytes | None, bytes | None]:
    if not sealed:
        return None, None
    text = unseal(bytes(sealed))
    return seal(text), fingerprint(text)
