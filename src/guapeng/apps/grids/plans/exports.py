"""A plan as a file: GeoJSON and GeoPackage with the areas, a table with every building."""

import tempfile
import uuid as uuids
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
import pyogrio.raw
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guapeng.apps.grids.plans.asked import Asked
from guapeng.apps.grids.plans.draft import Draft, facts
from guapeng.apps.grids.plans.drawing import areas_of
from guapeng.apps.grids.plans.specials import OwnGrid
from guapeng.kernel.exchange.downloads import download, wants_file
from guapeng.kernel.exchange.exports import Column, Listing
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.middleware import actor

_DECIMALS: Final = 9
_CGCS2000: Final = "EPSG:4490"
_TYPES: Final = {"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3"}


class Row(NamedTuple):
    """A building of the table."""

    grid: str
    grid_name: str
    building: str
    compound: str
    households: int
    lon: float
    lat: float


_COLUMNS: Final = (
    Column("grid", gettext_lazy("网格代码")),
    Column("grid_name", gettext_lazy("网格名称")),
    Column("building", gettext_lazy("楼栋编号")),
    Column("compound", gettext_lazy("小区")),
    Column("households", gettext_lazy("户数"), int),
    Column("lon", gettext_lazy("经度"), float),
    Column("lat", gettext_lazy("纬度"), float),
)


@require_GET
def export(request: HttpRequest, uid: uuids.UUID) -> HttpResponse:
    """A version of a plan as a file, in the format that the address names."""
    if not request.user.is_authenticated:
        raise Http404
    asked = Asked.of(uid, on=timezone.localdate())
    number = request.GET.get("version", "")
    draft, own = asked.draft(number), asked.own(number)
    if wants_file(request):
        rows = _rows(asked, draft, own)
        return download(request, Listing("grids_plan", _("网格方案"), _COLUMNS, rows))  # type: ignore[return-value]  # a file is an answer
    format_ = request.GET.get("format", "")
    if format_ not in _TYPES:
        raise Http404
    content = _WRITERS[format_](_features(asked, draft, own), asked.plan.survey.system)
    _tell(request, asked, format_)
    return _file(content, asked, format_)


def _rows(asked: Asked, draft: Draft, own: Sequence[OwnGrid]) -> list[Row]:
    community = asked.ground.surveyed
    names = {one.code: one.name for one in draft.grids} | {one.code: one.name for one in own}
    of = {**draft.of, **{community.ids[row]: one.code for one in own for row in one.own.rows}}
    degrees = community.plane.degrees(community.places).round(7).tolist()
    rows = zip(
        community.ids,
        community.compound.tolist(),
        community.households.tolist(),
        degrees,
        strict=True,
    )
    made = [
        Row(
            of[code],
            names[of[code]],
            code,
            community.compounds[walled].name if walled >= 0 else "",
            households,
            *at,
        )
        for code, walled, households, at in rows
    ]
    return sorted(made)


def _features(asked: Asked, draft: Draft, own: Sequence[OwnGrid]) -> list[dict[str, Any]]:
    plane = asked.ground.community.plane
    told = facts(draft, asked.ground)
    general = [
        {
            "code": one.grid.code,
            "name": one.grid.name,
            "households": one.households,
            "buildings": one.buildings,
            "in_range": one.in_range,
            "special": "",
            "area": area,
        }
        for one, area in zip(told, areas_of(draft, asked.ground), strict=True)
    ]
    special = [
        {
            "code": one.code,
            "name": one.name,
            "households": one.households,
            "buildings": one.buildings,
            "in_range": True,
            "special": one.own.id,
            "area": one.own.area,
        }
        for one in own
    ]
    for one in (*general, *special):
        one["area"] = shapely.transform(
            one["area"], lambda at: np.round(plane.degrees(at), _DECIMALS)
        )
    return [*general, *special]


def _geojson(features: list[dict[str, Any]], _system: str) -> bytes:
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "name": "grids",
            "features": [
                {
                    "type": "Feature",
                    "properties": {key: value for key, value in one.items() if key != "area"},
                    "geometry": orjson.loads(shapely.to_geojson(one["area"])),
                }
                for one in features
            ],
        }
    )


def _geopackage(features: list[dict[str, Any]], system: str) -> bytes:
    """Return a GeoPackage; one that is shifted names no system, for none of EPSG is it."""
    fields = ("code", "name", "households", "buildings", "in_range", "special")
    kinds = {one["area"].geom_type for one in features}
    with tempfile.TemporaryDirectory(prefix="guapeng-") as folder:
        path = Path(folder, "grids.gpkg")
        pyogrio.raw.write(
            path,
            geometry=np.array([shapely.to_wkb(one["area"]) for one in features], dtype=object),
            field_data=[np.array([one[field] for one in features]) for field in fields],
            fields=list(fields),
            layer="grids",
            driver="GPKG",
            geometry_type="Polygon" if kinds == {"Polygon"} else "Unknown",
            crs=_CGCS2000 if system != "gcj02" else None,
        )
        return path.read_bytes()


_WRITERS: Final[dict[str, Callable[[list[dict[str, Any]], str], bytes]]] = {
    "geojson": _geojson,
    "gpkg": _geopackage,
}


def _tell(request: HttpRequest, asked: Asked, format_: str) -> None:
    by = actor(request)
    journal.write(
        journal.Told(
            event="grids.export",
            subject=f"grids_plan:{asked.plan.pk}",
            at=timezone.now(),
            actor=by.person_id,
            says=_("导出网格方案"),
            data={"format": format_},
        )
    )


def _file(content: bytes, asked: Asked, format_: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_TYPES[format_])
    name = f"{asked.plan.survey.name}-{asked.on:%Y%m%d}.{format_}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer
