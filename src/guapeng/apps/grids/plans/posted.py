"""What is posted on site besides the map: who works in a grid, and whom one can call.

Only names of those in office and telephones of units: what is sealed about a person stays sealed.
"""

import datetime as dt

from guapeng.apps.grids.models import Plan
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Body, Post


def workers(plan: Plan, *, on: dt.date) -> dict[str, str]:
    """Return the names of each grid's workers on a day, by the grid's code."""
    posts = Post.objects.filter(
        role="grid_worker",
        valid__contains=on,
        division__valid__contains=on,
        division__code__startswith=plan.division.code,
    )
    found: dict[str, list[str]] = {}
    for post in posts.select_related("person", "division").order_by("pk"):
        found.setdefault(post.division.code, []).append(post.person.name)
    return {code: "、".join(names) for code, names in found.items()}


def phones(community: Division) -> dict[str, str]:
    """Return the telephones of the committee and for complaints; empty if unknown."""
    bodies = Body.objects.filter(division__in=community.lineage, ended_on=None).exclude(phone="")
    found = {body.kind: body.phone for body in bodies.order_by("division__level", "-pk")}
    return {
        "phone": found.get(Body.Kind.COMMITTEE, ""),
        "complaint_phone": found.get(Body.Kind.CENTRE, ""),
    }
