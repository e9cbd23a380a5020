"""Hot issues: many reports about one thing in one place in one period, shown as one.

For whoever handles the place: one cause, looked at once. Counted by thing and place, never by
person; nothing is ranked against other places.
"""

import datetime as dt
from typing import Any, Final, NamedTuple

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from guapeng.apps.concerns.models import Category
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters import shown
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.queries import LISTED, Listed
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.rules import queries as rules
from guapeng.web import words
from guapeng.web.answers import page

_MOST_GROUPS: Final = 20
_SHOWN_OF_EACH: Final = 5

# Merged and referred reports count too: they told of the same thing.
_GROUPS: Final = """
select coalesce(m.village_id, m.township_id, m.county_id), k.category_id,
       count(*), count(*) filter (where m.closed_at is null), max(m.opened_at),
       (array_agg(m.id order by m.id desc))[:%(shown)s]
from matters_matter m
join concerns_concern k on k.matter_id = m.id
where k.category_id is not null and m.opened_at >= %(since)s
  and array[m.grid_id, m.village_id, m.township_id, m.county_id] && %(areas)s::bigint[]
group by 1, 2 having count(*) >= %(reports)s
order by max(m.opened_at) desc limit %(most)s
"""


class HotIssue(NamedTuple):
    """Reports that belong together: of one category, in one village, within the rule's days."""

    place: str
    category: str
    reports: int
    still_open: int
    latest: list[Listed]


def hot_issues(by: Actor, *, at: dt.datetime) -> list[HotIssue]:
    """Return the hot issues of the actor's areas, the most recently reported first."""
    rule = rules.value("concerns.hot", on=timezone.localdate(at))
    given = {
        "since": at - dt.timedelta(days=rule["days"]),
        "reports": rule["reports"],
        "areas": list(by.areas),
        "shown": _SHOWN_OF_EACH,
        "most": _MOST_GROUPS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, given)
        groups = cursor.fetchall()
    places = _names(Division, "name", (group[0] for group in groups))
    categories = _names(Category, "name", (group[1] for group in groups))
    matters = _listed([pk for group in groups for pk in group[5]])
    return [
        HotIssue(places[place], categories[category], many, still_open, [matters[pk] for pk in ids])
        for place, category, many, still_open, _latest, ids in groups
    ]


@require_GET
@login_required
def hot(request: HttpRequest) -> HttpResponse:
    """The hot issues of the areas of whoever asks, each with its newest reports."""
    now = timezone.now()
    found = hot_issues(actor(request), at=now)
    told = {
        "title": _("热点"),
        "rule": rules.in_force("concerns.hot", on=timezone.localdate(now)),
        "issues": [
            {
                "title": f"{issue.place} · {words.named(issue.category)}",
                "count": ngettext("%(n)d件", "%(n)d件", issue.reports) % {"n": issue.reports},
                "still_open": issue.still_open,
                "rows": [shown.listed_row(row, at=now) for row in issue.latest],
            }
            for issue in found
        ],
    }
    return page(request, "concerns/hot.html", told)


def sees_areas(request: HttpRequest) -> bool:
    """Tell whether whoever asks has an area to look after."""
    return bool(actor(request).areas)


def _names(model: Any, field: str, ids: Any) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=set(ids)).values_list("pk", field))


def _listed(ids: list[int]) -> dict[int, Listed]:
    rows = Matter.objects.filter(pk__in=ids).values_list(*LISTED)
    return {row[0]: Listed(*row) for row in rows}
