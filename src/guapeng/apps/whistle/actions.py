"""What the steps of a whistle do: one verb each, called by the engine inside its transaction."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.whistle.models import Rating, Service, Whistle
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import engine, loop
from guapeng.kernel.matters.models import Assignment, Channel, Matter, Urgency, Visibility
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Body
from guapeng.plain.masking import scrub


def draft(
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    problem: str,
    tried: str,
    lead: Body,
    assisting: Iterable[Body],
    urgency: Urgency,
    again_above: int = 0,
) -> str:
    """Note the call and whom it calls; an emergency needs no review, nor does a repeated call.

    The public hears of it once it is sent.
    """
    Whistle.objects.create(matter=matter, problem=problem, tried=tried, again_above=again_above)
    matter.urgency = urgency
    loop.assign(matter, lead=lead, assisting=assisting, at=at)
    is_sent = urgency == Urgency.DANGER or again_above > 0
    matter.visibility = Visibility.PUBLIC if is_sent else Visibility.INVOLVED
    return "sent" if is_sent else "drafted"


def review(whistle: Whistle, *, by: Actor, at: dt.datetime, sent: bool, reason: str) -> str:
    """Send the call on, or refuse it with a reason; a refused one stays between those involved."""
    if sent:
        whistle.matter.visibility = Visibility.PUBLIC
    return "sent" if sent else "refused"


def report_in(whistle: Whistle, *, by: Actor, at: dt.datetime) -> str:
    """Note that the actor's unit has come; when all have, they plan together."""
    loop.report_in(whistle, by=by, at=at)
    return _where(whistle.matter)


def rule_on(whistle: Whistle, *, by: Actor, at: dt.datetime, upheld: bool, ruling: str) -> str:
    """Rule by the power list; final. An upheld objection lets the unit go, the others stay."""
    loop.rule_on(whistle.matter, by=by, at=at, upheld=upheld, ruling=ruling)
    heir = _parts(whistle.matter).order_by("-is_lead", "id").first()
    if heir is None:
        return "ended"
    Assignment.objects.filter(pk=heir.pk).update(is_lead=True)
    return _where(whistle.matter)


def agree_plan(
    whistle: Whistle, *, by: Actor, at: dt.datetime, plan: str, until: dt.datetime
) -> None:
    """Note the joint plan; its date becomes every unit's date."""
    whistle.plan, whistle.planned_until = plan, until
    whistle.save(update_fields=["plan", "planned_until"])
    _parts(whistle.matter).update(due_at=until)


def give_result(
    whistle: Whistle, *, by: Actor, at: dt.datetime, result: str, cause: str = ""
) -> None:
    """Note what came of it, and why there was a problem; the public reads it without numbers."""
    whistle.result, whistle.cause = result, cause
    whistle.save(update_fields=["result", "cause"])
    whistle.matter.outcome = scrub(result)


def rate_by_unit(
    whistle: Whistle, *, by: Actor, at: dt.datetime, solved: bool, comment: str
) -> None:
    """Take what a called unit says of the call."""
    body = loop.own_assignment(whistle.matter, by).body
    _rate(whistle, Rating.Side.UNIT, by=by, at=at, solved=solved, comment=comment, body=body)


def rate_by_resident(
    whistle: Whistle, *, by: Actor, at: dt.datetime, solved: bool, comment: str
) -> None:
    """Take what a resident of the place says of the result."""
    _rate(whistle, Rating.Side.RESIDENT, by=by, at=at, solved=solved, comment=comment)


def rate(whistle: Whistle, *, by: Actor, at: dt.datetime, solved: bool, comment: str) -> str:
    """Take the whistler's rating: unsolved, the same call is made again one level up."""
    _rate(whistle, Rating.Side.WHISTLER, by=by, at=at, solved=solved, comment=comment)
    if solved:
        return "closed"
    _whistle_again(whistle, at=at)
    return "again"


@transaction.atomic
def offer(service: Service, *, by: Actor, at: dt.datetime) -> Service:
    """Put a service on the list, and say so in the journal."""
    service.offered_on = timezone.localdate(at)
    service.save(force_insert=True)
    journal.write(
        journal.Told(
            event="whistle.service_offered",
            subject=f"service:{service.pk}",
            at=at,
            actor=by.known_person,
            says=_("问题清单转为服务：%(title)s") % {"title": service.title},
            data={"body": service.body_id, "division": service.division_id},
        )
    )
    return service


def _parts(matter: Matter) -> QuerySet[Assignment]:
    return matter.assignments.filter(withdrawn_at__isnull=True)


def _where(matter: Matter) -> str:
    """Return where the call stands while units come and object."""
    if matter.objections.filter(ruled_at__isnull=True).exists():
        return "objected"
    return "sent" if _parts(matter).filter(reported_in_at__isnull=True).exists() else "gathered"


def _rate(
    whistle: Whistle,
    side: Rating.Side,
    *,
    by: Actor,
    at: dt.datetime,
    solved: bool,
    comment: str,
    body: Body | None = None,
) -> None:
    Rating.objects.update_or_create(
        matter=whistle.matter,
        side=side,
        by_id=by.known_person,
        defaults={"at": at, "solved": solved, "comment": comment, "body": body},
    )


def _whistle_again(whistle: Whistle, *, at: dt.datetime) -> None:
    """Open the next whistle one storey up, linked to this one, to the same units."""
    matter = whistle.matter
    parts = _parts(matter).select_related("body")
    above = (matter.village_id and matter.township_id) or matter.county_id
    opening = engine.Opening(
        uid=uuid.uuid4(),
        division=Division.objects.get(pk=above),
        title=matter.title,
        urgency=Urgency(matter.urgency),
        channel=Channel.SYSTEM,
        place=matter.place,
        lon=matter.lon,
        lat=matter.lat,
        parent_id=matter.pk,
    )
    engine.open_matter(
        "whistle",
        opening,
        by=SYSTEM,
        at=at,
        problem=whistle.problem,
        tried=whistle.result,
        lead=next(part.body for part in parts if part.is_lead),
        assisting=[part.body for part in parts if not part.is_lead],
        urgency=Urgency(matter.urgency),
        again_above=whistle.again_above + 1,
    )
