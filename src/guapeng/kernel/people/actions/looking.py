"""Looking: fields of a person are opened for a purpose, by a law, and leave a trace."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.bases import Basis, basis_of, require_covered
from guapeng.kernel.people.errors import (
    NoPurpose,
    NotConsented,
    NothingAsked,
    NotYourPeople,
    OwnRecord,
    named,
)
from guapeng.kernel.people.models import Field, Lookup, Person
from guapeng.kernel.people.queries import card_of, consents_of
from guapeng.kernel.people.roles import AREA_WORDS, KEEPER
from guapeng.kernel.rules import queries as rules

_SUBJECTS: Final = {
    Field.NAME: "reporter_contact",
    Field.PHONE: "reporter_contact",
    Field.IDENTITY: "household_ledger",
    Field.HOME: "reporter_contact",
}
"""The column of the permission matrix that each field falls under."""


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
def hand_over(person: Person, *, by: Actor, at: dt.datetime, met_in: str) -> Lookup:
    """Note that ``by`` takes a copy of everything to give it to the person, who asked for it.

    Raises:
        NotYourPeople: ``by`` does not decide on such requests.
        OwnRecord: it is their own.
    """
    post = next((post for post in by.posts if post.role == KEEPER), None)
    if post is None:
        raise NotYourPeople
    if by.person_id == person.pk:
        raise OwnRecord
    rule = rules.in_force("people.own_copy", on=localdate(at))
    ground = Basis(rule.key, _("本人申请查阅、复制"), frozenset(Field), False, rule.source)
    with scope.trusted():
        lookup = Lookup.objects.create(
            person=person,
            by_id=by.known_person,
            acting_as=post.key,
            title=post.title,
            at=at,
            purpose=_("取副本交给本人"),
            basis=ground.key,
            clause=ground.clause,
            fields=_in_order(ground.fields),
            met_in=met_in,
        )
    journal.write(_told_of(lookup, ground))
    return lookup


def may_look(by: Actor, person: Person, *, met_in: str = "") -> list[Field]:
    """Return the fields of ``person`` that some post of ``by`` opens, given purpose and basis."""
    return [
        field
        for field in Field
        if any(_opens(post, person, field, met_in=met_in) for post in by.posts)
    ]


def _checked(purpose: str, basis: str, fields: Collection[Field], *, on: dt.date) -> Basis:
    if not purpose.strip():
        raise NoPurpose
    ground = basis_of(basis, on=on)
    if not fields:
        raise NothingAsked
    require_covered(ground, fields)
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
    return bool(words & AREA_WORDS) and _lives_in(person, post.places)


def _lives_in(person: Person, places: Collection[int]) -> bool:
    return person.home is not None and not set(places).isdisjoint(person.home.lineage)


def _require_consent(person: Person, ground: Basis, fields: Collection[Field]) -> None:
    if not ground.by_consent:
        return
    agreed = consents_of(person).filter(purpose=ground.key).values_list("field", flat=True)
    if missing := set(fields) - {Field(field) for field in agreed}:
        raise NotConsented(fields=missing)


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
