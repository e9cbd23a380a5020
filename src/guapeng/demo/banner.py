"""Loading the demo banner: once, and on from where it was killed.

The journal says how far it is: ``demo.begun`` with the recipe, when the place and its people are
there; ``demo.loaded`` with the accounts, when all is. What happens in between is committed piece
by piece, and stories are told the same way again, so that going on is telling the rest.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

import orjson
from django.db import connection, transaction
from django.utils import timezone

from guapeng.demo import (
    catalogue,
    field,
    grids,
    history,
    households,
    ledger,
    logins,
    people,
    places,
    play,
    scene,
    staffing,
)
from guapeng.demo.files import DATA
from guapeng.demo.recipe import Recipe
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.statistics import folding
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules.imports import import_calendar
from guapeng.plain.terminal import Advance, _

Phase = Callable[[str], AbstractContextManager[Advance]]

_SUBJECT: Final = "demo:banner"
_BEGUN: Final = "demo.begun"
_LOADED: Final = "demo.loaded"
_SOURCE: Final = "国务院办公厅节假日安排"
_BEFORE: Final = dt.timedelta(days=370)


class NotEmpty(Exception):
    """The data folder holds something that is no demo; nothing was touched."""

    def __init__(self) -> None:
        super().__init__(
            _("数据目录里已有别的数据，演示数据不会混进去；请用 GUAPENG_HOME 另指一个")
        )


def loaded() -> dict[str, Any] | None:
    """Return what this database's demo was made from, and its accounts; None without one."""
    return _told(_LOADED)


def load(recipe: Recipe, *, phase: Phase) -> None:
    """Build the banner, or what is missing of the one that was begun, by its own recipe.

    ``phase`` opens a phase by its name and gives what hears how far it is.

    Raises:
        NotEmpty: the database holds divisions, and no demo was begun.
    """
    with scope.acting(SYSTEM):
        begun = _told(_BEGUN)
        if begun is None:
            _begin(recipe, phase)
        else:
            recipe = Recipe.of(begun)
        stage = scene.read(timezone.localdate(recipe.at))
        with phase(_("住户台账")) as progress:
            households.enter(stage, recipe, at=recipe.at - _BEFORE, progress=progress)
        with phase(_("原热线的办结件")) as progress:
            history.take_over(stage, recipe, progress=progress)
        with phase(_("诉求和吹哨")) as progress:
            play.perform(play.cues_of(stage, recipe), progress=progress)
        with phase(_("网格台账和替岗")):
            ledger.keep(stage, recipe)
            staffing.arrange(stage, recipe)
        with phase(_("网格方案")):
            grids.draw(stage, recipe)
        with phase(_("外勤")) as progress:
            field.settle(stage, recipe, progress=progress)
        with phase(_("统计")):
            folding.recount(at=recipe.at)
        with phase(_("演示账号")):
            _finish(stage, recipe)


def refuse_other_data() -> None:
    """Make sure that there is nothing but a demo; also before the tables are there.

    Raises:
        NotEmpty: the database holds divisions, and no demo was begun.
    """
    there = connection.introspection.table_names()
    if Division._meta.db_table in there and Division.objects.exists() and not _told(_BEGUN):
        raise NotEmpty


@transaction.atomic
def _begin(recipe: Recipe, phase: Phase) -> None:
    refuse_other_data()
    at = recipe.at - _BEFORE
    with phase(_("工作日历")):
        import_calendar(DATA / "workdays.csv", source=_SOURCE)
    with phase(_("区划和网格")):
        places.write(recipe.areas(), at=at)
    with phase(_("单位、权责清单、人员")):
        people.settle(recipe.rng("people"), at=at, residents=recipe.scale.residents)
        catalogue.write()
    _tell(_BEGUN, _("开始建立演示数据"), recipe.as_data(), at=at)


@transaction.atomic
def _finish(stage: scene.Scene, recipe: Recipe) -> None:
    accounts = logins.open_all(stage, at=recipe.at)
    _tell(_LOADED, _("演示数据已建立"), recipe.as_data() | {"accounts": accounts}, at=recipe.at)


def _told(event: str) -> dict[str, Any] | None:
    entry = Entry.objects.filter(subject=_SUBJECT, event=event).first()
    return orjson.loads(entry.data) if entry else None


def _tell(event: str, says: str, data: dict[str, Any], *, at: dt.datetime) -> None:
    journal.write(journal.Told(event=event, subject=_SUBJECT, at=at, says=says, data=data))
