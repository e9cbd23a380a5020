"""What the steps of a redivision do: one verb each, called by the engine in its transaction.

The engine of the partition loads slowly, and most processes never need it; so what uses it is
imported inside the functions.
"""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import Redivision, Version
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.errors import NotReady, NotYet
from guapeng.kernel.matters.models import Matter, Visibility
from guapeng.kernel.people.actors import Actor
from guapeng.plain.unfit import Unfit


def submit(
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    version: Version,
    reason: str,
    effective_on: dt.date,
) -> None:
    """Bring a version of a plan before those who approve it; the public hears of it when approved.

    Raises:
        NotReady: a grid of it hangs apart, a code cannot be given any more, its day is over, it is
            of another community, or a plan of this one is under way.
    """
    _check(version, on=timezone.localdate(at), day=effective_on)
    if version.plan.division_id != matter.division_id:
        raise NotReady(_("方案不是这个社区（村）的"))
    under_way = Redivision.objects.filter(
        plan__division=matter.division_id, matter__closed_at=None
    ).exclude(pk=matter.pk)
    if under_way.exists():
        raise NotReady(_("这个社区（村）已有方案在审批，先等它办完或撤回"))
    matter.visibility = Visibility.INVOLVED
    Redivision.objects.create(
        matter=matter,
        plan=version.plan,
        version=version,
        reason=reason,
        effective_on=effective_on,
    )


def submit_again(
    case: Redivision,
    *,
    by: Actor,
    at: dt.datetime,
    version: Version,
    reason: str,
    effective_on: dt.date,
) -> None:
    """Bring another version of the same plan.

    Raises:
        NotReady: as ``submit``.
    """
    _check(version, on=timezone.localdate(at), day=effective_on)
    case.version, case.reason, case.effective_on = version, reason, effective_on
    case.save(update_fields=["version", "reason", "effective_on"])


def review(case: Redivision, *, by: Actor, at: dt.datetime, agreed: bool, opinion: str) -> str:
    """Send it on to the banner, or back with what is to be changed."""
    return "reviewed" if agreed else "returned"


def approve(case: Redivision, *, by: Actor, at: dt.datetime, agreed: bool, opinion: str) -> str:
    """Approve it for its day, or send it back; what is approved is public.

    Raises:
        NotReady: its day is over.
    """
    if not agreed:
        return "returned"
    if case.effective_on < timezone.localdate(at):
        raise NotReady(_("生效日期已过，请退回改期"))
    case.matter.visibility = Visibility.PUBLIC
    case.matter.outcome = _("共%(count)d个网格，自%(day)s起生效") % {
        "count": len(case.version.grids),
        "day": case.effective_on,
    }
    return "approved"


def take_effect(case: Redivision, *, by: Actor, at: dt.datetime) -> None:
    """Make the grids of the version those of the community, from the day on.

    Raises:
        NotYet: the day has not come.
        NotReady: the community is no longer what it was.
    """
    today = timezone.localdate(at)
    if today < case.effective_on:
        raise NotYet(_("生效日期还没有到"))
    from guapeng.apps.grids.plans.publishing import publish  # the engine, see above

    case.effective_on = today  # later than meant, if the clock stood still
    case.waiting = publish(case, at=at)
    case.save(update_fields=["waiting", "effective_on"])


def _check(version: Version, *, on: dt.date, day: dt.date) -> None:
    if day < on:
        raise NotReady(_("生效日期不能早于今天"))
    from guapeng.apps.grids.plans.draft import Draft, facts  # the engine, see above
    from guapeng.apps.grids.plans.ground import Ground  # the same
    from guapeng.apps.grids.plans.specials import named  # the same

    survey, draft = version.plan.survey, Draft.of_version(version)
    community = version.plan.division
    try:
        draft.check_names(community.code, retired=queries.retired_codes(community, on=on))
    except Unfit as fault:
        raise NotReady(_(fault.wording) % fault.given) from fault
    ground = Ground.of(survey, queries.options(on=day))
    general = [one.name for one in draft.grids]
    if version.specials != named(community, ground, general, on=on):
        raise NotReady(_("专属网格的登记有变，请打开方案再保存一次，用新的版本提交"))
    told = facts(draft, ground)
    loose = [one for one in told if one.loose]
    if loose:
        wording = _("“%(grid)s”里有%(count)d栋楼与其余不相连（如%(building)s），先要改好")
        said = {
            "grid": loose[0].grid.name,
            "count": len(loose[0].loose),
            "building": loose[0].loose[0],
        }
        raise NotReady(wording % said)
