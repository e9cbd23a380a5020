"""What the banner's former hotline had closed, taken over as an instance takes it from a list."""

import datetime as dt
from itertools import islice
from typing import Any, Final

from guapeng.demo.concerns import SPAN
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stories import Story
from guapeng.kernel.matters.beginning import Arrival, Opening, open_many
from guapeng.kernel.matters.models import Channel, Visibility
from guapeng.kernel.people.actors import SYSTEM
from guapeng.plain.terminal import Advance

_AT_ONCE: Final = 2_000
_SOURCE: Final = "原便民热线"
_DAY: Final = dt.timedelta(days=1)


def take_over(scene: Scene, recipe: Recipe, *, progress: Advance) -> None:
    """Take over what is missing of it, on the day before the half year begins."""
    at = recipe.at - SPAN - _DAY
    told = (_arrival(scene, *one) for one in recipe.past(recipe.areas()))
    done = 0
    while batch := list(islice(told, _AT_ONCE)):
        open_many("concern", batch, by=SYSTEM, at=at, row="take_over")
        progress(done := done + len(batch), recipe.scale.past)


def _arrival(scene: Scene, story: Story, end: dt.datetime) -> Arrival:
    category = scene.categories[story.words["category"]]
    division = scene.divisions[story.where]
    opening = Opening(
        uid=story.uid,
        division=division,
        title=category.name,
        category=category.code,
        urgency=story.urgency,
        channel=Channel.PHONE,
        visibility=Visibility.PUBLIC if category.is_public else Visibility.INVOLVED,
        place=story.words.get("place") or division.name,
        lon=story.lon,
        lat=story.lat,
    )
    given: dict[str, Any] = {
        "text": story.words["text"],
        "category": category,
        "lead": scene.bodies[story.lead],
        "summary": story.words.get("result", ""),
        "source": _SOURCE,
        "source_number": f"{story.at:%y%m%d}{story.serial:06d}",
    }
    return Arrival(opening, given, story.at, end)
