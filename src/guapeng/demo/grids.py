"""Plans of grids in a few communities: one being drawn, and one at every step of its approval.

Buildings are invented inside the grids as they are, as many households as the grid has, so that
a plan begins with what the ledger says. Where one is being drawn, a new compound has come.
"""

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import orjson
import shapely
from django.db import transaction
from django.utils import timezone
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from guapeng.apps.grids.models import Plan, Survey
from guapeng.apps.grids.partition import codes
from guapeng.apps.grids.partition.plane import Plane, plane_of
from guapeng.apps.grids.plans import actions, queries
from guapeng.apps.grids.plans.draft import Draft
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.intake import take_layers
from guapeng.apps.grids.plans.solving import split
from guapeng.demo.places import COUNTY, Area
from guapeng.demo.recipe import Recipe
from guapeng.demo.scene import Scene
from guapeng.demo.stories import fresh_id
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter, Visibility
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.plain.codes import Level

_WAYS: Final = (
    "",
    "submit review approve take_effect",
    "submit",
    "submit review",
    "submit return",
    "submit review approve",
    "submit withdraw",
)
"""What has happened to the plan of each community in turn; nothing to the first."""
_SHAPE: Final = (1.3, 0.7)
"""How far houses stand apart, from west to east and from south to north, of the even distance."""
_SIZE: Final = (0.62, 0.3)
"""Of the way to the next house that a house takes up."""
_LARGEST: Final = (80.0, 26.0)
_SMALLEST: Final = 2.0
"""Metres from the middle to the walls of the one house of a sliver."""
_FROM_BORDER: Final = 9.0
_FROM_ROAD: Final = 14.0
_A_GRID: Final = (22, 34)
_NEW_HOUSEHOLDS: Final = (36, 48)
_NEW_BUILDINGS: Final = 6
_NAMES: Final = ("东苑", "西苑", "锦绣家园", "安居小区", "草原明珠", "上都花园", "金莲小区")


def draw(scene: Scene, recipe: Recipe) -> None:
    """Survey a few communities and begin a plan in each, where that has not been done."""
    areas = recipe.areas()
    towns = [area for area in areas if area.level == Level.VILLAGE][: len(_WAYS)]
    for number, (town, way) in enumerate(zip(towns, _WAYS, strict=False)):
        rng = recipe.rng(f"grids:{town.code}")
        grids = [one for one in areas if one.level == Level.GRID and one.code[:12] == town.code]
        with scope.acting(SYSTEM):
            if Plan.objects.filter(division__code=town.code).exists():
                continue
        with transaction.atomic():
            layers = _Layers(rng, town, grids, newcomers=not way, is_parted=number == 1)
            _play(scene, recipe, rng, layers.kept(recipe), way)


def _play(scene: Scene, recipe: Recipe, rng: Random, survey: Survey, way: str) -> None:
    """Begin the plan, and let happen to it what the way says."""
    code, at = survey.division.code, recipe.at
    secretary = scene.actor("village_secretary", code)
    with scope.acting(SYSTEM):
        ground = Ground.of(survey, queries.options(on=timezone.localdate(at)))
    with scope.acting(secretary):
        plan = actions.begin_plan(
            survey, ground, by=secretary, at=at, uid=fresh_id(rng), name="网格划分方案"
        )
        _cut_what_is_too_large(plan, ground, rng, by=secretary, recipe=recipe)
    if way:
        _Approval(scene, recipe, rng, plan, secretary).go(way.split())


def _cut_what_is_too_large(
    plan: Plan, ground: Ground, rng: Random, *, by: Actor, recipe: Recipe
) -> None:
    """Save a second version, in which the heaviest grid is cut where the rule wants it."""
    draft = Draft.of_version(queries.newest_version(plan))
    loads = np.bincount(draft.places(ground.community), weights=ground.community.households)
    if loads.max() <= ground.rule.most:
        return
    heaviest = draft.grids[int(loads.argmax())].code
    cut = split(
        draft,
        ground,
        heaviest,
        parts=2,
        taken=queries.given_codes(plan.division),
    )
    actions.save_version(
        plan, cut, ground, by=by, at=recipe.at, uid=fresh_id(rng), name="拆分超户网格"
    )


@dataclass
class _Approval:
    """The steps of a redivision, by those who take them."""

    scene: Scene
    recipe: Recipe
    rng: Random
    plan: Plan
    secretary: Actor

    def go(self, way: list[str]) -> None:
        """Take one step after the other, as far as the way leads."""
        is_today = way[-1] == "take_effect"
        with scope.acting(self.secretary):
            matter = self._submit(days=0 if is_today else 14)
        for step in way[1:]:
            by, given = self._turn(step)
            with scope.acting(by):
                key = "review" if step == "return" else step
                matter = engine.take(key, matter, by=by, at=self.recipe.at, **given)

    def _turn(self, step: str) -> tuple[Actor, dict[str, Any]]:
        """Return who takes a step, and what they say."""
        town = self.scene.actor("township_leader", self.plan.division.code[:9] + "000")
        turns: dict[str, tuple[Actor, dict[str, Any]]] = {
            "review": (town, {"agreed": True, "opinion": ""}),
            "return": (town, {"agreed": False, "opinion": "第一网格楼栋少，请再匀一匀。"}),
            "approve": (
                self.scene.actor("dispatch_lead", COUNTY),
                {"agreed": True, "opinion": ""},
            ),
            "withdraw": (self.secretary, {"reason": "等入户核对后再报。"}),
            "take_effect": (SYSTEM, {}),
        }
        return turns[step]

    def _submit(self, *, days: int) -> Matter:
        today = timezone.localdate(self.recipe.at)
        opening = engine.Opening(
            uid=fresh_id(self.rng),
            division=self.plan.division,
            title=f"{self.plan.survey.name}网格调整",
            visibility=Visibility.INVOLVED,
        )
        return engine.open_matter(
            "redivision",
            opening,
            by=self.secretary,
            at=self.recipe.at,
            version=queries.newest_version(self.plan),
            reason="按入户核对的户数和楼栋校准网格界线。",
            effective_on=today + dt.timedelta(days=days),
        )


