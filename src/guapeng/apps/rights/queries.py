"""Reading requests."""

import datetime as dt

from django.db.models import Q, QuerySet

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Person


def requests_of(actor: Actor) -> QuerySet[Matter]:
    """Return the requests about the actor's own data, the newest first."""
    me = actor.known_person
    mine = Q(on_behalf_of=me) | Q(raised_by=me, on_behalf_of=None)
    return Matter.objects.filter(mine, workflow="rights").order_by("-id")


def county_of(person: Person, *, on: dt.date) -> Division:
    """Return the county that answers for ``person``: that of the home, else the instance's own."""
    counties = Division.objects.filter(level=Level.COUNTY, valid__contains=on).order_by("pk")
    home = person.home.lineage if person.home else []
    return counties.filter(pk__in=home).first() or counties[0]
