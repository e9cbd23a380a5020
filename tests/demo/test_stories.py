"""What the stories of the demo are made of: data files, paths, names, places."""

import datetime as dt
from random import Random

import pytest

from guapeng.demo import names, places
from guapeng.demo.clock import Clock, calendar
from guapeng.demo.files import DATA, rows
from guapeng.demo.parts import OF
from guapeng.demo.paths import (
    CONCERNS,
    LEGS,
    NOBODY_LEFT,
    RIGHTS,
    RIGHTS_AT_COUNTER,
    STANDING_CONCERNS,
    STANDING_WHISTLES,
    WHISTLES,
)
from guapeng.demo.stories import go
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Urgency
from guapeng.plain.codes import Level
from guapeng.plain.identity import phone
from guapeng.plain.workdays import SHANGHAI

AT = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
SMALL_ENOUGH_BYTES = 200_000


@pytest.mark.parametrize(
    ("key", "ways"),
    [
        ("concern", [*CONCERNS, *STANDING_CONCERNS]),
        ("whistle", [*WHISTLES, *STANDING_WHISTLES, NOBODY_LEFT]),
        ("rights", [*RIGHTS, *RIGHTS_AT_COUNTER]),
    ],
)
def test_every_leg_of_a_path_is_a_step_of_the_procedure(key: str, ways: list[str]) -> None:
    steps = {step.key for step in tables.workflow(key).steps}

    for leg in {leg for way in ways for leg in way.split()}:
        assert OF[key][leg][0] == LEGS[leg].step
        assert LEGS[leg].step in steps


def test_every_step_of_the_procedures_is_taken_somewhere() -> None:
    for key, parts in OF.items():
        taken = {step for step, _who, _says in parts.values()}

        on_the_way = (step for step in tables.workflow(key).steps if tables.NEW not in step.leaves)
        assert {step.key for step in on_the_way} == taken


def test_units_and_categories_named_in_the_files_are_there() -> None:
    units = {row["key"] for row in rows("bodies")}
    categories = {row["code"] for row in rows("categories") if row["lead"]}

    for table in ("categories", "whistles"):
        named = (key for row in rows(table) for key in (row["lead"], *row["assisting"].split()))
        assert {key for key in named if key} <= units
    assert {row["body"] for row in rows("duties")} <= units
    assert {row["category"] for row in rows("concerns")} == categories
    assert {row["category"] for row in rows("hot")} <= categories


def test_a_telephone_has_the_form_of_one_and_belongs_to_nobody() -> None:
    assert phone(names.phone(7)) == "15400000007"


def test_names_are_short_and_long() -> None:
    made = {names.name(Random(seed)) for seed in range(200)}

    assert {2, 3, 4, 5, 6} <= {len(name) for name in made}


def test_cells_lie_in_their_area_and_leave_nothing_over() -> None:
    areas = places.lay_out(Random(1))
    (county,) = (area for area in areas if area.level == Level.COUNTY)
    grids = [area for area in areas if area.level == Level.GRID]

    assert sum(grid.outline.area for grid in grids) == pytest.approx(county.outline.area)


def test_staff_act_in_office_hours_of_working_days() -> None:
    clock = Clock(Random(1), calendar())
    friday_night = dt.datetime(2026, 9, 25, 22, 0, tzinfo=SHANGHAI)  # before Mid-Autumn's rest
    turns = go("sign_in contact result", start=friday_night, urgency=Urgency.ORDINARY, clock=clock)

    for turn in turns:
        local = turn.at.astimezone(SHANGHAI)
        assert calendar().is_workday(local.date())
        assert 8 <= local.hour < 18


def test_the_data_files_stay_small_and_say_where_they_are_from() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < SMALL_ENOUGH_BYTES
    assert "Source" in (DATA / "README.md").read_text("utf-8")
