"""The map of public matters: how many stand where, never at whose door.

Far out a mark counts a township, then a village, then a grid; close by it counts a square of some
200 m. So a map of ten thousand matters and one of ten million send the same few marks.
"""

import datetime as dt
from functools import cache, lru_cache
from typing import Any, Final

import orjson
import shapely
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import board, postings, shown
from guapeng.plain import geo
from guapeng.web.answers import page

_MOST_MARKS: Final = 300
_MOST_PLACES: Final = 60
_MOST_ROWS_OF_SQUARES: Final = 40
_SIMPLER_BY: Final = 0.0005  # degrees
_WORLD: Final = geo.Box(west=-180, south=-90, east=180, north=90)
_STANDING: Final = {"open": False, "closed": True}


@require_GET
def map_(request: HttpRequest) -> HttpResponse:
    """The map of a division, and the way to the same matters as a list."""
    place = _chosen(request)
    standing = request.GET.get("standing", "open")
    if standing not in _STANDING:
        raise Http404
    asked: dict[str, Any] = {"standing": standing} | ({"place": place.pk} if place else {})
    told = {
        "title": _("地图"),
        "place": place,
        "tabs": _tabs(asked),
        "center": f"{place.lat},{place.lon}" if place and place.lat else "",
        "areas": f"{reverse('matters:map_areas')}?{urlencode({'place': asked.get('place', '')})}",
        "points": f"{reverse('matters:map_points')}?{urlencode({'standing': standing})}",
        "tiles": settings.MAP_TILES,
        "list": f"{reverse('matters:board')}?{urlencode(asked)}",
    }
    return page(request, "matters/map.html", told)


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """The outlines of a division's parts as GeoJSON, simpler than they are."""
    place = _chosen(request)
    drawn = [_area(one) for one in _outlined(place, on=timezone.localdate())] if place else []
    response = _json(drawn)
    response["Cache-Control"] = "max-age=3600"
    return response


@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """The marks of a box of the map as GeoJSON, with how many matters each stands for."""
    closed = _STANDING.get(request.GET.get("standing", "open"), False)
    box = _box(request.GET.get("box", ""))
    return _json(_marks(box, closed=closed, on=timezone.localdate()))


def _chosen(request: HttpRequest) -> Division | None:
    asked = board.Asked.of({"place": request.GET.get("place", "")})
    return board.chosen_place(asked.place, on=timezone.localdate())


def _marks(box: geo.Box, *, closed: bool, on: dt.date) -> list[dict[str, Any]]:
    """Return the marks of the finest kind of which the box holds few enough."""
    standing = "closed" if closed else "open"
    if len(geo.squares_of(box)) <= _MOST_ROWS_OF_SQUARES:
        squares = postings.by_square(box, closed=closed, most=_MOST_MARKS)
        return [_square(one, standing=standing) for one in squares]
    for storey in (Level.GRID, Level.VILLAGE, Level.TOWNSHIP):
        inside = _inside(box, storey, on=on)
        if len(inside) <= _MOST_PLACES or storey == Level.TOWNSHIP:
            counts = postings.by_storey(storey, closed=closed)
            summed = ((one, _sum(counts, one)) for one in inside)
            return [_place(one, count, standing=standing) for one, count in summed if count]
    return []


def _inside(box: geo.Box, storey: Level, *, on: dt.date) -> list[Division]:
    """Return the divisions of a storey whose middle lies in the box, one more than fit at most."""
    found = divisions.at(on).filter(
        level=storey,
        lon__range=(box.west, box.east),
        lat__range=(box.south, box.north),
    )
    return list(found.only("name", "lon", "lat", "formerly")[: _MOST_PLACES + 1])


def _sum(counts: dict[int, int], place: Division) -> int:
    """Return the count of a division, with those of what it took over."""
    return sum(counts.get(id_, 0) for id_ in (place.pk, *place.formerly))


def _square(one: postings.Square, *, standing: str) -> dict[str, Any]:
    """Return the mark of a square: its only matter by title, several by their number."""
    middle = geo.middle_of(one.number)
    if one.matter and one.title:
        return _mark(middle, one.title, shown.address(one.matter), standing)
    href = _list_of(square=one.number, standing=standing)
    return _mark(middle, _how_many(one.count), href, standing, count=one.count)


def _place(place: Division, count: int, *, standing: str) -> dict[str, Any]:
    middle = geo.Position(place.lon or 0.0, place.lat or 0.0)  # found by where it is
    name = _("%(place)s：%(count)s") % {"place": place.name, "count": _how_many(count)}
    href = _list_of(place=place.pk, standing=standing)
    return _mark(middle, name, href, standing, count=count)


def _mark(at: geo.Position, name: str, href: str, standing: str, **more: Any) -> dict[str, Any]:
    tone = "done" if standing == "closed" else "going"
    return {
        "type": "Feature",
        "properties": {"name": name, "href": href, "tone": tone, **more},
        "geometry": {"type": "Point", "coordinates": [round(at.lon, 5), round(at.lat, 5)]},
    }


def _list_of(**asked: str | int) -> str:
    """Return the address of a list on the board; neither numbers nor our own words need quoting."""
    return f"{_board()}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


@cache
def _board() -> str:
    return reverse("matters:board")


def _how_many(count: int) -> str:
    return _counted(count, get_language())


@lru_cache(maxsize=4096)  # three hundred marks say the same few counts
def _counted(count: int, _language: str) -> str:
    return ngettext("%(count)d件", "%(count)d件", count) % {"count": count}


def _outlined(place: Division, *, on: dt.date) -> list[Division]:
    """Return the parts of a division that have an outline, or the division itself."""
    parts = divisions.children(place, on=on).defer(None).filter(outline__isnull=False)
    return list(parts) or list(Division.objects.filter(pk=place.pk, outline__isnull=False))


def _area(place: Division) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": place.name},
        "geometry": orjson.loads(_simpler(place.pk, bytes(place.outline or b""))),
    }


@lru_cache(maxsize=512)
def _simpler(_pk: int, outline: bytes) -> str:
    """Return an outline as GeoJSON, without what no screen shows."""
    shape = shapely.simplify(shapely.from_wkb(outline), _SIMPLER_BY)
    return str(shapely.to_geojson(shapely.set_precision(shape, 0.0001)))


def _box(text: str) -> geo.Box:
    """Read ``west,south,east,north`` in degrees.

    Raises:
        Http404: it is none.
    """
    try:
        box = geo.Box(*map(float, text.split(",")))
    except (TypeError, ValueError):
        raise Http404 from None
    corners = geo.Position(box.west, box.south), geo.Position(box.east, box.north)
    if not all(map(_WORLD.holds, corners)) or box.west > box.east or box.south > box.north:
        raise Http404
    return box


def _tabs(asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": board.STANDING[key][0],
            "href": f"?{urlencode(asked | {'standing': key})}",
            "current": key == asked["standing"],
        }
        for key in _STANDING
    ]


def _json(features: list[dict[str, Any]]) -> HttpResponse:
    content = orjson.dumps({"type": "FeatureCollection", "features": features})
    return HttpResponse(content, content_type="application/geo+json")
