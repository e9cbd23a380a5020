"""A year of concerns by the hundred thousand, told and not yet looked at: for the page's scale."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Final

from guapeng.demo.files import rows
from guapeng.demo.play import Cue
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stories import fresh_id
from guapeng.kernel.matters.bulk import Arrival, open_many
from guapeng.kernel.matters.engine import Opening
from guapeng.kernel.matters.models import Channel, Urgency
from guapeng.kernel.people.actors import ANONYMOUS

_DAYS: Final = 365
_FIRST: Final = (0, 0)


def cues_of(scene: Scene, recipe: Recipe) -> Iterator[Cue]:
    """Yield the arrivals of every day, a batch a day."""
    daily, rest = divmod(recipe.scale.more, _DAYS)
    for day in range(_DAYS if recipe.scale.more else 0):
        at = recipe.at - dt.timedelta(days=_DAYS - day)
        rng = recipe.rng(f"year:{day}")
        yield Cue(at, _FIRST, partial(_arrive, scene, rng, daily + (day < rest), at=at))


def _arrive(scene: Scene, rng: Random, count: int, *, at: dt.datetime) -> None:
    open_many("concern", [_arrival(scene, rng) for _ in range(count)], by=ANONYMOUS, at=at)


def _arrival(scene: Scene, rng: Random) -> Arrival:
    row = rng.choice(rows("concerns"))
    grid = rng.choice(scene.grids)
    village = scene.above(grid)
    category = scene.categories[row["category"]]
    opening = Opening(
        uid=fresh_id(rng),
        division=grid,
        title=category.name,
        category=category.code,
        urgency=Urgency(category.urgency),
        channel=Channel.IMPORT,
        place=row["place"].format(v=village.name),
        lon=grid.lon,
        lat=grid.lat,
    )
    return Arrival(opening, {"text": row["text"].format(v=village.name), "category": category})
