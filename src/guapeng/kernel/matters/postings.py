"""The public board's own rows: kept beside the loop, so that filters cost the engine no index."""

# ruff: noqa: S608  # statements are put together from our own names; values are parameters

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.queries import PAGE_ROWS, Listed
from guapeng.plain import geo

_COLUMNS: Final = (
    "matter_id", "place_id", "grid_id", "village_id", "township_id", "county_id",
    "workflow", "category", "is_closed", "square",
)  # fmt: skip
_CHANGES: Final = ("category", "is_closed")
_SQUARE: Final = (
    f"floor(m.lat / {geo.SQUARE_NORTH})::bigint * {geo.SQUARES_A_ROW}"
    f" + floor(m.lon / {geo.SQUARE_EAST})::bigint"
)
_THESE: Final = "m.id = any(%(matters)s)"
_POST: Final = f"""
insert into matters_posting ({", ".join(_COLUMNS)})
select m.id, m.division_id, m.grid_id, m.village_id, m.township_id, m.county_id,
       m.workflow, m.category, m.closed_at is not null, {_SQUARE}
from matters_matter m where {_THESE} and m.visibility = 'public'
on conflict (matter_id) do update
    set (category, is_closed) = (excluded.category, excluded.is_closed)
where (matters_posting.category, matters_posting.is_closed)
    is distinct from (excluded.category, excluded.is_closed)
"""
_TAKE_DOWN: Final = """
delete from matters_posting p using matters_matter m
where p.matter_id = any(%(matters)s) and m.id = p.matter_id and m.visibility <> 'public'
"""
_COUNT: Final = """
insert into matters_{table} ({key}, {more} open, closed)
select {key}, {maxima}
       count(*) filter (where not is_closed), count(*) filter (where is_closed)
from matters_posting where {key} {which} group by {key}
on conflict ({key}) do update set open = excluded.open, closed = excluded.closed
where (matters_{table}.open, matters_{table}.closed)
    is distinct from (excluded.open, excluded.closed)
"""
_DROP_EMPTY: Final = """
delete from matters_{table} c where {key} {which}
    and not exists (select from matters_posting p where p.{key} = c.{key})
"""
_STOREYS: Final = ("village_id", "township_id", "county_id")
_COUNTED: Final = (
    {
        "table": "postingcount",
        "key": "place_id",
        "of_matters": "m.division_id",
        "more": "".join(f"{storey}, " for storey in _STOREYS),
        "maxima": "".join(f"max({storey}), " for storey in _STOREYS),
    },
    {"table": "squarecount", "key": "square", "of_matters": _SQUARE, "more": "", "maxima": ""},
)
_LISTED: Final = """
with found as (
    select p.matter_id
    from unnest(%(areas)s::bigint[]) as place(id)
    cross join unnest(%(closed)s::boolean[]) as standing(is_closed)
    cross join unnest(%(keys)s::text[]) as wanted(key)
    cross join lateral (
        select p.matter_id from matters_posting p
        where p.{area} = place.id and p.is_closed = standing.is_closed
          and p.matter_id < %(before)s and {filters}
        order by p.matter_id desc limit %(rows)s
    ) p
    order by p.matter_id desc limit %(rows)s
)
select m.id, m.number, m.title, m.place, m.workflow, m.version, m.state, m.urgency,
       m.due_at, m.opened_at, m.closed_at, m.lon, m.lat
from found join matters_matter m on m.id = found.matter_id order by m.id desc
"""
_BY_SQUARE: Final = """
select found.square, found.count, alone.number, alone.title
from (
    select c.square, c.count
    from unnest(%(west)s::bigint[], %(east)s::bigint[]) as line(west, east)
    cross join lateral (
        select c.square, c.{standing} as count from matters_squarecount c
        where c.square between line.west and line.east and c.{standing} > 0
        order by c.square limit %(most)s
    ) c
    limit %(most)s
) found
left join lateral (
    select m.number, m.title from matters_posting p join matters_matter m on m.id = p.matter_id
    where p.square = found.square and p.is_closed = %(closed)s limit 1
) alone on found.count = 1
"""
_BY_STOREY: Final = """
select {storey}, sum({standing})::bigint from matters_postingcount
where {standing} > 0 and {storey} is not null group by {storey}
"""
_INDEXED: Final = (Level.COUNTY, Level.TOWNSHIP)
_LAST_ID: Final = 2**63 - 1


