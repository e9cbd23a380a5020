"""Who stands on the demo's grids: deputies, leave, gaps to come, a hand-over, telephones."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from guapeng.apps.grids.models import Deputy, GridContact
from guapeng.apps.grids.staffing import actions
from guapeng.demo.people import SINCE
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Body, Person, Post

_DAY: Final = dt.timedelta(days=1)
_EVERY_DEPUTY_MISSING: Final = 17
_EVERY_AWAY: Final = 29
_EVERY_LEAVING: Final = 61
_AREA: Final = "0479"


@transaction.atomic
def arrange(scene: Scene, recipe: Recipe) -> None:
    """Name deputies, note leave, publish telephones, and begin a hand-over; once."""
    if Deputy.objects.exists():
        return
    deputies = dict(_deputies(scene))
    Deputy.objects.bulk_create(
        Deputy(grid=grid, person=person, valid=SINCE) for grid, person in deputies.items()
    )
    _publish(scene)
    for place, grid in enumerate(scene.grids):
        if place % _EVERY_AWAY == 0:
            _go_away(scene, recipe, grid, deputies.get(grid) if place == 0 else None)
        elif place % _EVERY_LEAVING == 1:
            _leave_office(scene, recipe, grid)


def _deputies(scene: Scene) -> Iterator[tuple[Division, Person]]:
    """Yield for nearly every grid the worker of the next in its village, or the grid leader."""
    villages: dict[int, list[Division]] = defaultdict(list)
    for grid in scene.grids:
        assert grid.parent_id
        villages[grid.parent_id].append(grid)
    for place, grid in enumerate(scene.grids):
        if place % _EVERY_DEPUTY_MISSING == _EVERY_DEPUTY_MISSING - 1:
            continue
        assert grid.parent_id
        near = villages[grid.parent_id]
        following = near[(near.index(grid) + 1) % len(near)]
        if following == grid:
            yield grid, scene.holders["grid_leader", scene.code_of(grid.parent_id)][0]
        else:
            yield grid, scene.holders["grid_worker", following.code][0]


def _publish(scene: Scene) -> None:
    """Give offices telephones that nobody has: local numbers never begin with 0."""
    kinds = (Body.Kind.COMMITTEE, Body.Kind.TOWNSHIP, Body.Kind.CENTRE)
    offices = list(Body.objects.filter(kind__in=kinds).order_by("pk"))
    for serial, office in enumerate(offices):
        office.phone = _phone(serial)
    Body.objects.bulk_update(offices, ["phone"])
    first = scene.grids[0]
    GridContact.objects.create(grid=first, service_phone=_phone(len(offices)))


def _phone(serial: int) -> str:
    return f"{_AREA}-000{serial:04d}"


def _go_away(scene: Scene, recipe: Recipe, grid: Division, deputy: Person | None) -> None:
    assert grid.parent_id
    first = localdate(recipe.at) + (5 + grid.pk % 12) * _DAY
    actions.note_leave(
        grid,
        scene.holders["grid_worker", grid.code][0],
        first=first,
        last=first + 3 * _DAY,
        deputy=deputy,
        by=scene.actor("village_secretary", scene.code_of(grid.parent_id)),
        at=recipe.at,
    )


def _leave_office(scene: Scene, recipe: Recipe, grid: Division) -> None:
    """Let the worker's post end in twelve days, and the grid leader take over two days later."""
    assert grid.parent_id
    village, ends = scene.code_of(grid.parent_id), localdate(recipe.at) + 12 * _DAY
    giver = scene.holders["grid_worker", grid.code][0]
    taker = scene.holders["grid_leader", village][0]
    Post.objects.filter(person=giver, role=actions.WORKER, division=grid).update(
        valid=DateRange(SINCE.lower, ends)
    )
    Post.objects.create(
        person=taker, role=actions.WORKER, division=grid, valid=DateRange(ends + 2 * _DAY, None)
    )
    secretary = scene.actor("village_secretary", village)
    actions.draw_up(grid, giver=giver, taker=taker, by=secretary, at=recipe.at)
