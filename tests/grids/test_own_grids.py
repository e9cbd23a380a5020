"""Organs, parks and schools in surveys and plans: kept, cut out, shown, and put in force."""

import datetime as dt
import io
from pathlib import Path

import numpy as np
import openpyxl
import orjson
import pytest
import shapely
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import plans
from tests.factories.communities import (
    Plot,
    block,
    community,
    plots,
    with_specials,
    write_county,
)
from tests.factories.plans import PARK, PLOT, SCHOOL
from tests.factories.world import MONDAY, Banner, actor, division, opening
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.grids.models import Plan, Redivision, SpecialArea, Survey, Version
from guapeng.apps.grids.partition import Options, Range, Rules, Special, read_county
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.drawing import areas_of
from guapeng.apps.grids.plans.errors import NotReady
from guapeng.apps.grids.plans.ground import Ground, community_of
from guapeng.apps.grids.plans.intake import take_layers
from guapeng.apps.grids.plans.solving import Manner, first_draft, solve
from guapeng.apps.grids.plans.steps import submit
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

SIZE = Range(least=30, most=50, aim=40)
TODAY = timezone.localdate()


def test_survey_gives_back_areas_and_who_is_in_them(banner: Banner, tmp_path: Path) -> None:
    made = with_specials(community(PLOT, key=banner.village.code), SCHOOL, PARK)
    folder = write_county(tmp_path / "county", [made])
    path = folder / "buildings.geojson"
    layer = orjson.loads(path.read_bytes())
    layer["features"][0]["properties"]["special"] = "县医院"
    path.write_bytes(orjson.dumps(layer))
    (read,) = read_county(folder).communities

    (survey,) = take_layers(folder, systems={}, source="测绘", at=MONDAY).surveys

    with scope.acting(SYSTEM):
        kept = community_of(survey)
    told = [(one.id, one.name, one.kind) for one in read.specials]
    assert [(one.id, one.name, one.kind) for one in kept.specials] == sorted(told)
    assert [one[0] for one in sorted(told)] == ["p1", "s1", "县医院"]
    areas = {one.id: one.area for one in read.specials}
    for one in kept.specials:
        if areas[one.id] is None:
            assert one.area is None
        else:
            assert one.area.symmetric_difference(areas[one.id]).area < 0.01
    whose = [kept.specials[at].id if at >= 0 else "" for at in kept.special]
    assert whose == [read.specials[at].id if at >= 0 else "" for at in read.special]
    assert (whose.count("s1"), whose.count("县医院"), whose.count("p1")) == (4, 1, 0)


@given(plots(), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3), st.sampled_from(Manner))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
def test_grids_and_areas_of_their_own_tile_the_community(
    plot: Plot, column: int, row: int, columns: int, manner: Manner
) -> None:
    made = community(plot)
    area = block(column, row, columns).intersection(made.outline)
    made = with_specials(made, Special("s1", "学校", "school", area)) if area.area > 1 else made
    if made.specials and (made.special == 0).all():
        return
    ground = Ground.in_(made, Options(Rules(SIZE, SIZE)))
    draft = solve(first_draft(ground, taken=()), ground, manner=manner, taken=())

    drawn = [*areas_of(draft, ground), *(one.area for one in ground.own)]

    assert shapely.union_all(drawn).symmetric_difference(made.outline).area < 1e-3
    assert sum(one.area for one in drawn) == pytest.approx(made.outline.area, abs=1e-3)
    inside = {made.ids[at] for one in ground.own for at in one.rows}
    assert inside == {made.ids[at] for at in np.flatnonzero(made.special >= 0)}
    assert draft.of.keys() == set(made.ids) - inside
    assert ground.community.total + sum(one.households for one in ground.own) == made.total


def survey_of_halves(banner: Banner, *own: Special) -> Survey:
    """Survey a village that has two grids, west and east."""
    made = plans.survey(banner, PLOT, *own)
    banner.grid.outline, east = plans.halves(made)
    banner.grid.save()
    code = f"{banner.village.code}002"
    second = Division.objects.filter(code=code).first() or division(
        "第二网格", code, Level.GRID, banner.village
    )
    second.outline = east
    second.save()
    return made


def put_in_force(banner: Banner, plan: Plan, on: dt.date) -> Redivision:
    """Bring a plan the whole way on one day."""
    at = timezone.make_aware(dt.datetime.combine(on, dt.time(9)))
    leader = actor("township_leader", banner.township)
    with scope.acting(SYSTEM):
        version = queries.newest_version(plan)
        matter = engine.open_matter(
            "redivision",
            opening(banner.village, title="调整"),
            by=banner.secretary,
            at=at,
            version=version,
            reason="校准",
            effective_on=on,
        )
        agreed = {"agreed": True, "opinion": ""}
        for key, by, given in (
            ("review", leader, agreed),
            ("approve", banner.arbiter, agreed),
            ("take_effect", SYSTEM, {}),
        ):
            matter = engine.take(key, matter, by=by, at=at, **given)
        return Redivision.objects.get(matter=matter)


def grids(banner: Banner, on: dt.date) -> dict[str, Division]:
    found = divisions.children(banner.village, on=on).defer(None)
    return {one.code[-3:]: one for one in found}


