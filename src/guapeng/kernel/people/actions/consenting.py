"""Agreeing and withdrawing: by the person alone, and only where no law is the basis."""

import datetime as dt

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.bases import basis_of, require_covered
from guapeng.kernel.people.errors import (
    GuardianNeeded,
    LawIsTheBasis,
    NotConsented,
    OnlyThePerson,
)
from guapeng.kernel.people.models import Consent, Field, Person
from guapeng.kernel.people.queries import consents_of
from guapeng.kernel.people.roles import KEEPER
from guapeng.kernel.people.sealed import unseal
from guapeng.kernel.rules import queries as rules
from guapeng.plain.identity import born_on


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
    require_covered(ground, [field])
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
    person: Person,
    *,
    by: Actor,
    at: dt.datetime,
    purpose: str,
    field: Field,
    asked_in: str = "",
) -> Consent:
    """Withdraw what the person agreed to; what was done until then stays lawful (PIPL art. 15).

    ``asked_in`` is the person's own request, e.g. ``matter:17``, by which the privacy officer
    withdraws for somebody who called or came to the counter.

    Raises:
        OnlyThePerson: somebody else tries.
        NotConsented: nothing is there to withdraw.
    """
    if not (asked_in and by.holds(KEEPER)):
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
