"""Small invented communities: houses in rows, some compounds, perhaps a river with a bridge."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st

from guapeng.apps.grids.partition import Community, Compound, Line, Special
from guapeng.apps.grids.partition.plane import Plane

PLANE = Plane(116.0, 42.0)
ORIGIN = np.zeros(2)
SPACING = 40.0


@dataclass(frozen=True)
class Plot:
    """How a community is laid out.

    Attributes:
        columns, rows: of houses.
        seed: of small shifts and of what each house holds.
        most: households in a house, at most.
        walled: how many columns from the west are one compound.
        river: after which column a river flows, 0 for none.
        bridge: whether there is a bridge over it.
    """

    columns: int
    rows: int
    seed: int = 0
    most: int = 20
    walled: int = 0
    river: int = 0
    bridge: bool = True


def plots(*, most_columns: int = 5, most_rows: int = 5) -> st.SearchStrategy[Plot]:
    return st.builds(
        Plot,
        columns=st.integers(2, most_columns),
        rows=st.integers(2, most_rows),
        seed=st.integers(0, 10_000),
        most=st.sampled_from([4, 12, 20]),
        walled=st.integers(0, 2),
        river=st.integers(0, 2),
        bridge=st.booleans(),
    )


def community(plot: Plot, *, key: str = "152224001001") -> Community:
    """Return the community of a plot, in metres around 116° E 42° N."""
    chance = random.Random(plot.seed)
    at = [(x, y) for x in range(plot.columns) for y in range(plot.rows)]
    shift = [(chance.uniform(-8, 8), chance.uniform(-8, 8)) for _ in at]
    places = np.array(at) * SPACING + np.array(shift) + ORIGIN
    households = np.array([chance.choice([0, 1, *range(2, plot.most + 1)]) for _ in at])
    west, south = ORIGIN - SPACING
    east, north = ORIGIN + SPACING * np.array([plot.columns, plot.rows])
    wall = shapely.box(*(ORIGIN - 18), ORIGIN[0] + SPACING * (plot.walled - 0.55), north - 22)
    walled = np.array([x < plot.walled for x, _ in at])
    return Community(
        id=key,
        name="东关社区",
        kind="urban",
        plane=PLANE,
        outline=shapely.box(west, south, east, north),
        ids=tuple(f"{key}b{number:04d}" for number in range(len(at))),
        places=np.round(places, 2),
        households=households,
        compound=np.where(walled, 0, -1),
        footprints=np.array([shapely.box(*(p - 5), *(p + 5)) for p in places], dtype=object),
        compounds=(Compound("c01", "东苑", wall),) if plot.walled else (),
        lines=(_river(plot, south, north),) if plot.river else (),
    )


def with_specials(made: Community, *specials: Special) -> Community:
    """Return a community with areas of their own, to which the houses in them belong."""
    whose = np.full(len(made.ids), -1)
    for at, one in enumerate(specials):
        whose[shapely.intersects_xy(one.area, *made.places.T)] = at
    return replace(made, specials=specials, special=whose)


def block(column: float, row: float, columns: float = 1, rows: float = 1) -> shapely.Polygon:
    """Return the land of some houses, from the south-west."""
    west, south = (column - 0.5) * SPACING, (row - 0.5) * SPACING
    return shapely.box(west, south, west + columns * SPACING, south + rows * SPACING)


def _river(plot: Plot, south: float, north: float) -> Line:
    x = ORIGIN[0] + SPACING * (plot.river - 0.5)
    path = shapely.LineString([(x, south - 50), (x, north + 50)])
    bridges = [(x, ORIGIN[1])] if plot.bridge else []
    return Line("r1", "瓜棚河", "river", True, path, np.array(bridges, dtype=float).reshape(-1, 2))


def write_county(folder: Path, made: Sequence[Community], *, shuffle: int | None = None) -> Path:
    """Write communities as the layers of a folder; in another order if told."""
    folder.mkdir(parents=True, exist_ok=True)
    layers: dict[str, list[Any]] = {
        "communities": [
            _feature(one.outline, community_id=one.id, name=one.name, kind=one.kind) for one in made
        ],
        "compounds": [
            _feature(wall.outline, compound_id=f"{one.id}{wall.id}", name=wall.name)
            for one in made
            for wall in one.compounds
        ],
        "barriers": [
            _feature(
                line.path, barrier_id=one.id + line.id, name=line.name, kind=line.kind, hard=True
            )
            for one in made
            for line in one.lines
        ],
        "crossings": [
            _feature(shapely.Point(at), crossing_id=f"{one.id}x", barrier_id=one.id + line.id)
            for one in made
            for line in one.lines
            for at in line.crossings
        ],
        "buildings": [house for one in made for house in _houses(one)],
    }
    own = [
        _feature(special.area, special_id=special.id, name=special.name, kind=special.kind)
        for one in made
        for special in one.specials
    ]
    if own:
        layers["specials"] = own
    for name, features in layers.items():
        if shuffle is not None:
            random.Random(shuffle).shuffle(features)
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        (folder / f"{name}.geojson").write_text(text, "utf-8")
    return folder


def _houses(one: Community) -> list[Any]:
    return [
        _feature(
            one.footprints[at],
            building_id=building,
            community_id=one.id,
            compound_id=f"{one.id}{one.compounds[one.compound[at]].id}"
            if one.compound[at] >= 0
            else "",
            households=int(one.households[at]),
            built=0,
        )
        for at, building in enumerate(one.ids)
    ]


def _feature(shape: Any, **said: object) -> dict[str, Any]:
    drawn = shapely.transform(shape, lambda metres: np.round(PLANE.degrees(metres), 7))
    return {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(drawn)}
