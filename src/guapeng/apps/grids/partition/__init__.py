"""Dividing communities into grids (划分网格), free of Django.

    from guapeng.apps.grids.partition import Options, Rules, Range, crew, partition, read_county

    size = Range(least=300, most=500, aim=400)
    county = read_county(Path("county"))
    plan = partition(county, Options(Rules(urban=size, rural=size)))
    for division in plan.divisions:
        division.grids, division.grid, division.parts

``docs/reference/grids-partition.md`` tells the files, and how it works.
"""

from guapeng.apps.grids.crew import crew
from guapeng.apps.grids.partition.count import Between, Policy
from guapeng.apps.grids.partition.county import (
    Community,
    Compound,
    County,
    Estimate,
    Fault,
    Line,
    Range,
    Special,
)
from guapeng.apps.grids.partition.lineage import Change, Event, changes
from guapeng.apps.grids.partition.objective import Prices
from guapeng.apps.grids.partition.picture import Drawing, now, sheet
from guapeng.apps.grids.partition.plan import (
    Choices,
    Division,
    Grid,
    Options,
    PartPlan,
    Plan,
    Previous,
    Rules,
)
from guapeng.apps.grids.partition.read import read_county
from guapeng.apps.grids.partition.report import read_previous, totals, write_plan
from guapeng.apps.grids.partition.workers import partition

__all__ = [
    "Between",
    "Change",
    "Choices",
    "Community",
    "Compound",
    "County",
    "Division",
    "Drawing",
    "Estimate",
    "Event",
    "Fault",
    "Grid",
    "Line",
    "Options",
    "PartPlan",
    "Plan",
    "Policy",
    "Previous",
    "Prices",
    "Range",
    "Rules",
    "Special",
    "changes",
    "crew",
    "now",
    "partition",
    "read_county",
    "read_previous",
    "sheet",
    "totals",
    "write_plan",
]
