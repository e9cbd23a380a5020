"""Importing the layers of communities: what is kept is what the engine would read; all or none."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.communities import Plot, community, write_county
from tests.factories.plans import PLOT, survey
from tests.factories.world import MONDAY, Banner, actor

from guapeng.apps.grids.models import Barrier, Building, Compound, Plan, Survey, Version
from guapeng.apps.grids.partition import Community, read_county
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.ground import Ground, community_of
from guapeng.apps.grids.plans.intake import take_layers
from guapeng.apps.grids.plans.roles import PLANNERS
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM
from guapeng.plain.geo import System

RIVER = Plot(columns=6, rows=5, seed=3, walled=2, river=3)


def layers(folder: Path, banner: Banner, plot: Plot = RIVER) -> Path:
    return write_county(folder / "county", [community(plot, key=banner.village.code)])


def change(folder: Path, layer: str, row: int, **said: Any) -> None:
    path = folder / f"{layer}.geojson"
    content = json.loads(path.read_text("utf-8"))
    content["features"][row]["properties"].update(said)
    path.write_text(json.dumps(content), "utf-8")


def test_survey_gives_back_the_community_that_the_engine_reads(
    banner: Banner, tmp_path: Path
) -> None:
    folder = layers(tmp_path, banner)
    (read,) = read_county(folder).communities

    taken = take_layers(folder, systems={}, source="测绘", at=MONDAY)

    with scope.acting(SYSTEM):
        kept = community_of(taken.surveys[0])
    assert isinstance(kept, Community)
    assert kept.ids == read.ids
    assert (kept.places == read.places).all()
    assert (kept.households == read.households).all()
    assert [kept.compounds[at].id if at >= 0 else "" for at in kept.compound] == [
        read.compounds[at].id if at >= 0 else "" for at in read.compound
    ]
    assert [line.id for line in kept.lines] == [line.id for line in read.lines]
    assert np.allclose(kept.lines[0].crossings, read.lines[0].crossings, atol=0.001)
    assert kept.outline.symmetric_difference(read.outline).area < 0.01


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"households": None}, "row.no_households"),
        ({"community_id": "150999200299"}, "row.unknown_community"),
        ({"building_id": ""}, "row.no_id"),
    ],
)
def test_one_wrong_row_and_nothing_is_imported(
    banner: Banner, tmp_path: Path, said: dict[str, Any], code: str
) -> None:
    folder = layers(tmp_path, banner)
    change(folder, "buildings", 4, **said)

    taken = take_layers(folder, systems={}, source="", at=MONDAY)

    assert [(one.row, one.reason.code) for one in taken.faults] == [(5, code)]
    with scope.acting(SYSTEM):
        assert not Survey.objects.exists()
        assert not Building.objects.exists()


def test_community_that_nobody_registered_is_named(banner: Banner, tmp_path: Path) -> None:
    folder = write_county(tmp_path / "county", [community(RIVER, key="150999200777")])

    taken = take_layers(folder, systems={}, source="", at=MONDAY)

    assert [one.reason.code for one in taken.faults] == ["grids.unknown_division"]


def test_declared_system_is_kept_and_a_shifted_map_is_said_to_be_one(
    banner: Banner, tmp_path: Path
) -> None:
    folder = layers(tmp_path, banner)
    systems = dict.fromkeys(
        ("communities", "buildings", "compounds", "barriers", "crossings"), System.GCJ02
    )

    (made,) = take_layers(folder, systems=systems, source="", at=MONDAY).surveys

    assert made.system == "gcj02"
    assert made.declared["buildings"] == "gcj02"


def test_ground_costs_four_queries_however_many_buildings(banner: Banner) -> None:
    made = survey(banner)

    options = queries.options(on=MONDAY.date())
    with scope.acting(banner.secretary), CaptureQueriesContext(connection) as asked:
        Ground.of(made, options)

    assert len(asked) == 4  # buildings, compounds, barriers, areas of their own


def test_only_those_who_plan_for_the_place_see_buildings(banner: Banner) -> None:
    survey(banner, PLOT)
    seers = {
        "village_secretary": actor("village_secretary", banner.village),
        "township_leader": actor("township_leader", banner.township),
        "dispatch_lead": actor("dispatch_lead", banner.county),
    }
    others = (ANONYMOUS, banner.resident, banner.grid_worker, banner.dispatcher)

    assert set(seers) == set(PLANNERS)
    for one in seers.values():
        with scope.acting(one):
            assert Building.objects.count() == 72
    for one in others:
        with scope.acting(one):
            seen = [m.objects.count() for m in (Survey, Building, Compound, Barrier, Plan, Version)]
            assert seen == [0] * 6
