"""What happened to a few of the demo's households, so that their pages have something on them."""

import datetime as dt
from random import Random
from typing import Final

from django.utils.timezone import localdate

from guapeng.apps.grids.ledger import care, changes
from guapeng.apps.grids.ledger.changes import Draft, Writing
from guapeng.apps.grids.models import LedgerChange, Source
from guapeng.demo.logins import LOGINS, person
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stories import fresh_id
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Household, HouseholdMember

_FEW: Final = 12
_DAYS: Final = 90
_CARE: Final = ("lone_elder", "left_behind_child", "lone_elder", "child_in_need")


def keep(scene: Scene, recipe: Recipe) -> None:
    """Let grid workers keep the ledgers of the grids in which somebody signs in; once."""
    if LedgerChange.objects.exists():
        return
    for grid in _grids(scene):
        _keep(scene, grid, recipe.rng(f"ledger:{grid.code}"), at=recipe.at)


def _grids(scene: Scene) -> list[Division]:
    """Return the grid of the worker who signs in, and that in which the resident lives."""
    where = {login.where for login in LOGINS if login.role == "grid_worker"}
    resident = next(person(scene, login) for login in LOGINS if login.role == "resident")
    lives = HouseholdMember.objects.filter(person=resident).values_list("household__division")
    ids = {id_ for (id_,) in lives}
    found = [scene.divisions[code] for code in sorted(where)]
    return found + [one for one in scene.grids if one.pk in ids and one.code not in where]


def _keep(scene: Scene, grid: Division, rng: Random, *, at: dt.datetime) -> None:
    worker = scene.actor("grid_worker", grid.code)
    assert grid.parent_id
    secretary = scene.actor("village_secretary", scene.code_of(grid.parent_id))
    with scope.acting(worker):
        homes = list(Household.objects.filter(division=grid).order_by("pk")[:_FEW])
        moments = sorted(at - dt.timedelta(days=_DAYS * rng.random()) for _home in homes)
        for home, moment in zip(homes, moments, strict=True):
            members = (home.members or 1) % 6 + 1
            writing = _writing(rng, worker, moment)
            changes.change(home.uid, {"members": members}, writing, version=home.version)
        for home, group in zip(homes, _CARE, strict=False):
            care.enter_care(home.uid, group, localdate(at), _writing(rng, worker, at))
        draft = Draft("新建5号", since=localdate(at), members=2)
        changes.add(grid, draft, _writing(rng, worker, at))
        last = homes[-1]
        writing = _writing(rng, worker, at)
        changes.end(last.uid, localdate(at), writing, version=last.version + 1)
    with scope.acting(secretary):
        looked = list(Household.objects.filter(pk=homes[0].pk))
        care.open_care(looked, by=secretary, at=at, purpose="入户看望")


def _writing(rng: Random, by: Actor, at: dt.datetime) -> Writing:
    return Writing(uid=fresh_id(rng), by=by, at=at, source=rng.choice((Source.VISIT, Source.OTHER)))
