"""What the demo's grid worker finds in the field: places to look at, and half a year of visits."""

import datetime as dt
from random import Random
from typing import Final

import shapely
from django.utils import timezone

from guapeng.apps.grids.field import visits
from guapeng.apps.grids.field.visits import Seen
from guapeng.apps.grids.models import Visit
from guapeng.demo.logins import LOGINS
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stories import fresh_id
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Household
from guapeng.kernel.people.scope import acting
from guapeng.plain.terminal import Advance

_PLACES: Final = (
    ("幼儿园门口", "上学放学时的车和摊点"),
    ("河边步道", "护栏、救生圈、有没有人下水"),
    ("换热站", "门锁好没有，有没有异响"),
    ("电动车棚", "乱拉的线，堵住的通道"),
    ("东头的井盖", "松动、缺失、积水"),
)
_FOUND: Final = (
    "一切都好。",
    "",
    "问了医保怎么交，已告诉去服务大厅二号窗口。",
    "没有人在，改日再来。",
    "楼道灯不亮，已上报。",
    "老人想办优待证，带了材料清单。",
    "家里装修，提醒了清运时间。",
)
_VISITED: Final = 0.93
_HALF_A_YEAR: Final = 180
_CALLED: Final = 0.2


def settle(scene: Scene, recipe: Recipe, *, progress: Advance) -> None:
    """Give the grid of the demo's grid worker its patrol places and visits, those missing."""
    rng, where = recipe.rng("field"), next(one.where for one in LOGINS if one.username == "grid")
    by, grid = scene.actor("grid_worker", where), scene.divisions[where]
    for name, looks_for in _PLACES:
        point = _point_in(rng, Division.objects.get(pk=grid.pk))
        visits.add_place(
            fresh_id(rng),
            grid.pk,
            name=name,
            looks_for=looks_for,
            lon=point.x,
            lat=point.y,
            by=by,
            at=recipe.at,
        )
    with acting(by):
        homes = list(Household.objects.filter(division=grid.pk).order_by("uid"))
        told = [_seen(rng, home, recipe.at) for home in homes if rng.random() < _VISITED]
        for done, seen in enumerate(told, start=1):
            visits.keep_visit(seen, by=by, at=recipe.at)
            progress(done, len(told))


def _seen(rng: Random, home: Household, at: dt.datetime) -> Seen:
    return Seen(
        uid=fresh_id(rng),
        on=timezone.localdate(at) - dt.timedelta(days=1 + int(_HALF_A_YEAR * rng.random())),
        how=Visit.How.CALL if rng.random() < _CALLED else Visit.How.VISIT,
        found=_FOUND[int(len(_FOUND) * rng.random())],
        household=home.uid,
    )


def _point_in(rng: Random, grid: Division) -> shapely.Point:
    """Return a point of the grid that is neither its middle nor outside."""
    shape = shapely.from_wkb(bytes(grid.outline or b""))
    west, south, east, north = shape.bounds
    while True:
        point = shapely.Point(
            west + (east - west) * rng.random(), south + (north - south) * rng.random()
        )
        if shape.contains(point):
            return point
