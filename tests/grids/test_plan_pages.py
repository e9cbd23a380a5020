"""What one takes away from a plan: files, sheets of paper, and two versions compared."""

import io
import re
import uuid
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio.raw
import pytest
import shapely
from django.test import Client
from tests.factories import plans
from tests.factories.world import Banner, division
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.grids.models import GridContact, Plan
from guapeng.kernel.divisions.models import Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Body


@pytest.fixture
def plan(banner: Banner) -> Plan:
    return plans.plan(banner, plans.survey(banner))


@pytest.fixture
def secretary(banner: Banner) -> Client:
    return signed_in(banner.secretary)


def export(client: Client, plan: Plan, format_: str) -> bytes:
    answer = client.get(f"/grids/plans/{plan.uid}/export/?format={format_}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_geojson_and_geopackage_hold_the_same_areas(
    plan: Plan, secretary: Client, tmp_path: Path
) -> None:
    (tmp_path / "a.geojson").write_bytes(export(secretary, plan, "geojson"))
    (tmp_path / "a.gpkg").write_bytes(export(secretary, plan, "gpkg"))

    read = [pyogrio.raw.read(tmp_path / name) for name in ("a.geojson", "a.gpkg")]

    (meta, _, shapes, columns), (_meta, _, others, same) = read
    assert shapely.equals_exact(
        shapely.from_wkb(shapes), shapely.from_wkb(others), tolerance=1e-8
    ).all()
    assert meta["crs"] in {"EPSG:4326", "OGC:CRS84"}
    assert [list(one) for one in columns] == [list(one) for one in same]
    assert _meta["crs"] == "EPSG:4490"
    ground = secretary.get(f"/grids/plans/{plan.uid}/ground/").json()
    assert sum(columns[2]) == sum(one["households"] for one in ground["buildings"])


def test_grid_in_pieces_is_written_as_it_is(plan: Plan, secretary: Client, tmp_path: Path) -> None:
    at = f"/grids/plans/{plan.uid}/"
    draft = secretary.get(f"{at}ground/").json()["draft"]
    corner, *_others, far = draft["assignment"]
    draft["assignment"][corner] = draft["assignment"][far]
    said = {"draft": draft, "uid": str(uuid.uuid4()), "based_on": 1}
    secretary.post(f"{at}versions/", said, content_type="application/json")

    (tmp_path / "a.gpkg").write_bytes(export(secretary, plan, "gpkg"))

    _meta, _, shapes, _columns = pyogrio.raw.read(tmp_path / "a.gpkg")
    assert "MultiPolygon" in {one.geom_type for one in shapely.from_wkb(shapes)}


def test_table_lists_every_building_once(plan: Plan, secretary: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(secretary, plan, "xlsx")), read_only=True)

    rows = list(book.worksheets[0].values)

    assert rows[0][:3] == ("网格代码", "网格名称", "楼栋编号")
    assert len({row[2] for row in rows[1:]}) == len(rows) - 1 == 72


def test_journal_keeps_who_took_a_plan_along(plan: Plan, secretary: Client, banner: Banner) -> None:
    export(secretary, plan, "geojson")

    told = Entry.objects.get(event="grids.export")
    assert told.actor == banner.secretary.person_id


def test_unknown_format_and_version_are_not_there(plan: Plan, secretary: Client) -> None:
    at = f"/grids/plans/{plan.uid}/"
    for page in ("export/?format=dwg", "?version=9", "?version=x", "paper/?grid=1"):
        assert secretary.get(at + page).status_code == 404


def test_sheet_names_worker_and_telephones_where_known(banner: Banner, secretary: Client) -> None:
    made = plans.survey(banner)
    banner.grid.outline, _east = plans.halves(made)
    banner.grid.save()
    plan = plans.plan(banner, made)
    for kind, place, phone in (
        ("committee", banner.village, "0479-1234567"),
        ("centre", banner.county, "0479-7654321"),
    ):
        Body.objects.create(name=kind, short_name=kind, kind=kind, division=place, phone=phone)

    shown = secretary.get(
        f"/grids/plans/{plan.uid}/paper/?grid={banner.grid.code}"
    ).content.decode()

    assert "某人" in shown
    assert "0479-1234567" in shown
    assert "0479-7654321" in shown
    assert shown.count('class="grid-sheet') == 1


def test_sheet_and_sign_name_the_same_telephones(banner: Banner, secretary: Client) -> None:
    made = plans.survey(banner)
    banner.grid.outline, _east = plans.halves(made)
    banner.grid.save()
    plan = plans.plan(banner, made)
    GridContact.objects.create(
        grid=banner.grid, service_phone="0479-1111111", complaint_phone="0479-2222222"
    )

    sheet = secretary.get(f"/grids/plans/{plan.uid}/paper/?grid={banner.grid.code}")
    sign = secretary.get(f"/who/sign/{banner.grid.code}/")

    for phone in ("0479-1111111", "0479-2222222"):
        assert phone in sheet.content.decode()
        assert phone in sign.content.decode()


def test_compared_versions_list_who_moves(plan: Plan, secretary: Client) -> None:
    at = f"/grids/plans/{plan.uid}/"
    ground = secretary.get(f"{at}ground/").json()
    draft, moved = ground["draft"], ground["buildings"][0]
    codes = [one["code"] for one in draft["grids"]]
    own = draft["assignment"][moved["code"]]
    draft["assignment"][moved["code"]] = next(code for code in codes if code != own)
    said = {"draft": draft, "uid": str(uuid.uuid4()), "based_on": 1}
    secretary.post(f"{at}versions/", said, content_type="application/json")

    shown = secretary.get(f"{at}compare/?one=1&other=2").content.decode()

    assert f"{moved['households']}户换了网格（1栋楼）" in shown
    assert moved["code"] in shown
    assert len(re.findall("building ringed", shown)) == 2


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b'{"draft": 1}', b"\xff"])
def test_questions_that_are_none_are_refused(plan: Plan, secretary: Client, said: bytes) -> None:
    for question in ("solve", "split", "areas", "explain", "versions"):
        answer = secretary.post(
            f"/grids/plans/{plan.uid}/{question}/", said, content_type="application/json"
        )
        assert answer.status_code == 422
        assert answer.json()["reason"]


def test_explanation_and_split_ask_for_a_grid_of_the_draft(plan: Plan, secretary: Client) -> None:
    at = f"/grids/plans/{plan.uid}/"
    draft: Any = secretary.get(f"{at}ground/").json()["draft"]

    for question in ("split", "explain"):
        said = {"draft": draft, "code": "150999200201899"}
        answer = secretary.post(f"{at}{question}/", said, content_type="application/json")
        assert answer.status_code == 422


def test_community_without_grids_gets_those_of_the_engine(banner: Banner) -> None:
    empty = division("丁社区", "150999200003", Level.VILLAGE, banner.township)
    banner.village = empty

    plan = plans.plan(banner, plans.survey(banner))

    with scope.acting(SYSTEM):
        version = plan.versions.get()
    assert [one["code"] for one in version.grids] == [
        f"150999200003{number:03d}" for number in range(1, len(version.grids) + 1)
    ]
