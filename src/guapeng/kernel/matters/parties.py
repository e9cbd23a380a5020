"""Parties: who may take a step, and by which key a task waits for them.

One function per party gives both answers: the keys it names are who is awaited, and an actor may
act when one of the actor's keys is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.models import Matter

Text = str | Promise


@dataclass(frozen=True)
class Party:
    """A waiting party: a stable key, its Chinese name, and the holders it means for a matter."""

    key: str
    label: Text
    holders: Callable[[Matter], Iterable[str]]

    def __or__(self, other: Party) -> Party:
        """Either of two parties."""
        return Party(
            f"{self.key}|{other.key}",
            _("%(one)s或%(other)s") % {"one": self.label, "other": other.label},
            lambda matter: (*self.holders(matter), *other.holders(matter)),
        )


def role(key: str, label: Text, storey: Level) -> Party:
    """The holders of a role in the matter's grid, village, township or county."""
    field = f"{storey.name.lower()}_id"

    def holders(matter: Matter) -> Iterable[str]:
        place = getattr(matter, field)
        return (f"role:{key}@{place}",) if place else ()

    return Party(key, label, holders)


def _raiser(matter: Matter) -> Iterable[str]:
    known = (matter.raised_by_id, matter.on_behalf_of_id)
    return tuple(f"person:{who}" for who in known if who) or (f"asker:{matter.uid}",)


def _lead(matter: Matter) -> Iterable[str]:
    return tuple(f"body:{part.body_id}" for part in matter.parts if part.is_lead)


def _assisting(matter: Matter) -> Iterable[str]:
    return tuple(f"body:{part.body_id}" for part in matter.parts if not part.is_lead)


ANYONE = Party("anyone", _("任何人"), lambda _matter: ("anyone",))
KNOWN = Party("known", _("登录的居民"), lambda _matter: ("known",))
RAISER = Party("raiser", _("提出人"), _raiser)
LEAD_UNIT = Party("lead_unit", _("牵头单位"), _lead)
ASSISTING_UNITS = Party("assisting_units", _("协办单位"), _assisting)
CLOCKWORK = Party("clockwork", _("系统"), lambda _matter: ("clockwork",))
