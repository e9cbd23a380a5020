"""Concerns written to files, and who may take which."""

import csv
import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.factories import world
from tests.factories.world import MONDAY, Banner
from tests.kernel.matters.test_api import signed_in
from typer.testing import CliRunner

from guapeng.apps.concerns import exports
from guapeng.command.app import app
from guapeng.kernel.exchange.exports import export
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor

RUN = CliRunner()
MONDAY_HERE = dt.datetime(2026, 3, 2, 10)  # noqa: DTZ001  # spreadsheets know no zones


@pytest.fixture
def reported(banner: Banner) -> list[Matter]:
    """Two of the grid, one of them with a text that a spreadsheet would run; one of the county."""
    places = [(banner.grid, "=1+1"), (banner.grid, "水管"), (banner.county, "-5度，没有暖气")]
    return [
        engine.open_matter(
            "concern",
            world.opening(place, lon=121.5, lat=45.5),
            by=banner.resident,
            at=MONDAY + dt.timedelta(days=days),
            text=text,
            category=banner.pipes,
        )
        for days, (place, text) in enumerate(places)
    ]


def written(path: Path, *options: str) -> Path:
    ended = RUN.invoke(app, ["export", "concerns", "--out", str(path), *options])
    assert ended.exit_code == 0, ended.output
    return path


def numbers(path: Path) -> list[str]:
    return [str(one) for one in pq.read_table(path)["number"].to_pylist()]


def test_spreadsheet_text_is_readable_and_runs_nothing(
    reported: list[Matter], tmp_path: Path
) -> None:
    path = written(tmp_path / "x.csv")

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [row["内容"] for row in rows] == ["'=1+1", "水管", "'-5度，没有暖气"]
    assert rows[0]["提出时间"] == "2026-03-02 10:00:00"
    assert (rows[0]["经度"], rows[0]["状态"], rows[0]["区划"]) == ("121.5", "待受理", "第一网格")


def test_workbook_has_typed_cells_and_runs_nothing(reported: list[Matter], tmp_path: Path) -> None:
    sheet = load_workbook(written(tmp_path / "x.xlsx")).active

    head = [cell.value for cell in sheet[1]]
    text = sheet.cell(2, head.index("内容") + 1)
    assert (text.value, text.data_type) == ("=1+1", "s")
    assert sheet.cell(2, head.index("提出时间") + 1).value == MONDAY_HERE
    assert sheet.cell(2, head.index("经度") + 1).value == 121.5


def test_parquet_has_types_and_short_names(reported: list[Matter], tmp_path: Path) -> None:
    table = pq.read_table(written(tmp_path / "x", "--format", "parquet"))

    assert table["opened_at"].to_pylist()[0] == MONDAY
    assert table["lon"].to_pylist() == [121.5] * 3
    assert table["closed_at"].to_pylist() == [None] * 3


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_list_without_rows_still_has_its_headings(
    banner: Banner, tmp_path: Path, ending: str
) -> None:
    path = written(tmp_path / f"x.{ending}")

    assert path.stat().st_size > 50
    if ending == "parquet":
        assert pq.read_table(path).column_names[0] == "number"


