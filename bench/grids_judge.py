"""Judges a division into grids by itself: own reading, own neighbours, own measures.

Nothing of the product is imported. The county is a folder of GeoJSON layers; a plan says for each
building in which grid it is. Places are metres on a sphere around the county's middle.
"""

import itertools
import json
import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.ops import polygonize

LEAST, MOST = 300, 500
PASSED_WITHIN = 150.0
TOWN = ("urban", "periurban")


@dataclass
class Place:
    """A community with what lies in it."""

    id: str
    kind: str
    outline: Any
    ids: list[str]
    xy: np.ndarray
    households: np.ndarray
    compound: list[str]
    lines: list[dict[str, Any]]

    @cached_property
    def cells(self) -> list[Any]:
        """The Voronoi cell of each building within the outline."""
        if len(self.ids) == 1:
            return [self.outline]
        points = shapely.points(self.xy)
        made = shapely.voronoi_polygons(
            shapely.multipoints(points), extend_to=self.outline.envelope
        )
        tree = shapely.STRtree(list(made.geoms))
        at = tree.query(points, predicate="intersects")
        first: dict[int, int] = {}
        for point, cell in at.T:
            first.setdefault(int(point), int(cell))
        chosen = [made.geoms[first[point]] for point in range(len(points))]
        return list(shapely.intersection(chosen, self.outline))

    @cached_property
    def touching(self) -> list[tuple[int, int]]:
        """Buildings whose cells share more than a metre."""
        tree = shapely.STRtree(self.cells)
        one, other = tree.query(self.cells, predicate="intersects")
        keep = one < other
        one, other = one[keep], other[keep]
        cells = np.array(self.cells, dtype=object)
        shared = shapely.length(shapely.intersection(cells[one], cells[other]))
        return [(int(a), int(b)) for a, b, s in zip(one, other, shared, strict=True) if s > 1.0]

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """Those of ``touching`` that no hard line keeps apart."""
        return [pair for pair in self.touching if self._passable(*pair)]

    def border(self, a: int, b: int) -> float:
        """Return the metres that two cells share."""
        return float(shapely.length(shapely.intersection(self.cells[a], self.cells[b])))

    def crosses(self, a: int, b: int) -> bool:
        """Tell whether a line lies between two buildings."""
        way = shapely.LineString([self.xy[a], self.xy[b]])
        return any(way.intersects(line["path"]) for line in self.lines)

    def _passable(self, a: int, b: int) -> bool:
        way = shapely.LineString([self.xy[a], self.xy[b]])
        for line in self.lines:
            if line["hard"] and way.intersects(line["path"]):
                gaps = [shapely.distance(way.intersection(line["path"]), p) for p in line["passed"]]
                if not gaps or min(gaps) > PASSED_WITHIN:
                    return False
        return True

    @cached_property
    def parts(self) -> np.ndarray:
        """The connected part of each building."""
        return _components(len(self.ids), self.edges)

    @cached_property
    def ties(self) -> list[tuple[int, int]]:
        """Pairs of parts' buildings that may share a grid, for one part is too small for its own.

        Wherever a part of fewer than 300 households lies, the plan may tie it on as it likes.
        """
        loads = np.bincount(self.parts, weights=self.households)
        small = [part for part, load in enumerate(loads) if load < LEAST and len(loads) > 1]
        return [
            (int(np.flatnonzero(self.parts == part)[0]), other)
            for part in small
            for other in np.flatnonzero(self.parts != part).tolist()
        ]

    @cached_property
    def sides(self) -> list[tuple[dict[str, Any], np.ndarray]]:
        """For each line that cuts the outline, on which piece of it every building lies."""
        found = []
        for line in self.lines:
            drawn = shapely.union_all([self.outline.boundary, line["path"]])
            pieces = [p for p in polygonize(drawn) if self.outline.covers(p.representative_point())]
            if len(pieces) > 1:
                tree = shapely.STRtree(pieces)
                found.append((line, tree.nearest(shapely.points(self.xy))))
        return found


@dataclass
class Figures:
    """What is counted over all communities that are judged."""

    grids: int = 0
    in_range: int = 0
    out_households: int = 0
    all_right: int = 0
    communities: int = 0
    disconnected: int = 0
    hard: int = 0
    road: int = 0
    splits: int = 0
    walked: float = 0.0
    walkers: int = 0
    compact: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        """Return the figures as they are printed."""
        return {
            "grids": self.grids,
            "in range %": round(100 * self.in_range / max(1, self.grids), 2),
            "communities all right %": round(100 * self.all_right / max(1, self.communities), 1),
            "households out": self.out_households,
            "disconnected": self.disconnected,
            "hard": self.hard,
            "road": self.road,
            "splits": self.splits,
            "walk": round(self.walked / max(1, self.walkers), 2),
            "polsby-popper": round(float(np.mean(self.compact)) if self.compact else 0.0, 4),
        }


def _components(n: int, pairs: list[tuple[int, int]]) -> np.ndarray:
    one = np.array([a for a, _ in pairs], dtype=int)
    other = np.array([b for _, b in pairs], dtype=int)
    links = coo_array((np.ones(len(pairs)), (one, other)), shape=(n, n))
    return connected_components(links, directed=False)[1]


