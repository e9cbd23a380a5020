"""Who takes part in a request, and what must be kept in spite of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.parties import role
from guapeng.kernel.people import scope
from guapeng.kernel.people.models import Field, Person
from guapeng.kernel.rules.models import Rule

OFFICER: Final = role("privacy_officer", _("个人信息保护负责人"), Level.COUNTY)
_PREFIX: Final = "rights.keep."


@dataclass(frozen=True)
class Ground:
    """A rule by which fields are kept although the person wishes them gone."""

    key: str
    label: str
    fields: frozenset[Field]
    clause: str


def grounds(*, on: dt.date) -> list[Ground]:
    """Return the grounds in force ``on`` that day, by key."""
    found = Rule.objects.filter(key__startswith=_PREFIX, valid__contains=on)
    return [_ground(rule) for rule in found.order_by("key")]


@transaction.atomic
def kept(person: Person, *, at: dt.datetime, request: Matter) -> list[Ground]:
    """Return the grounds that hold for ``person`` now, as far as the product itself can know.

    A post of today; a matter of theirs that is open, or was closed within the rule's months.
    ``request`` is left out: it does not keep itself alive.
    """
    with scope.trusted():
        holding = set(_holding(person, at=at, request=request))
    return [ground for ground in grounds(on=localdate(at)) if ground.key in holding]


def _holding(person: Person, *, at: dt.datetime, request: Matter) -> Iterator[str]:
    today = localdate(at)
    mine = Matter.objects.filter(Q(raised_by=person) | Q(on_behalf_of=person))
    mine = mine.exclude(workflow=request.workflow)
    if person.posts.filter(valid__contains=today).exists():
        yield "office"
    if mine.filter(closed_at=None).exists():
        yield "open_matter"
    months = _months("closed_matter", on=today)
    if mine.filter(closed_at__gt=at - dt.timedelta(days=months * 30)).exists():
        yield "closed_matter"


def _months(key: str, *, on: dt.date) -> int:
    rule = Rule.objects.filter(key=_PREFIX + key, valid__contains=on).first()
    return rule.value.get("months", 0) if rule else 0


def _ground(rule: Rule) -> Ground:
    return Ground(
        key=rule.key.removeprefix(_PREFIX),
        label=rule.value["label"],
        fields=frozenset(map(Field, rule.value["fields"])),
        clause=rule.source,
    )