class Square(NamedTuple):
    """How many public matters stand in a square; if only one does, which."""

    number: int
    count: int  # type: ignore[assignment]  # nobody asks a tuple's
    matter: str | None
    title: str | None


def keep(matters: Sequence[int]) -> None:
    """Bring the rows of some matters up to date, and the counts of where they lie.

    For the kernel's own scope, as ``post`` and ``count_all``.
    """
    post(matters)
    given = {"matters": list(matters)}
    with connection.cursor() as cursor:
        for one in _COUNTED:
            which = f"in (select {one['of_matters']} from matters_matter m where {_THESE})"
            cursor.execute(_COUNT.format(**one, which=which), given)
            cursor.execute(_DROP_EMPTY.format(**one, which=which), given)


def post(matters: Sequence[int]) -> None:
    """Bring the rows of some matters up to date, without the counts."""
    given = {"matters": list(matters)}
    with connection.cursor() as cursor:
        cursor.execute(_POST, given)
        cursor.execute(_TAKE_DOWN, given)


def count_all() -> None:
    """Count every place and every square; there are no counts yet."""
    with connection.cursor() as cursor:
        for one in _COUNTED:
            cursor.execute(_COUNT.format(**one, which="is not null"))


def listed(
    areas: Iterable[int],
    storey: Level,
    *,
    closed: bool | None,
    workflows: Iterable[str],
    categories: Iterable[str] = (),
    before: int | None = None,
    rows: int = PAGE_ROWS,
) -> list[Listed]:
    """Return public matters of some divisions of one storey, the newest first.

    Args:
        areas: the divisions, county to grid; one with what it took over, as a rule.
        storey: their storey.
        closed: closed ones only, open ones only, or None for both.
        workflows: kinds of matters.
        categories: codes; none for all.
        before: id of the last row that the caller has.
        rows: how many at most.
    """
    codes = list(categories)
    given: dict[str, Any] = {
        "areas": list(areas),
        "closed": [True, False] if closed is None else [closed],
        "workflows": list(workflows),
        "categories": codes,
        "keys": [""],
        "before": before or _LAST_ID,
        "rows": rows,
    }
    filters = ["p.workflow = any(%(workflows)s)"]
    if codes:
        filters.append("p.category = any(%(categories)s)")
    if storey in _INDEXED:  # one index for each value: a look-up a value, merged
        filters[-1] = f"p.{'category' if codes else 'workflow'} = wanted.key"
        given["keys"] = codes or given["workflows"]
    return _list(_column(storey), " and ".join(filters), given)


def in_square(
    square: int, *, closed: bool | None, before: int | None = None, rows: int = PAGE_ROWS
) -> list[Listed]:
    """Return public matters of a square of the map, the newest first; the rest as ``listed``."""
    given: dict[str, Any] = {
        "areas": [square],
        "closed": [True, False] if closed is None else [closed],
        "keys": [""],
        "before": before or _LAST_ID,
        "rows": rows,
    }
    return _list("square", "true", given)


def by_storey(storey: Level, *, closed: bool) -> dict[int, int]:
    """Return how many public matters stand in each division of a storey that has any, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_STOREY.format(storey=_column(storey), standing=_standing(closed=closed)))
        return dict(cursor.fetchall())


def by_square(box: geo.Box, *, closed: bool, most: int) -> list[Square]:
    """Return the squares of a box in which public matters stand, ``most`` of them at most."""
    lines = geo.squares_of(box)
    given: dict[str, Any] = {
        "west": [west for west, _east in lines],
        "east": [east for _west, east in lines],
        "closed": closed,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_SQUARE.format(standing=_standing(closed=closed)), given)
        return [Square(*row) for row in cursor.fetchall()]


def _column(storey: Level) -> str:
    """Return the column of a storey's divisions; nothing lies below a grid."""
    return "place_id" if storey == Level.GRID else f"{storey.name.lower()}_id"


def _standing(*, closed: bool) -> str:
    return "closed" if closed else "open"


def _list(area: str, filters: str, given: dict[str, Any]) -> list[Listed]:
    with connection.cursor() as cursor:
        cursor.execute(_LISTED.format(area=area, filters=filters), given)
        return [Listed(*row) for row in cursor.fetchall()]
