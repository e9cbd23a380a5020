"""Who called: a person found again by telephone number, or entered with it, sealed."""

import datetime as dt
from collections.abc import Iterable, Mapping

from guapeng.kernel.people.models import Person
from guapeng.kernel.people.sealed import fingerprint, seal
from guapeng.plain.names import normal_name, search_keys

_LONGEST_NAME = 100


def known_by_phone(callers: Mapping[str, str], *, at: dt.datetime) -> dict[str, int]:
    """Return the person of each number, entering those whom nobody knows; in three queries.

    ``callers`` gives the name for each number, as ``identity.phone`` returns it; "" if unknown.
    Who is known already keeps the name that is held.
    """
    if not callers:
        return {}
    prints = {fingerprint(phone): phone for phone in callers}
    found = _found(prints)
    strangers = [one for one in prints if one not in found]
    if strangers:
        made = [_person(prints[one], one, callers[prints[one]], at) for one in strangers]
        Person.objects.bulk_create(made, ignore_conflicts=True)  # somebody may be quicker
        found |= _found(strangers)
    return {prints[one]: id_ for one, id_ in found.items()}


def _found(prints: Iterable[bytes]) -> dict[bytes, int]:
    rows = Person.objects.filter(phone_hash__in=list(prints)).values_list("phone_hash", "id")
    return {bytes(one): id_ for one, id_ in rows if one is not None}


def _person(phone: str, print_: bytes, name: str, at: dt.datetime) -> Person:
    name = normal_name(name)[:_LONGEST_NAME]
    return Person(
        name=name,
        name_keys=sorted(search_keys(name)),
        phone_sealed=seal(phone),
        phone_hash=print_,
        created_at=at,
    )
