"""Where reporting stands in the frame: navigation, front page, posters for those who hang them."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people.middleware import actor
from guapeng.web.registry import Entry, Panel, enter, hang

_HANGERS: Final = ("grid_worker", "grid_leader", "village_secretary")


def register() -> None:
    """Enter the pages into the navigation and hang the panels. Called from the app's ``ready``."""
    enter(
        Entry(
            key="report",
            label=_("上报"),
            url_name="concerns:report",
            icon="report",
            order=30,
            tab=True,
        )
    )
    enter(
        Entry(key="follow", label=_("查进展"), url_name="concerns:follow", icon="clock", order=32)
    )
    hang(
        Panel(
            key="report",
            place="home",
            template="concerns/panel_report.html",
            order=5,
            context=lambda _request: {},
        )
    )
    hang(
        Panel(
            key="posters",
            place="me",
            template="concerns/panel_posters.html",
            order=40,
            context=posters,
        )
    )


def posters(request: HttpRequest) -> dict[str, Any] | None:
    """Return the grids whose posters the actor may want to print; nothing for others."""
    posts = [post.division_id for post in actor(request).posts if post.role in _HANGERS]
    if not posts:
        return None
    today = timezone.localdate()
    own = Division.objects.filter(pk__in=posts)
    below = divisions.at(today).filter(level=Level.GRID, lineage__overlap=posts)
    return {"grids": list(below) or list(own)}
