"""Where a report belongs: named by a code or a list, pointed at, or nowhere in particular."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.divisions.places import NOWHERE, place_index
from guapeng.kernel.people import scope
from guapeng.kernel.rules import queries as rules
from guapeng.plain.geo import Position, plausible
from guapeng.plain.unfit import Unfit, gettext_noop


class Outside(Unfit):
    """The point lies beyond every outline of the instance."""

    code = "place.outside"
    wording = gettext_noop("这个位置不在本旗县范围内。请从列表里选地点，或向当地反映")


class NoPlace(Unfit):
    """Nothing says where, and there is more than one county."""

    code = "place.missing"
    wording = gettext_noop("请选一个地点，才知道该由谁来办")


class NoSuchGrid(Unfit):
    """The code on the poster is no place's today."""

    code = "place.grid"
    wording = gettext_noop("二维码上的网格“%(code)s”现在没有了，请从列表里选地点")


# In plain SQL: every report asks, and models would cost ten times the question.
_NAMES = """
select string_agg(above.name, '' order by above.level) from divisions_division above
where above.id = any ({lineage}) and above.level >= %s
"""
_WORDS = f"select coalesce(({_NAMES.format(lineage='%s')}), '')"  # ours
_BY_ID = f"""
select id, level, name, lineage, coalesce(({_NAMES.format(lineage="place.lineage")}), '')
from divisions_division place where id = %s and level = %s and valid @> %s::date
"""  # noqa: S608  # ours
_KNOWN = "words"
"""Under this name a division that was found by its id remembers its place in words."""
_KEPT_SECONDS = 30
_LONGEST_ID = 18
"""So many digits fit into a bigint."""


@dataclass(frozen=True)
class Where:
    """The division that a report belongs to, and the point if one is known."""

    division: Division
    point: Position | None = None

    @property
    def words(self) -> str:
        """The place as anybody may read it, from the township down."""
        known: str | None = vars(self.division).get(_KNOWN)
        if known is not None:
            return known
        with connection.cursor() as cursor:
            cursor.execute(_WORDS, [self.division.lineage, Level.TOWNSHIP])
            return str(cursor.fetchone()[0])


def county(*, on: dt.date) -> Division | None:
    """Return the county that the instance serves; ``None`` if there are several or none."""
    found = list(divisions.at(on).filter(level=Level.COUNTY)[:2])
    return found[0] if len(found) == 1 else None


def by_id(id_: str, level: Level, *, on: dt.date) -> Division | None:
    """Return the division of that id and storey, as far as a report needs it; None without one.

    What was found is kept for half a minute, as rules are.
    """
    if not id_.isdecimal() or len(id_) > _LONGEST_ID:
        return None
    row = cache.get_or_set(
        f"concerns.place.{id_}.{level}.{on}", lambda: _row(int(id_), level, on=on), _KEPT_SECONDS
    )
    if row is None:
        return None
    found = Division.from_db("default", ["id", "level", "name", "lineage"], row[:4])
    vars(found)[_KNOWN] = row[4]
    return found


def _row(id_: int, level: Level, *, on: dt.date) -> tuple[Any, ...] | None:
    with scope.unguarded(), connection.cursor() as cursor:
        cursor.execute(_BY_ID, [Level.TOWNSHIP, id_, level, on])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def by_code(code: str, *, on: dt.date) -> Division:
    """Return the grid or other place whose code stands on a poster.

    Raises:
        NoSuchGrid: no place below the county has it on that day.
    """
    try:
        found = divisions.by_code(code, on=on).filter(level__gte=Level.TOWNSHIP).first()
    except Unfit:
        found = None
    if found is None:
        raise NoSuchGrid(code=code[:20])
    return found


def find(named: Division | None, point: Position | None, *, on: dt.date) -> Where:
    """Return where a report belongs.

    What was named holds; a point inside it makes it more exact, a point elsewhere (somebody
    reports from home what they saw on the road) is dropped. A point alone decides by the outlines,
    and without either it is the county.

    Raises:
        Outside, NoPlace: see there.
        Unfit: the point cannot be in China (``plain.geo``).
    """
    held = _held(point, on=on)
    if named:
        inside = held is not None and named.pk in held.lineage
        return Where(held, point) if inside and held else Where(named)
    if held:
        return Where(held, point)
    home = county(on=on)
    if point and (home is None or len(place_index(on=on).ids)):
        raise Outside
    if home is None:
        raise NoPlace
    return Where(home, point)


def below(division: Division | None) -> Sequence[Division]:
    """Return the divisions directly below, for a list to choose from; nothing below nothing."""
    return list(divisions.children(division, on=timezone.localdate())) if division else []


def _held(point: Position | None, *, on: dt.date) -> Division | None:
    """Return the deepest division of county level or below that holds the point."""
    if point is None:
        return None
    plausible(*point)
    metres = rules.value("concerns.place", on=on)["tolerance_metres"]
    found = place_index(on=on).division_at(*point, tolerance=metres)
    return divisions.at(on).filter(pk=found or NOWHERE, level__gte=Level.COUNTY).first()
