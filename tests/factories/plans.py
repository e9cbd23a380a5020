"""Surveys and plans of the small banner's village, for the tests of the editor and its proof."""

import datetime as dt
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely

from guapeng.apps.grids.models import Plan, Survey
from guapeng.apps.grids.partition import Special
from guapeng.apps.grids.plans import actions, queries
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.intake import take_layers
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from tests.factories.communities import Plot, block, community, with_specials, write_county
from tests.factories.world import MONDAY, Banner

PLOT = Plot(columns=9, rows=8, seed=7, most=30, walled=2)


SCHOOL = Special("s1", "实验小学", "school", block(4, 3, 2, 2))
PARK = Special("p1", "人民公园", "park", block(7, 7.9, 2, 0.4))
"""Nobody lives in it, and no house stands in it."""


def survey(banner: Banner, plot: Plot = PLOT, *specials: Special) -> Survey:
    """Import an invented community as the banner's village, with areas of their own."""
    with TemporaryDirectory() as folder:
        made = with_specials(community(plot, key=banner.village.code), *specials)
        layers = write_county(Path(folder, "county"), [made])
        taken = take_layers(layers, systems={}, source="test", at=MONDAY)
    assert not taken.faults
    return taken.surveys[0]


def ground_of(made: Survey) -> Ground:
    with scope.acting(SYSTEM):
        return Ground.of(made, queries.options(on=MONDAY.date()))


def plan(banner: Banner, made: Survey, *, at: dt.datetime = MONDAY) -> Plan:
    """Begin a plan as the village's secretary."""
    with scope.acting(banner.secretary):
        return actions.begin_plan(
            made,
            ground_of(made),
            by=banner.secretary,
            at=at,
            uid=uuid.uuid4(),
            name="网格划分",
        )


def halves(made: Survey) -> tuple[bytes, bytes]:
    """Return the western and the eastern half of a survey's outline."""
    west, south, east, north = shapely.bounds(shapely.from_wkb(bytes(made.outline)))
    middle = (west + east) / 2
    boxes = (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))
    return shapely.to_wkb(boxes[0]), shapely.to_wkb(boxes[1])