def test_division_and_period_narrow_the_list(reported: list[Matter], tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    first, second, third = (one.number for one in reported)

    assert numbers(written(path)) == [first, second, third]
    assert numbers(written(path, "--division", "150999200000")) == [first, second]
    assert numbers(written(path, "--from", "2026-03-03")) == [second, third]
    assert numbers(written(path, "--from", "2026-03-03", "--until", "2026-03-03")) == [second]


@pytest.mark.parametrize(
    ("who", "count"),
    [("dispatcher", 3), ("grid_worker", 2), ("resident", 3), ("water_officer", 0)],
)
def test_everybody_exports_what_they_may_read(
    banner: Banner, reported: list[Matter], tmp_path: Path, who: str, count: int
) -> None:
    by: Actor = getattr(banner, who)

    with scope.acting(by):
        assert export(exports.listing(), tmp_path / "x.csv", by=by, at=MONDAY) == count


def test_journal_says_who_took_how_many(
    banner: Banner, reported: list[Matter], tmp_path: Path
) -> None:
    with scope.acting(banner.dispatcher):
        export(
            exports.listing(), tmp_path / "x.csv", by=banner.dispatcher, at=MONDAY, purpose="月报"
        )

    entry = Entry.objects.get(event="exchange.exported")
    assert (entry.says, entry.actor) == ("导出诉求3行（csv）", banner.dispatcher.person_id)
    assert entry.acting_as == f"role:dispatcher@{banner.county.pk}"


def test_file_is_whole_or_not_there_and_its_owners_only(
    banner: Banner, reported: list[Matter], tmp_path: Path
) -> None:
    def breaks() -> object:
        yield from list(exports.listing().rows)[:1]
        raise OSError("disk")

    whole = exports.listing()
    broken = type(whole)(whole.key, whole.label, whole.columns, breaks())
    scope.enter(banner.dispatcher)
    with pytest.raises(OSError, match="disk"):
        export(broken, tmp_path / "x.xlsx", by=banner.dispatcher, at=MONDAY)
    assert list(tmp_path.iterdir()) == []

    export(exports.listing(), tmp_path / "x.xlsx", by=banner.dispatcher, at=MONDAY)
    assert (tmp_path / "x.xlsx").stat().st_mode & 0o077 == 0


def test_words_lose_the_numbers_that_lead_to_a_person(banner: Banner, tmp_path: Path) -> None:
    engine.open_matter(
        "concern", world.opening(banner.grid), by=banner.resident, at=MONDAY,
        text="请打13812341234找我",
    )  # fmt: skip

    assert "请打〔电话〕找我" in written(tmp_path / "x.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_list_is_downloaded_by_those_whose_area_it_is(
    banner: Banner, reported: list[Matter], ending: str
) -> None:
    answer = signed_in(banner.grid_worker).get(f"/export/concerns/?format={ending}")

    content = b"".join(answer.streaming_content)
    assert len(content) > 100
    assert f".{ending}" in answer["Content-Disposition"]
    assert Entry.objects.get(event="exchange.exported").says == f"导出诉求2行（{ending}）"


def test_download_is_narrowed_by_the_address(banner: Banner, reported: list[Matter]) -> None:
    desk = signed_in(banner.dispatcher)

    answer = desk.get("/export/concerns/?format=csv&division=150999200&from=2026-03-03")

    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
    assert [row["编号"] for row in rows] == [reported[1].number]


@pytest.mark.parametrize("query", ["format=pdf", "", "format=csv&from=x", "format=csv&division=9"])
def test_download_that_cannot_be_is_not_found(banner: Banner, query: str) -> None:
    assert signed_in(banner.dispatcher).get(f"/export/concerns/?{query}").status_code == 404


def test_download_is_for_posts_with_an_area(banner: Banner) -> None:
    assert signed_in(banner.resident).get("/export/concerns/?format=csv").status_code == 403
    assert Client().get("/export/concerns/?format=csv").status_code == 302


def test_wrong_use_ends_with_2(banner: Banner, tmp_path: Path) -> None:
    unknown = RUN.invoke(app, ["export", "concerns", "--out", str(tmp_path / "x.pdf")])
    nowhere = RUN.invoke(app, ["export", "concerns", "--out", str(tmp_path / "no" / "x.csv")])

    assert (unknown.exit_code, nowhere.exit_code) == (2, 2)
    assert "不能导出为“pdf”" in unknown.output


def test_what_was_exported_can_be_imported(reported: list[Matter], tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv")

    ended = RUN.invoke(app, ["import", "concerns", str(path), "--preview"])

    assert ended.exit_code == 0
    assert "内容 → 内容" in ended.output


def test_queries_do_not_grow_with_the_rows(
    banner: Banner, reported: list[Matter], django_assert_num_queries: object, tmp_path: Path
) -> None:
    scope.enter(banner.dispatcher)

    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = [[column.cell(row) for column in exports.COLUMNS] for row in exports.listing().rows]

    assert len(rows) == 3