def read(folder: Path, *, later: bool = False, left_out: set[str] | None = None) -> list[Place]:
    """Return the communities of a county; rows in ``left_out`` are not there."""
    outlines = _features(folder / "communities.geojson")
    middle = shapely.get_coordinates([shapely.geometry.shape(g) for _, g in outlines]).mean(axis=0)
    flat = lambda g: _flat(g, middle)  # noqa: E731
    passed = defaultdict(list)
    for said, geometry in _features(folder / "crossings.geojson"):
        passed[said["barrier_id"]].append(flat(geometry))
    lines = [
        {**said, "path": flat(geometry), "passed": passed[said["barrier_id"]]}
        for said, geometry in _features(folder / "barriers.geojson")
    ]
    whose, met = defaultdict(list), set(left_out or ())
    for said, geometry in _features(folder / "buildings.geojson"):
        if said["building_id"] not in met:  # of two rows with one id the first counts
            met.add(said["building_id"])
            whose[said["community_id"]].append((said, flat(geometry)))
    places = []
    for said, geometry in outlines:
        rows = sorted(whose[said["community_id"]], key=lambda row: row[0]["building_id"])
        if not rows:
            continue
        outline = flat(geometry)
        places.append(
            Place(
                id=said["community_id"],
                kind=said["kind"],
                outline=outline,
                ids=[row["building_id"] for row, _ in rows],
                xy=np.array([g.centroid.coords[0] for _, g in rows]),
                households=np.array(
                    [row["households"] if later or not row["built"] else 0 for row, _ in rows]
                ),
                compound=[row["compound_id"] for row, _ in rows],
                lines=[line for line in lines if line["path"].intersects(outline)],
            )
        )
    return places


def judge(places: list[Place], plan: dict[str, str]) -> Figures:
    """Return the figures of ``plan`` over ``places``; town communities alone have walks."""
    total = Figures()
    for place in places:
        _judge_one(place, np.array([plan[one] for one in place.ids]), total)
    return total


def feasible(place: Place) -> bool:
    """Tell whether grids in range can hold each connected part.

    A part of fewer than 300 households has to share a grid with one that it touches; the community
    is feasible if there is a choice with which all fit.
    """
    loads = np.bincount(place.parts, weights=place.households)
    beside = {(int(place.parts[a]), int(place.parts[b])) for a, b in place.touching}
    beside |= {(b, a) for a, b in beside}
    small = [part for part, load in enumerate(loads) if load < LEAST]
    if len(loads) == 1 or not small:
        return all(_fits(load) for load in loads)
    choices = [[b for a, b in sorted(beside) if a == part and b != part] for part in small]
    return any(
        all(_fits(load) for load in _joined(loads, list(zip(small, chosen, strict=True))))
        for chosen in itertools.islice(itertools.product(*choices), 1000)
    )


def _fits(load: float) -> bool:
    return math.ceil(load / MOST) <= load // LEAST


def _joined(loads: np.ndarray, pairs: list[tuple[int, int]]) -> np.ndarray:
    """Return the households of what is left of parts once pairs of them are joined."""
    return np.bincount(_components(len(loads), pairs), weights=loads)


def _judge_one(place: Place, grid: np.ndarray, total: Figures) -> None:
    names, number = np.unique(grid, return_inverse=True)
    loads = np.bincount(number, weights=place.households)
    fits = (loads >= LEAST) & (loads <= MOST)
    total.communities += 1
    total.grids += len(names)
    total.in_range += int(fits.sum())
    total.all_right += int(fits.all())
    total.out_households += int((np.maximum(loads - MOST, 0) + np.maximum(LEAST - loads, 0)).sum())
    inner = [(a, b) for a, b in [*place.edges, *place.ties] if number[a] == number[b]]
    total.disconnected += int(_components(len(number), inner).max()) + 1 - len(names)
    for line, side in place.sides:
        crossing = sum(len(set(side[number == g])) - 1 for g in range(len(names)))
        total.hard += crossing if line["hard"] else 0
        total.road += 0 if line["hard"] else crossing
    if place.kind in TOWN:
        _judge_shape(place, number, loads, total)


def _judge_shape(place: Place, number: np.ndarray, loads: np.ndarray, total: Figures) -> None:
    cells = np.array(place.cells, dtype=object)
    for g, load in enumerate(loads):
        mine = number == g
        weight = place.households[mine]
        if load:
            middle = np.average(place.xy[mine], axis=0, weights=weight)
            total.walked += float((np.hypot(*(place.xy[mine] - middle).T) * weight).sum())
            total.walkers += int(load)
        whole = shapely.union_all(cells[mine])
        total.compact.append(4 * math.pi * whole.area / whole.length**2)
    compounds = np.array(place.compound, dtype=object)
    for compound in set(place.compound) - {""}:
        mine = compounds == compound
        forced = max(1, math.ceil(place.households[mine].sum() / MOST))
        total.splits += max(0, len(set(number[mine])) - forced)


def _features(path: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = json.loads(path.read_text("utf-8"))["features"]
    return [(one["properties"], one["geometry"]) for one in found]


def _flat(geometry: dict[str, Any], middle: np.ndarray) -> Any:
    scale = np.radians(6_371_000.0) * np.array([math.cos(math.radians(middle[1])), 1.0])
    return shapely.transform(shapely.geometry.shape(geometry), lambda at: (at - middle) * scale)