def test_new_school_is_a_grid_that_was_a_part_of_the_old_ones(banner: Banner) -> None:
    plan = plans.plan(banner, survey_of_halves(banner, SCHOOL, PARK))

    case = put_in_force(banner, plan, TODAY)

    made = grids(banner, TODAY)
    assert {code: one.name for code, one in made.items() if code > "900"} == {
        "901": "人民公园专属网格",
        "902": "实验小学专属网格",
    }
    outlines = {code: shapely.from_wkb(bytes(one.outline or b"")) for code, one in made.items()}
    whole = shapely.from_wkb(bytes(plan.survey.outline))
    assert shapely.union_all(list(outlines.values())).symmetric_difference(whole).area < 1e-12
    assert sum(one.area for one in outlines.values()) == pytest.approx(whole.area, abs=1e-12)
    pasts = {
        code: [one.predecessor.code[-3:] for one in made[code].succeeded.all()]
        for code in ("901", "902")
    }
    assert pasts == {"901": ["002"], "902": ["002"]}
    assert {one["code"][-3:] for one in case.waiting} >= {"901", "902"}
    with scope.acting(SYSTEM):
        lives = community_of(plan.survey)
    assert made["902"].households == int(lives.households[lives.special == 1].sum())
    assert sum(one.households or 0 for one in made.values()) == lives.total


def test_unchanged_areas_keep_code_and_row_and_new_ones_get_the_next(banner: Banner) -> None:
    first = plans.plan(banner, survey_of_halves(banner, SCHOOL))
    put_in_force(banner, first, TODAY - dt.timedelta(days=9))
    before = grids(banner, TODAY - dt.timedelta(days=1))["901"]

    made = plans.survey(banner, PLOT, PARK, SCHOOL)
    second = plans.plan(banner, made, at=timezone.now())
    put_in_force(banner, second, TODAY)

    after = grids(banner, TODAY)
    assert after["901"].pk == before.pk
    assert after["901"].outline == before.outline
    assert after["902"].name == "人民公园专属网格"


def test_area_that_is_no_more_ends_and_its_houses_go_to_an_heir(banner: Banner) -> None:
    first = plans.plan(banner, survey_of_halves(banner, SCHOOL))
    put_in_force(banner, first, TODAY - dt.timedelta(days=9))

    park = plans.plan(banner, plans.survey(banner, PLOT, PARK), at=timezone.now())
    put_in_force(banner, park, TODAY)

    ended = Division.objects.get(code=f"{banner.village.code}901")
    assert ended.valid.upper == TODAY
    assert next(one.successor.code[-3:] for one in ended.succeeded_by.all()) in {"001", "002"}
    assert grids(banner, TODAY).keys() == {"001", "002", "902"}


def test_grid_of_its_own_that_only_the_register_knows_is_cut_out_too(banner: Banner) -> None:
    school = division("实验小学", f"{banner.village.code}905", Level.GRID, banner.village)
    school.outline = shapely.to_wkb(shapely.transform(SCHOOL.area, community(PLOT).plane.degrees))
    school.save()

    plan = plans.plan(banner, survey_of_halves(banner))
    put_in_force(banner, plan, TODAY)

    made = grids(banner, TODAY)
    assert (made["905"].pk, made["905"].name) == (school.pk, "实验小学")
    areas = [shapely.from_wkb(bytes(one.outline or b"")) for one in made.values()]
    assert sum(one.area for one in areas) == pytest.approx(shapely.union_all(areas).area)


def test_version_whose_codes_were_given_meanwhile_is_not_submitted(banner: Banner) -> None:
    plan = plans.plan(banner, survey_of_halves(banner, SCHOOL))
    taken = division("政府大院", f"{banner.village.code}901", Level.GRID, banner.village)
    Division.objects.filter(pk=taken.pk).update(valid=DateRange(dt.date(2020, 1, 1), TODAY))

    with scope.acting(SYSTEM):
        version = Version.objects.get(plan=plan)
        matter = Matter(division=banner.village)
        with pytest.raises(NotReady, match="专属网格的登记有变"):
            submit(
                matter,
                by=banner.secretary,
                at=timezone.now(),
                version=version,
                reason="",
                effective_on=TODAY,
            )


def test_editor_paper_and_files_show_the_school(banner: Banner, tmp_path: Path) -> None:
    plan = plans.plan(banner, survey_of_halves(banner, SCHOOL))
    client, at = signed_in(banner.secretary), f"/grids/plans/{plan.uid}/"
    code, name = f"{banner.village.code}901", "实验小学专属网格"

    page = client.get(at).content.decode()
    ground = client.get(f"{at}ground/").json()
    paper = client.get(f"{at}paper/?grid={code}").content.decode()
    features = orjson.loads(client.get(f"{at}export/?format=geojson").content)["features"]
    answer = client.get(f"{at}export/?format=xlsx")
    table = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)), read_only=True)

    assert name in page
    assert page.count('class="own"') == 2  # on the map and in the list
    (own,) = ground["specials"]
    assert (own["code"], own["name"], len(own["buildings"])) == (code, name, 4)
    assert len(ground["buildings"]) == 68
    assert name in paper
    assert paper.count('class="grid-sheet') == 1
    (school,) = [one["properties"] for one in features if one["properties"]["special"]]
    assert (school["code"], school["special"], school["buildings"]) == (code, "s1", 4)
    rows = list(table.worksheets[0].values)[1:]
    assert (len(rows), sum(row[0] == code for row in rows)) == (72, 4)


def test_areas_are_seen_with_their_survey_alone(banner: Banner) -> None:
    plans.survey(banner, PLOT, SCHOOL)
    with scope.acting(actor("village_secretary", banner.village)):
        assert SpecialArea.objects.count() == 1
    with scope.acting(banner.grid_worker):
        assert SpecialArea.objects.count() == 0
