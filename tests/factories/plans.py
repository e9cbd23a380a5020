"""Surveys and plans of the small banner's village, for the tests of the editor and its proof."""

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely

from guapeng.apps.grids.models import Plan, Survey
from guapeng.apps.grids.plans import actions, queries
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.intake import take_layers
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from tests.factories.communities import Plot, community, write_county
from tests.factories.world import MONDAY, Banner

PLOT = Plot(columns=9, rows=8, seed=7, most=30, walled=2)


def survey(banner: Banner, plot: Plot = PLOT) -> Survey:
    """Import an invented community as the banner's village."""
    with TemporaryDirectory() as folder:
        made = community(plot, key=banner.village.code)
        layers = write_county(Path(folder, "county"), [made])
        taken = take_layers(layers, systems={}, source="test", at=MONDAY)
    assert not taken.faults
    return taken.surveys[0]


def ground_of(made: Survey) -> Ground:
    with scope.acting(SYSTEM):
        return Ground.of(made, least=queries.rule_of(made.kind, on=MONDAY.date()).least)


def plan(banner: Banner, made: Survey) -> Plan:
    """Begin a plan as the village's secretary."""
    with scope.acting(banner.secretary):
        return actions.begin_plan(
            made,
            ground_of(made),
            by=banner.secretary,
            at=MONDAY,
            uid=uuid.uuid4(),
            name="网格划分",
        )


def halves(made: Survey) -> tuple[bytes, bytes]:
    """Return the western and the eastern half of a survey's outline."""
    west, south, east, north = shapely.bounds(shapely.from_wkb(bytes(made.outline)))
    middle = (west + east) / 2
    boxes = (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))
    return shapely.to_wkb(boxes[0]), shapely.to_wkb(boxes[1])
