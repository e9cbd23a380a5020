"""Who takes part in a whistle."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.parties import ASSISTING_UNITS, LEAD_UNIT, Party, role
from guapeng.kernel.people.middleware import actor

SECRETARY = role("village_secretary", _("嘎查村（社区）书记"), Level.VILLAGE)
TOWN_LEADER = role("township_leader", _("苏木乡镇街道领导"), Level.TOWNSHIP)
COORDINATOR = role("dispatch_lead", _("旗县协调"), Level.COUNTY)
CALLED_UNITS = LEAD_UNIT | ASSISTING_UNITS


def _whistler(matter: Matter) -> Iterable[str]:
    """The lowest storey of the place: village, else township, else county."""
    keys = (key for party in (SECRETARY, TOWN_LEADER, COORDINATOR) for key in party.holders(matter))
    return tuple(keys)[:1]


def _missing(matter: Matter) -> Iterable[str]:
    """The called units that have neither come nor objected."""
    objecting = matter.objections.filter(ruled_at__isnull=True).values("body")
    parts = matter.assignments.filter(withdrawn_at__isnull=True, reported_in_at__isnull=True)
    return tuple(f"body:{part.body_id}" for part in parts.exclude(body__in=objecting))


def _unruled(matter: Matter) -> Iterable[str]:
    """The missing units of which no ruling has said that they stay."""
    objected = {f"body:{body}" for body in matter.objections.values_list("body", flat=True)}
    return tuple(key for key in _missing(matter) if key not in objected)


WHISTLER = Party("whistler", _("吹哨方"), _whistler)
MISSING_UNITS = Party("missing_units", _("未报到的被呼叫单位"), _missing)
UNRULED_UNITS = Party("unruled_units", _("未报到、未经裁定的被呼叫单位"), _unruled)


def may_whistle(request: HttpRequest) -> bool:
    """Tell whether whoever asks may call units together."""
    return actor(request).holds("village_secretary")


def holds_a_post(request: HttpRequest) -> bool:
    """Tell whether whoever asks works for the county in any post."""
    return bool(actor(request).posts)
