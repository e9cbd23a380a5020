"""Performing the stories in the order of time, through the product's own engine.

Nothing is written past it: numbers, deadlines, tasks and journal are what they would have been had
people done all this on those days.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Max

from guapeng.demo import parts
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stage import Stage
from guapeng.demo.stories import Story, Turn, fresh_id
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Channel, Matter, StepTaken, Visibility
from guapeng.plain.terminal import Advance

_KEPT_TOGETHER: Final = 100
_BEFORE_ALL: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
_TITLE_LETTERS: Final = 40
_ON_BEHALF: Final = frozenset({Channel.GRID, Channel.PHONE, Channel.COUNTER})


class Cue(NamedTuple):
    """Something that happens at a moment; of two at the same moment the smaller order is first.

    ``uid`` is that of the step taken, if it is one.
    """

    at: dt.datetime
    order: tuple[int, int]
    act: Callable[[], object]
    uid: uuid.UUID | None = None


def perform(cues: Iterable[Cue], *, progress: Advance) -> None:
    """Let everything happen in the order of time that has not happened before, piece by piece.

    All in one transaction, each line of the journal would be slower to write than the one before.
    """
    ordered = sorted(_still_to_come(cues), key=lambda cue: cue[:2])
    for start in range(0, len(ordered), _KEPT_TOGETHER):
        with transaction.atomic():
            for cue in ordered[start : start + _KEPT_TOGETHER]:
                cue.act()
        progress(min(start + _KEPT_TOGETHER, len(ordered)), len(ordered))


def cues_of(scene: Scene, recipe: Recipe) -> Iterator[Cue]:
    """Yield the openings of the stories' matters, and the turns."""
    rng = recipe.rng("play")
    stories = list(recipe.stories(recipe.areas()))
    stage = Stage(scene, matters=_known(stories))
    for story in stories:
        opening = partial(_open, stage, story)
        yield Cue(story.at, (story.serial, 0), opening, story.uid)
        for number, turn in enumerate(story.turns, start=1):
            uid = fresh_id(rng)
            take = partial(_take, stage, story, turn, uid=uid)
            yield Cue(turn.at, (story.serial, number), take, uid)


def _still_to_come(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Yield what lies behind the last step taken, which is where a killed load stopped."""
    last = StepTaken.objects.aggregate(last=Max("at"))["last"] or _BEFORE_ALL
    then = set(StepTaken.objects.filter(at=last).values_list("uid", flat=True))
    return (cue for cue in cues if cue.at >= last and cue.uid not in then)


def _known(stories: Iterable[Story]) -> dict[int, Matter]:
    """Return the matters of the stories that have begun, by the story's serial."""
    serials = {story.uid: story.serial for story in stories}
    return {serials[one.uid]: one for one in Matter.objects.filter(uid__in=serials)}


def _open(stage: Stage, story: Story) -> None:
    scene = stage.scene
    asker = story.asker if story.channel in _ON_BEHALF else None
    opening = engine.Opening(
        uid=story.uid,
        division=scene.divisions[story.where],
        title=_title(scene, story),
        category=story.words.get("category", ""),
        urgency=story.urgency,
        channel=story.channel,
        visibility=_visibility(scene, story),
        place=story.words.get("place") or scene.divisions[story.where].name,
        lon=story.lon,
        lat=story.lat,
        on_behalf_of_id=None if asker is None else scene.resident(asker).person_id,
    )
    stage.matters[story.serial] = engine.open_matter(
        story.workflow, opening, by=stage.opener(story), at=story.at, **_given(scene, story)
    )


def _take(stage: Stage, story: Story, turn: Turn, *, uid: uuid.UUID) -> None:
    """Take a turn; where nobody is left to take it, as when all units have come, do nothing."""
    matter = stage.present(story)
    step, who, says = parts.OF[story.workflow][turn.leg]
    by = who(stage, story, matter)
    if by:
        given = says(stage, story, turn)
        taken = engine.take(step, matter, by=by, at=turn.at, uid=uid, **given)
        if taken.parent_id is None:
            stage.matters[story.serial] = taken


def _title(scene: Scene, story: Story) -> str:
    if story.workflow == "concern":
        return scene.categories[story.words["category"]].name
    return story.words.get("problem", "").split("，")[0].rstrip("。")[:_TITLE_LETTERS]


def _visibility(scene: Scene, story: Story) -> Visibility:
    if story.workflow == "concern":
        shown = scene.categories[story.words["category"]].is_public
    else:
        shown = story.workflow == "whistle"
    return Visibility.PUBLIC if shown else Visibility.INVOLVED


def _given(scene: Scene, story: Story) -> dict[str, Any]:
    if story.workflow == "concern":
        category = scene.categories[story.words["category"]]
        return {"text": story.words["text"], "category": category}
    if story.workflow == "rights":
        return story.words
    return {
        "problem": story.words["problem"],
        "tried": story.words["tried"],
        "lead": scene.bodies[story.lead],
        "assisting": [scene.bodies[key] for key in story.assisting],
        "urgency": story.urgency,
    }
