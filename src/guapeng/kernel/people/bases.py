"""Legal bases: by what law, or whose consent, fields of a person may be opened. Dated rules."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from guapeng.kernel.people.errors import BeyondBasis, NoBasis
from guapeng.kernel.people.models import Field
from guapeng.kernel.rules.models import Rule

_PREFIX: Final = "people.basis."


@dataclass(frozen=True)
class Basis:
    """A legal basis on a day.

    Attributes:
        key: what a look-up or a consent names it by.
        label: what it is for, in words.
        fields: what it opens.
        by_consent: whether the person must have agreed.
        clause: the article it stands on.
        roles: for whose fields it is meant, by the posts they hold; empty for everybody's.
    """

    key: str
    label: str
    fields: frozenset[Field]
    by_consent: bool
    clause: str
    roles: frozenset[str] = frozenset()


def bases(*, on: dt.date) -> list[Basis]:
    """Return the legal bases in force ``on`` that day, by key."""
    rules = Rule.objects.filter(key__startswith=_PREFIX, valid__contains=on)
    return [_basis(rule) for rule in rules.order_by("key")]


def basis_of(key: str, *, on: dt.date) -> Basis:
    """Return the legal basis ``key`` in force ``on`` that day.

    Raises:
        NoBasis: there is none of that key.
    """
    rule = Rule.objects.filter(key=f"{_PREFIX}{key}", valid__contains=on).first()
    if rule is None:
        raise NoBasis
    return _basis(rule)


def require_covered(ground: Basis, fields: Collection[Field]) -> None:
    """Refuse fields for which the basis is not meant.

    Raises:
        BeyondBasis: names them.
    """
    if beyond := set(fields) - ground.fields:
        raise BeyondBasis(label=ground.label, fields=beyond)


def _basis(rule: Rule) -> Basis:
    return Basis(
        key=rule.key.removeprefix(_PREFIX),
        label=rule.value["label"],
        fields=frozenset(map(Field, rule.value["fields"])),
        by_consent=rule.value["consent"],
        clause=rule.source,
        roles=frozenset(rule.value.get("roles", ())),
    )
