"""The doors to what is held about a person: looking, agreeing, withdrawing, sealing anew."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.bases import Basis, basis_of
from guapeng.kernel.people.errors import (
    BeyondBasis,
    GuardianNeeded,
    LawIsTheBasis,
    NoPurpose,
    NotConsented,
    NothingAsked,
    NotYourPeople,
    OnlyThePerson,
    named,
)
from guapeng.kernel.people.models import Consent, Field, Lookup, Person
from guapeng.kernel.people.queries import card_of, consents_of
from guapeng.kernel.people.roles import AREA_WORDS
from guapeng.kernel.people.sealed import fingerprint, present_version, seal, unseal
from guapeng.kernel.rules import queries as rules
from guapeng.plain.identity import born_on

_SUBJECTS: Final = {
    Field.NAME: "reporter_contact",
    Field.PHONE: "reporter_contact",
    Field.IDENTITY: "household_ledger",
    Field.HOME: "reporter_contact",
}
"""The column of the permission matrix that each field falls under."""

_BATCH: Final = 1_000


@transaction.atomic
def look_up(
    person: Person,
    *,
    by: Actor,
    at: dt.datetime,
    purpose: str,
    basis: str,
    fields: Collection[Field],
    met_in: str = "",
) -> dict[Field, str]:
    """Open ``fields`` of ``person`` and leave a trace that the person reads; mask the rest.

    Args:
        person: whose fields.
        by: who looks.
        at: when.
        purpose: why, in the looker's words; seen by the person, never written to the journal.
        basis: key of a legal basis (``people.bases``).
        fields: what is needed, no more.
        met_in: the subject in which both meet, e.g. ``matter:17``; given only by code that has
            found it in the actor's own scope. It opens what the matrix calls assigned, and the
            person behind a matter of one's place who lives elsewhere.

    Raises:
        PrivacyRefused: no purpose, basis or field; more than the basis covers; not in the
            looker's posts; or no consent where that is the basis.
    """
    ground = _checked(purpose, basis, fields, on=localdate(at))
    post = _opening_post(by, person, fields, met_in=met_in)
    with scope.trusted():
        _require_consent(person, ground, fields)
        lookup = Lookup.objects.create(
            person=person,
            by_id=by.known_person,
            acting_as=post.key,
            title=post.title,
            at=at,
            purpose=purpose.strip(),
            basis=ground.key,
            clause=ground.clause,
            fields=_in_order(fields),
            met_in=met_in,
        )
    values = card_of(person, opened=fields)
    journal.write(_told_of(lookup, ground))
    return values


@transaction.atomic
def give_consent(
    person: Person, *, by: Actor, at: dt.datetime, purpose: str, field: Field
) -> Consent:
    """Let ``field`` be used for ``purpose``; one that is given already stays as it is.

    Raises:
        PrivacyRefused: it is not the person who agrees, the person is too young to, a law is the
            basis already, or the purpose is unknown or does not need the field.
    """
    ground = basis_of(purpose, on=localdate(at))
    _require_the_person(person, by)
    _require_age(person, on=localdate(at))
    if not ground.by_consent:
        raise LawIsTheBasis(clause=ground.clause)
    _require_covered(ground, [field])
    with scope.trusted():
        consent, is_new = Consent.objects.get_or_create(
            person=person,
            purpose=purpose,
            field=field,
            withdrawn_at=None,
            defaults={"given_at": at},
        )
    if is_new:
        _tell_consent("people.give_consent", _("本人同意"), consent, by=by, at=at)
    return consent


@transaction.atomic
def withdraw_consent(
    person: Person, *, by: Actor, at: dt.datetime, purpose: str, field: Field
) -> Consent:
    """Withdraw what the person agreed to; what was done until then stays lawful (PIPL art. 15).

    Raises:
        OnlyThePerson: somebody else tries.
        NotConsented: nothing is there to withdraw.
    """
    _require_the_person(person, by)
    with scope.trusted():
        given = consents_of(person).select_for_update()
        consent = given.filter(purpose=purpose, field=field).first()
        if consent is None:
            raise NotConsented(fields=[field])
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
    _tell_consent("people.withdraw_consent", _("本人撤回同意"), consent, by=by, at=at)
    return consent


@transaction.atomic
def seal_anew() -> int:
    """Bring all sealed fields to the present cipher and key; return how many persons changed.

    Raises:
        WrongKey: a key that sealed some of them is missing; nothing was changed.
    """
    version = present_version()
    held = Person.objects.select_for_update().exclude(phone_sealed=None, identity_sealed=None)
    stale = [person for person in held.iterator(_BATCH) if _is_stale(person, version)]
    for person in stale:
        person.phone_sealed, person.phone_hash = _anew(person.phone_sealed)
        person.identity_sealed, person.identity_hash = _anew(person.identity_sealed)
    Person.objects.bulk_update(
        stale, ["phone_sealed", "phone_hash", "identity_sealed", "identity_hash"], _BATCH
    )
    return len(stale)


def _checked(purpose: str, basis: str, fields: Collection[Field], *, on: dt.date) -> Basis:
    if not purpose.strip():
        raise NoPurpose
    ground = basis_of(basis, on=on)
    if not fields:
        raise NothingAsked
    _require_covered(ground, fields)
    return ground


def _opening_post(by: Actor, person: Person, fields: Collection[Field], *, met_in: str) -> HeldPost:
    """Return the post that opens all the fields, the first of them."""
    for post in by.posts:
        if all(_opens(post, person, field, met_in=met_in) for field in fields):
            return post
    raise NotYourPeople


def _opens(post: HeldPost, person: Person, field: Field, *, met_in: str) -> bool:
    words = post.kind.cells[_SUBJECTS[field]]
    if met_in:
        return bool(words & (AREA_WORDS | {"a"}))
    return bool(words & AREA_WORDS) and _lives_in(person, post.division_id)


def _lives_in(person: Person, division_id: int) -> bool:
    return person.home is not None and division_id in person.home.lineage


def _require_covered(ground: Basis, fields: Collection[Field]) -> None:
    if beyond := set(fields) - ground.fields:
        raise BeyondBasis(label=ground.label, fields=beyond)


def _require_consent(person: Person, ground: Basis, fields: Collection[Field]) -> None:
    if not ground.by_consent:
        return
    agreed = consents_of(person).filter(purpose=ground.key).values_list("field", flat=True)
    if missing := set(fields) - {Field(field) for field in agreed}:
        raise NotConsented(fields=missing)


def _require_the_person(person: Person, by: Actor) -> None:
    if by.person_id != person.pk:
        raise OnlyThePerson


def _require_age(person: Person, *, on: dt.date) -> None:
    """Refuse a child whose age is known; of whom no number is held, nobody knows it."""
    if not person.identity_sealed:
        return
    age = rules.value("people.own_consent", on=on)["age"]
    born = born_on(unseal(bytes(person.identity_sealed)))
    if on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < age:
        raise GuardianNeeded(age=age)


def _in_order(fields: Collection[Field]) -> list[Field]:
    return [field for field in Field if field in fields]


def _told_of(lookup: Lookup, ground: Basis) -> journal.Told:
    return journal.Told(
        event="people.look_up",
        subject=f"person:{lookup.person_id}",
        at=lookup.at,
        actor=lookup.by_id,
        acting_as=lookup.acting_as,
        says=_("查看%(fields)s，依据：%(basis)s")
        % {"fields": named(map(Field, lookup.fields)), "basis": ground.label},
        data={"lookup": lookup.pk, "fields": lookup.fields, "basis": ground.key},
        given={"purpose": lookup.purpose, "met_in": lookup.met_in},
    )


def _tell_consent(event: str, says: str, consent: Consent, *, by: Actor, at: dt.datetime) -> None:
    told = journal.Told(
        event=event,
        subject=f"person:{consent.person_id}",
        at=at,
        actor=by.person_id,
        says=says,
        data={"consent": consent.pk, "purpose": consent.purpose, "field": consent.field},
    )
    journal.write(told)


def _is_stale(person: Person, version: bytes) -> bool:
    sealed = filter(None, (person.phone_sealed, person.identity_sealed))
    return any(bytes(field)[:1] != version for field in sealed)


def _anew(sealed: bytes | memoryview | None) -> tuple[bytes | None, bytes | None]:
    if not sealed:
        return None, None
    text = unseal(bytes(sealed))
    return seal(text), fingerprint(text)
