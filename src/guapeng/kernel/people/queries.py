"""Reading about persons: masked for others, whole for themselves, and who looked."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from guapeng.kernel.people.bases import Basis, bases
from guapeng.kernel.people.models import Consent, Field, Lookup, Person
from guapeng.kernel.people.sealed import unseal
from guapeng.plain.masking import mask_address, mask_id_number, mask_name, mask_phone

_WHOLE: Final[dict[Field, Callable[[Person], str]]] = {
    Field.NAME: lambda person: person.name,
    Field.PHONE: lambda person: _unsealed(person.phone_sealed),
    Field.IDENTITY: lambda person: _unsealed(person.identity_sealed),
    Field.HOME: lambda person: person.home.name if person.home else "",
}
_MASK: Final[dict[Field, Callable[[str], str]]] = {
    Field.NAME: mask_name,
    Field.PHONE: mask_phone,
    Field.IDENTITY: mask_id_number,
    Field.HOME: mask_address,
}


@dataclass(frozen=True)
class Held:
    """A field that is held about a person, and why it may be.

    Attributes:
        value: the field itself, whole; show it to the person alone.
        by_law: the legal bases that need no consent.
        by_consent: the bases that the person agreed to, each with the moment of agreeing.
    """

    field: Field
    value: str
    by_law: tuple[Basis, ...]
    by_consent: tuple[tuple[Basis, dt.datetime], ...]


def card_of(person: Person, *, opened: Collection[Field] = ()) -> dict[Field, str]:
    """Return what is held about a person, masked but for the fields ``opened``; "" is not held.

    Opening anything is for ``actions.look_up`` alone.
    """
    return {field: _shown(person, field, opened=field in opened) for field in Field}


def who_looked(person: Person) -> QuerySet[Lookup]:
    """Return who opened what of ``person``, the newest first, with the looker (``by``).

    The connection's scope decides: only the person and those who oversee see any.
    """
    return person.lookups.select_related("by").order_by("-at", "-id")


def consents_of(person: Person) -> QuerySet[Consent]:
    """Return what ``person`` agreed to and did not withdraw, as far as the scope shows it."""
    return person.consents.filter(withdrawn_at=None).order_by("given_at", "id")


def held_about(person: Person, *, on: dt.date) -> list[Held]:
    """Return every field held about ``person``, whole, with what allows it ``on`` that day.

    For the person's own page, in the person's own scope (PIPL arts. 17, 45).
    """
    agreed = {(one.purpose, one.field): one.given_at for one in consents_of(person)}
    known = bases(on=on)
    return [
        Held(
            field=field,
            value=value,
            by_law=tuple(b for b in known if field in b.fields and not b.by_consent),
            by_consent=tuple((b, agreed[b.key, field]) for b in known if (b.key, field) in agreed),
        )
        for field in Field
        if (value := _WHOLE[field](person))
    ]


def _shown(person: Person, field: Field, *, opened: bool) -> str:
    value = _WHOLE[field](person)
    return value if opened or not value else _MASK[field](value)


def _unsealed(sealed: bytes | memoryview | None) -> str:
    return unseal(bytes(sealed)) if sealed else ""
