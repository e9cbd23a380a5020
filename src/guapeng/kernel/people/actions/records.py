"""What is held about a person: entered, corrected, erased, handed over as a copy."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actions.accounts import end_sign_in
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.errors import (
    HeldBySomebodyElse,
    NotYourPeople,
    OnlyThePerson,
    OwnRecord,
    StillInOffice,
    named,
)
from guapeng.kernel.people.models import Account, Field, Person, Post
from guapeng.kernel.people.roles import KEEPER
from guapeng.kernel.people.sealed import fingerprint, seal
from guapeng.plain import identity as identities
from guapeng.plain.names import normal_name, search_keys

_COLUMNS: Final = {
    Field.NAME: ("name", "name_keys"),
    Field.PHONE: ("phone_sealed", "phone_hash"),
    Field.IDENTITY: ("identity_sealed", "identity_hash"),
    Field.HOME: ("home",),
}


@transaction.atomic
def enrol(
    *,
    at: dt.datetime,
    name: str,
    phone: str = "",
    identity: str = "",
    home: Division | None = None,
) -> Person:
    """Enter a person; return the row. What is empty is not held.

    Raises:
        Unfit: a phone or identity number that cannot be one.
        HeldBySomebodyElse: the number belongs to another person.
    """
    person = Person(created_at=at)
    given = {Field.NAME: name, Field.PHONE: phone, Field.IDENTITY: identity, Field.HOME: home}
    for field, value in given.items():
        if value:
            _put(person, field, value, on=localdate(at))
    person.save(force_insert=True)
    return person


@transaction.atomic
def correct(
    person: Person, *, by: Actor, at: dt.datetime, field: Field, value: str | Division
) -> Person:
    """Put ``value`` in the place of what was held (PIPL art. 46); the old one is gone.

    Args:
        person: whose field.
        by: who holds the post of ``KEEPER``; never the person.
        at: when.
        field: what is corrected.
        value: a ``Division`` for the home, else text as people write it.

    Raises:
        NotYourPeople, OwnRecord: ``by`` does not decide on this.
        Unfit: the number cannot be one.
        HeldBySomebodyElse: the number belongs to another person.
    """
    _require_keeper(by, person)
    person = _locked(person)
    _put(person, field, value, on=localdate(at))
    person.save(update_fields=_COLUMNS[field])
    _tell("people.correct", _("更正%(fields)s"), person, [field], by=by, at=at)
    return person


@transaction.atomic
def erase(person: Person, *, by: Actor, at: dt.datetime, fields: Collection[Field]) -> Person:
    """Erase ``fields`` for good (PIPL art. 47). Without a name nobody is left: the account closes.

    With the home goes the entry in a household. Consents to what is erased end with it. Who looked
    stays, for it is about the lookers.

    Raises:
        NotYourPeople, OwnRecord: ``by`` does not decide on this.
        StillInOffice: the name of somebody who holds a post today is needed by everybody.
    """
    _require_keeper(by, person)
    person = _locked(person)
    if Field.NAME in fields:
        _close(person, at=at)
    for field in fields:
        _empty(person, field)
    person.save(update_fields=["deleted_at", *(c for field in fields for c in _COLUMNS[field])])
    with scope.trusted():
        if {Field.HOME, Field.NAME} & set(fields):
            person.households.all().delete()
        person.consents.filter(field__in=list(fields), withdrawn_at=None).update(withdrawn_at=at)
    _tell("people.erase", _("删除%(fields)s"), person, fields, by=by, at=at)
    return person


@transaction.atomic
def tell_copied(person: Person, *, by: Actor, at: dt.datetime) -> None:
    """Note that the person took a copy of everything (PIPL art. 45).

    Raises:
        OnlyThePerson: somebody else tries.
    """
    if by.person_id != person.pk:
        raise OnlyThePerson
    _tell("people.copy", _("本人下载了个人信息副本"), person, (), by=by, at=at)


def _put(person: Person, field: Field, value: str | Division, *, on: dt.date) -> None:
    if isinstance(value, Division):
        person.home = value
    elif field == Field.NAME:
        person.name = normal_name(value)
        person.name_keys = sorted(search_keys(person.name))
    elif field == Field.PHONE:
        _seal(person, field, identities.phone(value))
    else:
        _seal(person, field, identities.resident_id(value, on=on))


def _seal(person: Person, field: Field, text: str) -> None:
    sealed, hashed = _COLUMNS[field]
    mark = fingerprint(text)
    if Person.objects.filter(**{hashed: mark}).exclude(pk=person.pk).exists():
        raise HeldBySomebodyElse(field=field)
    setattr(person, sealed, seal(text))
    setattr(person, hashed, mark)


_NOTHING: Final[dict[str, Callable[[], object]]] = {"name": str, "name_keys": list}


def _empty(person: Person, field: Field) -> None:
    for column in _COLUMNS[field]:
        setattr(person, column, _NOTHING.get(column, lambda: None)())


def _close(person: Person, *, at: dt.datetime) -> None:
    if Post.objects.filter(person=person, valid__contains=localdate(at)).exists():
        raise StillInOffice
    person.deleted_at = at
    if account := Account.objects.filter(person=person).first():
        account.is_active = False
        end_sign_in(account)


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _require_keeper(by: Actor, person: Person) -> None:
    if not by.holds(KEEPER):
        raise NotYourPeople
    if by.person_id == person.pk:
        raise OwnRecord


def _tell(
    event: str,
    says: str,
    person: Person,
    fields: Collection[Field],
    *,
    by: Actor,
    at: dt.datetime,
) -> None:
    told = journal.Told(
        event=event,
        subject=f"person:{person.pk}",
        at=at,
        actor=by.person_id,
        acting_as=next((post.key for post in by.posts if post.role == KEEPER), ""),
        says=says % {"fields": named(fields)},
        data={"fields": [field for field in Field if field in fields]},
    )
    journal.write(told)
