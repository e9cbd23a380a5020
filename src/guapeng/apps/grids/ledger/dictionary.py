"""The dictionary of the ledger: why each group of fields is kept, by what basis, for whom.

It is dated data (``rules.toml``): a field whose group has no row on a day is not kept that day.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from guapeng.apps.grids.ledger.errors import NoBasisForField
from guapeng.kernel.rules.models import Rule

_GROUP: Final = "grids.ledger.group."
_CARE: Final = "grids.ledger.care."


@dataclass(frozen=True)
class Group:
    """A group of fields, or a care group, on a day.

    Attributes:
        key: what it is named by.
        label: in words.
        purpose: what it is kept for.
        fields: the names of the fields; empty for a care group, which is itself the field.
        by_consent: whether the household itself must have wished it.
        readers: keys of the roles that may read it in their place.
        clause: the article it stands on.
    """

    key: str
    label: str
    purpose: str
    fields: frozenset[str]
    by_consent: bool
    readers: frozenset[str]
    clause: str


def groups(*, on: dt.date) -> list[Group]:
    """Return the groups of fields in force ``on`` that day, by key."""
    return _read(_GROUP, on=on)


def care_groups(*, on: dt.date) -> dict[str, Group]:
    """Return the care groups in force ``on`` that day, by key."""
    return {group.key: group for group in _read(_CARE, on=on)}


def require_basis(fields: set[str], *, on: dt.date) -> None:
    """Refuse fields for which no group of that day stands.

    Raises:
        NoBasisForField: names the first of them.
    """
    known = {field for group in groups(on=on) for field in group.fields}
    for field in sorted(fields - known):
        raise NoBasisForField(field=field)


def care_group(key: str, *, on: dt.date) -> Group:
    """Return the care group ``key``.

    Raises:
        NoBasisForField: no law or consent stands behind it on that day.
    """
    found = care_groups(on=on).get(key)
    if found is None:
        raise NoBasisForField(field=key)
    return found


def _read(prefix: str, *, on: dt.date) -> list[Group]:
    rules = Rule.objects.filter(key__startswith=prefix, valid__contains=on).order_by("key")
    return [_group(rule, prefix) for rule in rules]


def _group(rule: Rule, prefix: str) -> Group:
    return Group(
        key=rule.key.removeprefix(prefix),
        label=rule.value["label"],
        purpose=rule.value["purpose"],
        fields=frozenset(rule.value.get("fields", ())),
        by_consent=rule.value["consent"],
        readers=frozenset(rule.value["readers"]),
        clause=rule.source,
    )
