"""What is posted on site besides the map: who works in a grid, and whom one can call.

Names of those in office, and the telephones of the sign at the door: a person's own by consent.
"""

import datetime as dt

from guapeng.apps.grids.models import Plan
from guapeng.apps.grids.staffing import queries as staffing
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Post


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


def phones(place: Division, *, on: dt.date) -> dict[str, str]:
    """Return what the sign of a grid, or of the community before it has one, says to call."""
    found = staffing.contact(place, on=on)
    return {"phone": found.phone, "complaint_phone": found.complaint_phone}