@dataclass
class _Layers:
    """The layers of one community, made up inside its grids."""

    rng: Random
    town: Area
    grids: list[Area]
    newcomers: bool
    is_parted: bool
    features: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def kept(self, recipe: Recipe) -> Survey:
        """Import the layers as an instance would, from files; return the survey."""
        self._invent()
        with tempfile.TemporaryDirectory() as folder:
            for name, features in self.features.items():
                content = {"type": "FeatureCollection", "features": features}
                Path(folder, f"{name}.geojson").write_bytes(orjson.dumps(content))
            taken = take_layers(Path(folder), systems={}, source="演示：虚构的楼栋", at=recipe.at)
        assert not taken.faults, taken.faults[0].reason
        return taken.surveys[0]

    def _invent(self) -> None:
        assert self.town.outline is not None
        self.plane: Plane = plane_of(self.town.outline)
        said = {"community_id": self.town.code, "name": self.town.name, "kind": "urban"}
        self.features = {"communities": [_feature(self.town.outline, **said)], "buildings": []}
        road = self._road() if self.is_parted else None
        if road is not None:
            line = {"barrier_id": "R1", "name": "上都大街", "kind": "arterial", "hard": False}
            self.features["barriers"] = [_feature(self._degrees(road), **line)]
        self.features["compounds"] = []
        for number, grid in enumerate(self.grids):
            self._fill(grid, number, road)
        if self.newcomers:
            self.features["specials"] = [self._school()]

    def _school(self) -> dict[str, Any]:
        """Return a school around the last house, in which nobody lives."""
        house = self.features["buildings"][-1]
        house["properties"].update(households=0, compound_id="")
        ground = self._metres(shapely.geometry.shape(house["geometry"])).buffer(
            4, join_style="mitre"
        )
        said = {"special_id": "S1", "name": "第一小学", "kind": "school"}
        return _feature(self._degrees(ground), **said)

    def _road(self) -> BaseGeometry:
        """Return a road from west to east through the middle."""
        west, _south, east, _north = self._metres(self.town.outline).bounds
        middle = self._metres(self.town.outline).centroid.y
        return shapely.LineString([(west - 50, middle - 60), (0, middle), (east + 50, middle + 60)])

    def _fill(self, grid: Area, number: int, road: BaseGeometry | None) -> None:
        land = self._metres(grid.outline).buffer(-_FROM_BORDER)
        if road is not None:
            land = land.difference(road.buffer(_FROM_ROAD))
        houses = self._houses(land)
        walled = houses[: len(houses) // 2]
        wall = shapely.union_all(walled).buffer(6).convex_hull.intersection(land.buffer(4))
        compound = f"{grid.code}c" if wall.geom_type == "Polygon" else ""
        if compound:
            name = f"{_NAMES[number % len(_NAMES)]}{number // len(_NAMES) + 1}区"
            said = {"compound_id": compound, "name": name}
            self.features["compounds"].append(_feature(self._degrees(wall), **said))
        counts = self._shared(grid.households, len(houses))
        if self.newcomers and number == 0:
            for at in range(min(_NEW_BUILDINGS, len(counts))):
                counts[at] += self.rng.randint(*_NEW_HOUSEHOLDS)
        for at, (house, households) in enumerate(zip(houses, counts, strict=True)):
            self.features["buildings"].append(
                _feature(
                    self._degrees(house),
                    building_id=f"{codes.code_of(self.town.code, number + 1)}-{at + 1:02d}",
                    community_id=self.town.code,
                    compound_id=compound
                    if at < len(walled) and wall.geom_type == "Polygon"
                    else "",
                    households=households,
                )
            )

    def _houses(self, land: BaseGeometry) -> list[BaseGeometry]:
        """Return houses in rows on the land, side by side, as many as a grid has."""
        wanted = self.rng.randint(*_A_GRID)
        west, south, east, north = land.bounds
        apart = (land.area / wanted) ** 0.5 * 0.9
        step_x, step_y = (apart * one for one in _SHAPE)
        wide, deep = min(step_x * _SIZE[0], _LARGEST[0]), min(step_y * _SIZE[1], _LARGEST[1])
        fitting = []
        for y in np.arange(south + 6, north, step_y):
            for x in np.arange(west + 6, east, step_x):
                house = shapely.box(x, y, x + wide, y + deep)
                if land.contains(house):
                    fitting.append(house)
        middle = land.representative_point()
        fitting = fitting or [middle.buffer(_SMALLEST, cap_style="square")]
        fitting.sort(key=lambda house: house.distance(middle))
        return sorted(fitting[:wanted], key=lambda house: (house.bounds[1], house.bounds[0]))

    def _shared(self, households: int, houses: int) -> list[int]:
        """Return how many live in each house."""
        shares = [self.rng.randint(6, 12) for _ in range(houses)]
        edges = np.round(np.cumsum([0, *shares]) / sum(shares) * households).astype(int)
        return [int(one) for one in np.diff(edges)]

    def _metres(self, area: Any) -> BaseGeometry:
        return shapely.transform(area, self.plane.metres)

    def _degrees(self, area: Any) -> BaseGeometry:
        return shapely.transform(area, self.plane.degrees)


def _feature(shape: Any, **said: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": said, "geometry": mapping(shape)}
