"""Who is my grid worker: for anybody, by a code, a press of "here", or a list; and the sign.

No account is needed. A person's own number is shown only while that person has agreed.
"""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.apps.grids.staffing import queries
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.divisions.places import place_index
from guapeng.kernel.rules import queries as rules
from guapeng.plain.geo import plausible
from guapeng.plain.unfit import Unfit, gettext_noop
from guapeng.web import registry, words
from guapeng.web.answers import page

_LONGEST: Final = 40
_MOST: Final = 20


class NoPoint(Unfit):
    """The place is asked for, and the telephone has not told it yet."""

    code = "who.no_point"
    wording = gettext_noop("还没有得到位置，请先按“用现在的位置”，或从列表里选")


class NotHere(Unfit):
    """The point lies in no grid."""

    code = "who.outside"
    wording = gettext_noop("这个位置不在本旗县的网格里，请从列表里选")


class NoSuchGrid(Unfit):
    """The code on the sign is no grid's today."""

    code = "who.grid"
    wording = gettext_noop("这个网格现在没有了，请从列表里选")


@require_http_methods(["GET", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Show who answers for a grid today; without one, the ways to find it.

    A place is posted, so that it stands in no address, and leads to its grid's own page.
    """
    fault = ""
    try:
        if request.method == "POST":
            found = _located(request.POST.get("lon", ""), request.POST.get("lat", ""))
            return redirect(_link(found)["href"])
        grid = _meant(request)
    except Unfit as unfit:
        grid, fault = None, _(unfit.wording) % unfit.given
    told: dict[str, Any] = {"title": _("我的网格员"), "fault": fault, "q": ""}
    if grid is not None:
        return page(request, "grids/staffing/who.html", told | _told(request, grid))
    text = request.GET.get("q", "").strip()[:_LONGEST]
    told |= {"q": text, "found": _found(text), "lists": _lists(request.GET.get("place", ""))}
    return page(request, "grids/staffing/find.html", told, status=422 if fault else 200)


@require_GET
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """A grid's sign for the door: name, area, worker, telephones, and a code to scan."""
    grid, now = _by_code(code), timezone.now()
    if grid is None:
        raise Http404(_("没有这个网格"))
    here = reverse("grids:who")
    told = {
        "title": _("网格公示牌"),
        "link": request.build_absolute_uri(f"{here}?grid={grid.code}"),
        "large": request.GET.get("size") == "a3",
        "day": words.day(localdate(now), at=now),
    }
    return page(request, "grids/staffing/sign.html", told | _told(request, grid))


def _meant(request: HttpRequest) -> Division | None:
    """Return the grid whose code the address names; None where it names none.

    Raises:
        NoSuchGrid: it is no grid's today.
    """
    code = request.GET.get("grid", "")
    found = _by_code(code) if code else None
    if code and found is None:
        raise NoSuchGrid
    return found


def _by_code(code: str) -> Division | None:
    try:
        return divisions.by_code(code, on=localdate()).filter(level=Level.GRID).first()
    except Unfit:
        return None


def _located(lon: str, lat: str) -> Division:
    """Return the grid of a point in degrees.

    Raises:
        NoPoint: the telephone has not told it.
        Unfit: it is none, or lies in no grid.
    """
    if not lon or not lat:
        raise NoPoint
    try:
        point = float(lon), float(lat)
    except ValueError:
        raise NotHere from None
    plausible(*point)
    today = localdate()
    metres = rules.value("grids.who", on=today)["tolerance_metres"]
    id_ = place_index(on=today).division_at(*point, tolerance=metres)
    found = divisions.at(today).filter(pk=id_ or 0, level=Level.GRID).first()
    if found is None:
        raise NotHere
    return found


def _told(request: HttpRequest, grid: Division) -> dict[str, Any]:
    contact = queries.contact(grid, on=localdate())
    above = Division.objects.filter(pk__in=grid.lineage, level__gte=Level.TOWNSHIP)
    return {
        "grid": grid,
        "contact": contact,
        "place": "".join(above.order_by("level").values_list("name", flat=True)),
        "report": _report(request, grid),
    }


def _report(request: HttpRequest, grid: Division) -> str:
    """Return the address at which a problem of this grid is reported, if the instance has one."""
    entry = next((one for one in registry.entries(request) if one.key == "report"), None)
    return f"{entry.url}?grid={grid.code}" if entry else ""


def _found(text: str) -> list[dict[str, str]]:
    if not text:
        return []
    named = divisions.search(text, on=localdate()).filter(level__gte=Level.TOWNSHIP)
    few = list(named[:_MOST])
    above = Division.objects.filter(level__gte=Level.TOWNSHIP).in_bulk(
        {id_ for one in few for id_ in one.lineage[:-1]}
    )
    return [
        _link(one) | {"where": "".join(above[id_].name for id_ in one.lineage[:-1] if id_ in above)}
        for one in few
    ]


def _lists(code: str) -> dict[str, Any]:
    """Return the divisions below the one of that code, and the way up; else below the county."""
    today = localdate()
    place = divisions.at(today).filter(code=code).first() if code else None
    chosen = place is not None
    if place is None:
        counties = list(divisions.at(today).filter(level=Level.COUNTY)[:2])
        if len(counties) != 1:
            links = [_link(one) for one in counties]
            return {"name": "", "chosen": False, "up": [], "below": links}
        place = counties[0]
    up = divisions.at(today).filter(pk__in=place.lineage[:-1], level__gte=Level.COUNTY)
    below = divisions.children(place, on=today)
    return {
        "name": place.name,
        "chosen": chosen,
        "up": [_link(one) for one in up],
        "below": [_link(one) for one in below],
    }


def _link(place: Division) -> dict[str, str]:
    """Return a place by its names, leading to its grids, or to who answers for it as a grid."""
    asked = "grid" if place.level == Level.GRID else "place"
    href = f"{reverse('grids:who')}?{asked}={place.code}"
    return {"name": place.name, "mongolian": place.name_mongolian, "href": href}
