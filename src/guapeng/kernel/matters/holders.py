"""Keys in words: who ``body:12``, ``role:dispatcher@3`` and ``person:7`` are, as people say it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Body
from guapeng.kernel.people.roles import roles
from guapeng.web import words


def in_words(keys: Iterable[str]) -> dict[str, str]:
    """Return each key with what people call its holder, in two queries at most.

    Persons are named by their part in the matter, never by name: who asks, and the system.
    """
    asked = set(keys)
    bodies = {key.removeprefix("body:") for key in asked if key.startswith("body:")}
    places = {key.partition("@")[2] for key in asked if key.startswith("role:")}
    names = _names(Body.objects.filter(pk__in=bodies), "short_name") if bodies else {}
    where = _names(Division.objects.filter(pk__in=places), "name") if places else {}
    return {key: _words(key, names, where) for key in asked}


def _names(rows: QuerySet[Any], field: str) -> dict[str, str]:
    return {str(pk): name for pk, name in rows.values_list("pk", field)}


def _words(key: str, bodies: dict[str, str], places: dict[str, str]) -> str:
    kind, _colon, rest = key.partition(":")
    if kind == "body":
        return words.named(bodies.get(rest, ""))
    if kind == "role":
        name, _at, place = rest.partition("@")
        return f"{places.get(place, '')} {words.named(roles()[name].label)}".strip()
    return {"clockwork": _("系统"), "known": _("居民")}.get(kind, _("提出人"))
