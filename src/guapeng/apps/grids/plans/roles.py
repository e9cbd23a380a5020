"""Who takes part in a division plan, by the permission matrix's storeys."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.parties import role
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor

DRAWER = role("village_secretary", _("嘎查村（社区）书记"), Level.VILLAGE)
TOWN_LEADER = role("township_leader", _("苏木乡镇街道领导"), Level.TOWNSHIP)
BANNER = role("dispatch_lead", _("旗县网格管理"), Level.COUNTY)

PLANNERS = ("village_secretary", "township_leader", "dispatch_lead")
"""Who sees the surveys and plans of the post's place, and may draw in them."""


def may_draw(by: Actor, community: Division) -> bool:
    """Tell whether somebody may draw plans of a community: one's own, or one below one's post."""
    places = {place for post in by.posts if post.role in PLANNERS for place in post.places}
    return bool(places.intersection(community.lineage))


def plans_shown(request: HttpRequest) -> bool:
    """Tell whether whoever asks has plans to draw or approve."""
    return any(actor(request).holds(role) for role in PLANNERS)
