"""What is written: the assignment, the areas, a report, and what changed since an older plan.

Their formats: docs/reference/grids-partition.md.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import shapely

from guapeng.apps.grids.partition.county import Community, Source
from guapeng.apps.grids.partition.layers import write_table
from guapeng.apps.grids.partition.lineage import Change, Event, changes
from guapeng.apps.grids.partition.picture import Drawing, now, sheet
from guapeng.apps.grids.partition.plan import Division, Grid, Plan, Previous
from guapeng.apps.grids.partition.plane import Plane
from guapeng.plain.geo import System
from guapeng.plain.unfit import Unfit, gettext_noop

ASSIGNMENT: Final = "assignment.csv"
GRIDS: Final = "grids.geojson"
REPORT: Final = "report.json"
CHANGES: Final = "changes.csv"
PICTURES: Final = "changes"
_BEFORE: Final = gettext_noop("%(name)s 调整前")
_AFTER: Final = gettext_noop("%(name)s 调整后")
_RINGED: Final = gettext_noop("红圈：换了网格的楼栋")
_DECIMALS: Final = 9
"""Of degrees: a tenth of a millimetre, so that the outlines come back as they were."""


class NoPlan(Unfit):
    """A folder does not hold an older plan."""

    code = "plan.missing"
    wording = gettext_noop("“%(folder)s”里没有以前的划分结果（assignment.csv）")


def write_plan(
    plan: Plan,
    folder: Path,
    *,
    seconds: float,
    previous: Previous | None = None,
    before: Path | None = None,
    tell: Callable[[str], str] = str,
) -> None:
    """Write the files of a plan into ``folder``; each takes its place in one go.

    All but ``report.json`` depend on what the rows say and on the options alone; the report also
    tells row numbers and times.

    Args:
        plan: what is written.
        folder: where; made if it is not there.
        seconds: that it took.
        previous: the older plan, to tell what changed.
        before: folder of the older plan, to draw it beside the new one where something changed.
        tell: translates what pictures say.
    """
    folder.mkdir(parents=True, exist_ok=True)
    changed = changes(plan, previous) if previous else ()
    _put(folder / ASSIGNMENT, _assignment(plan))
    _put(folder / GRIDS, _grids(plan))
    _put(folder / REPORT, _report(plan, seconds, previous, changed))
    if previous:
        _put(folder / CHANGES, _changes(changed))
    if previous and before:
        pictures = folder / PICTURES
        pictures.mkdir(exist_ok=True)
        for old in pictures.glob("*.svg"):
            old.unlink()
        for name, picture in _pictures(plan, previous, changed, before, tell):
            _put(pictures / name, picture)


def _put(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _changes(changed: Sequence[Change]) -> bytes:
    headings = ("community_id", "change", "from", "to", "households", "buildings")
    return write_table(
        headings,
        [
            (one.community_id, one.event, one.origin, one.goal, one.households, len(one.buildings))
            for one in changed
        ],
    )


def _pictures(
    plan: Plan,
    previous: Previous,
    changed: Sequence[Change],
    before: Path,
    tell: Callable[[str], str],
) -> Iterator[tuple[str, bytes]]:
    """Give a picture of each community in which something changed: before beside after."""
    where = {one.community_id for one in changed}
    if not where or not (before / GRIDS).exists():
        return
    old: dict[str, dict[str, Any]] = {}
    for one in orjson.loads((before / GRIDS).read_bytes())["features"]:
        said = one["properties"]
        if said["community_id"] in where:
            shape = shapely.from_geojson(orjson.dumps(one["geometry"]))
            old.setdefault(said["community_id"], {})[said["grid_id"]] = shape
    communities = {one.id: one for one in plan.county.communities}
    for division in plan.divisions:
        if division.community_id in where:
            community = communities[division.community_id]
            areas = {
                code: shapely.transform(shape, division.plane.metres)
                for code, shape in old.get(division.community_id, {}).items()
            }
            mine = [one for one in changed if one.community_id == division.community_id]
            drawn = _before_and_after(community, division, areas, previous, mine, tell)
            yield f"{division.community_id}.svg", drawn.encode()


def _before_and_after(  # noqa: PLR0917 - two plans of a community
    community: Community,
    division: Division,
    areas: Mapping[str, Any],
    previous: Previous,
    changed: Sequence[Change],
    tell: Callable[[str], str],
) -> str:
    place = dict(zip(community.ids, community.places, strict=True))
    ringed = [
        place[building]
        for one in changed
        if one.event not in (Event.JOINED, Event.GONE)
        for building in one.buildings
    ]
    marked = np.array(ringed).reshape(-1, 2)
    titles = (tell(_BEFORE), tell(_AFTER))
    then, after = (title % {"name": division.name} for title in titles)
    return sheet(
        community,
        [
            Drawing(then, areas, previous.loads, marked),
            replace(now(division), title=after, marked=marked),
        ],
        note=tell(_RINGED),
        tell=tell,
    )


def read_previous(folder: Path, locked: frozenset[str] = frozenset()) -> Previous:
    """Read an older plan that ``write_plan`` wrote.

    Raises:
        NoPlan: there is none.
    """
    path = folder / ASSIGNMENT
    if not path.exists():
        raise NoPlan(folder=folder.resolve().name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        grid_of = {row["building_id"]: row["grid_id"] for row in csv.DictReader(file)}
    if not (folder / REPORT).exists():
        return Previous(grid_of, locked=locked)
    report = orjson.loads((folder / REPORT).read_bytes())
    grids = [grid for one in report["communities"] for grid in one["grids"]]
    return Previous(
        grid_of,
        frozenset(report["retired"]),
        locked,
        loads={grid["grid_id"]: grid["households"] for grid in grids},
        specials={grid["special"]: grid["grid_id"] for grid in grids if grid.get("special")},
    )


def totals(plan: Plan) -> Mapping[str, Any]:
    """Return what the plan comes to as a whole."""
    everything = [grid for one in plan.divisions for grid in one.grids]
    grids = [grid for grid in everything if not grid.special]
    parts = [part for one in plan.divisions for part in one.parts]
    quality = Counter[str]()
    for one in plan.divisions:
        for name in ("splits", "road", "hard"):
            quality[name] += int(one.quality.get(name, 0))
    households = sum(grid.households for grid in everything)
    walked = sum(
        one.quality.get("walk", 0.0) * sum(grid.households for grid in one.grids)
        for one in plan.divisions
    )
    return {
        "communities": len(plan.divisions),
        "buildings": sum(grid.buildings for grid in everything),
        "households": households,
        "grids": len(grids),
        "specials": len(everything) - len(grids),
        "in_range": sum(grid.in_range for grid in grids),
        "out_of_range": sum(not grid.in_range for grid in grids),
        "parts_that_do_not_fit": sum(not part.fits for part in parts),
        "refused_rows": len(plan.county.faults),
        "estimated_rows": len(plan.county.estimates),
        "moved_households": sum(one.moved for one in plan.divisions),
        "splits": quality["splits"],
        "road": quality["road"],
        "hard": quality["hard"],
        "walk": round(walked / max(1, households), 1),
    }


def _assignment(plan: Plan) -> bytes:
    rows = [
        (building, one.grids[at].code)
        for one in plan.divisions
        for building, at in zip(one.building_ids, one.grid.tolist(), strict=True)
    ]
    return write_table(("building_id", "grid_id"), sorted(rows))


def _grids(plan: Plan) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": _properties(one, grid),
            "geometry": _geometry(grid.area, one.plane),
        }
        for one in plan.divisions
        for grid in one.grids
    ]
    return orjson.dumps({"type": "FeatureCollection", "name": "grids", "features": features})


def _properties(division: Division, grid: Grid) -> Mapping[str, Any]:
    return {
        "grid_id": grid.code,
        "code": grid.code,
        "name": grid.name,
        "community_id": division.community_id,
        "households": grid.households,
        "buildings": grid.buildings,
        "in_range": grid.in_range,
        "special": grid.special,
    }


def _geometry(area: Any, plane: Plane) -> Mapping[str, Any]:
    """Return an area in degrees; the outer ring runs against the clock."""
    placed = shapely.orient_polygons(shapely.normalize(area))
    drawn = shapely.transform(placed, lambda at: np.round(plane.degrees(at), _DECIMALS))
    pieces = [
        [shapely.get_coordinates(ring).tolist() for ring in (piece.exterior, *piece.interiors)]
        for piece in shapely.get_parts(drawn)
    ]
    if len(pieces) == 1:
        return {"type": "Polygon", "coordinates": pieces[0]}
    return {"type": "MultiPolygon", "coordinates": pieces}


def _report(
    plan: Plan, seconds: float, previous: Previous | None, changed: Sequence[Change]
) -> bytes:
    return orjson.dumps(
        {
            "totals": {**totals(plan), "seconds": round(seconds, 2)},
            "communities": [_told(one) for one in plan.divisions],
            "retired": _retired(plan, previous),
            "changes": [
                {
                    "community_id": one.community_id,
                    "change": one.event,
                    "from": one.origin,
                    "to": one.goal,
                    "households": one.households,
                    "buildings": one.buildings,
                }
                for one in changed
            ],
            "refused": [
                {
                    "file": fault.layer,
                    "row": fault.row,
                    "id": fault.id,
                    "code": fault.reason.code,
                    "reason": str(fault.reason),
                }
                for fault in plan.county.faults
            ],
            "estimated": [
                {"file": one.layer, "row": one.row, "id": one.id, "households": one.households}
                for one in plan.county.estimates
            ],
            "layers": {name: _source(one) for name, one in plan.county.sources.items()},
            "system": System.GCJ02.value if plan.county.shifted else System.CGCS2000.value,
        },
        option=orjson.OPT_INDENT_2,
    )


def _source(one: Source) -> Mapping[str, Any]:
    return {"file": one.file, "rows": one.rows, "system": one.system, "columns": dict(one.columns)}


def _told(one: Division) -> Mapping[str, Any]:
    reasons = [part.told for part in one.parts if part.told]
    return {
        "community_id": one.community_id,
        "name": one.name,
        "kind": one.kind,
        "feasible": all(part.fits for part in one.parts),
        "reason": "；".join(reasons),
        "households": sum(grid.households for grid in one.grids),
        "buildings": len(one.building_ids),
        "grids": [
            {
                "grid_id": grid.code,
                "households": grid.households,
                "buildings": grid.buildings,
                "in_range": grid.in_range,
                **({"special": grid.special, "kind": grid.kind} if grid.special else {}),
            }
            for grid in one.grids
        ],
        "parts": [
            {
                "households": part.households,
                "buildings": part.buildings,
                "grids": part.grids,
                "feasible": part.fits,
                "code": part.reason,
                "reason": part.told,
                **({"proof": dict(part.proof)} if part.proof else {}),
            }
            for part in one.parts
        ],
        "quality": dict(one.quality),
        "moved_households": one.moved,
        "seconds": one.seconds,
    }


def _retired(plan: Plan, previous: Previous | None) -> list[str]:
    """Return codes that were given once and stand for no grid any more."""
    if previous is None:
        return []
    present = {grid.code for one in plan.divisions for grid in one.grids}
    given = {*previous.grid_of.values(), *previous.retired, *previous.specials.values()}
    return sorted(given - present)
