import datetime as dt
import gzip
from pathlib import Path

import pytest
import shapely
from django.db.backends.postgresql.psycopg_any import DateRange
from openpyxl import Workbook
from tests.factories import world
from tests.factories.world import MONDAY

from guapeng.kernel.divisions.imports import ImportReport, import_divisions
from guapeng.kernel.divisions.models import Division, Succession
from guapeng.kernel.divisions.sheets import ColumnMissing
from guapeng.plain.sheets import Unreadable

pytestmark = pytest.mark.django_db
BEFORE, NOW = dt.date(2022, 6, 30), dt.date(2023, 6, 30)
COUNTY, TOWN, EAST, WEST = "152224000000", "152224102000", "152224102217", "152224102218"
LIST = {COUNTY: "乙县", TOWN: "甲镇", EAST: "东泉村", WEST: "西泉村"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def read(path: Path, listed: dict[str, str], *, on: dt.date = NOW, **more: bool) -> ImportReport:
    lines = ["code,name", *(f"{code},{name}" for code, name in listed.items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return import_divisions(path, scheme="nbs", valid_from=on, at=MONDAY, **more)


def today(code: str) -> Division:
    return Division.objects.get(code=code, valid__contains=NOW)


def test_new_list_becomes_a_tree_with_lineages(file: Path) -> None:
    assert read(file, LIST) == ImportReport(begun=4)

    village = today(EAST)
    assert village.lineage == [today(COUNTY).pk, today(TOWN).pk, village.pk]
    assert (village.level, village.kind, village.parent) == (5, "village", today(TOWN))
    assert village.valid == DateRange(NOW, None)


def test_list_imported_again_changes_nothing(file: Path) -> None:
    read(file, LIST, on=BEFORE)
    rows = list(Division.objects.order_by("pk").values())

    assert read(file, LIST) == ImportReport(unchanged=4)
    assert list(Division.objects.order_by("pk").values()) == rows


def test_progress_ends_with_all_rows_written(file: Path) -> None:
    told = []
    file.write_text("代码,名称\n152224,乙县\n", encoding="gb18030")

    import_divisions(
        file,
        scheme="nbs",
        valid_from=NOW,
        at=MONDAY,
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 1)]
    assert today(COUNTY).name == "乙县"


@pytest.mark.parametrize("suffix", ["csv.gz", "xlsx"])
def test_other_kinds_of_files_are_read_alike(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"list.{suffix}"
    if suffix == "xlsx":
        book = Workbook()
        book.active.append(["code", "name"])
        for code, name in LIST.items():
            book.active.append([int(code), name])
        book.save(path)
    else:
        text = "code,name\n" + "\n".join(f"{code},{name}" for code, name in LIST.items())
        path.write_bytes(gzip.compress(text.encode()))

    assert import_divisions(path, scheme="nbs", valid_from=NOW, at=MONDAY) == ImportReport(begun=4)


def test_renamed_division_ends_and_is_succeeded_with_its_children(file: Path) -> None:
    read(file, LIST, on=BEFORE)
    old, village = today(TOWN), today(EAST)
    grid = world.division("第一网格", EAST + "001", 6, village)
    Division.objects.filter(pk=old.pk).update(outline=b"area", households=7)

    report = read(file, LIST | {TOWN: "丁镇"})

    new = today(TOWN)
    assert report == ImportReport(succeeded=1, unchanged=3)
    assert (new.name, bytes(new.outline), new.households) == ("丁镇", b"area", 7)
    assert Division.objects.get(pk=old.pk).valid == DateRange(BEFORE, NOW)
    assert Succession.objects.values_list("predecessor", "successor", "on").get() == (
        old.pk, new.pk, NOW,
    )  # fmt: skip
    assert today(EAST).parent == new
    grid.refresh_from_db()
    assert grid.lineage == [today(COUNTY).pk, new.pk, village.pk, grid.pk]


def test_division_left_out_ends_with_all_below_it(file: Path) -> None:
    read(file, LIST, on=BEFORE)
    grid = world.division("第一网格", WEST + "001", 6, today(WEST))

    report = read(file, {code: name for code, name in LIST.items() if code != WEST})

    assert report == ImportReport(ended=2, unchanged=3)
    assert not Division.objects.filter(code=WEST, valid__contains=NOW).exists()
    grid.refresh_from_db()
    assert grid.valid.upper == NOW


def test_same_name_under_a_new_code_is_a_successor(file: Path) -> None:
    read(file, LIST, on=BEFORE)
    old, new_code = today(WEST), "152224102300"

    report = read(file, {COUNTY: "乙县", TOWN: "甲镇", EAST: "东泉村", new_code: "西泉村"})

    assert report == ImportReport(succeeded=1, unchanged=3)
    assert [row.successor for row in old.succeeded_by.all()] == [today(new_code)]


def test_new_code_of_a_town_carries_its_villages_over(file: Path) -> None:
    read(file, LIST, on=BEFORE)
    old = today(EAST)

    report = read(
        file,
        {
            COUNTY: "乙县",
            "152224103000": "甲镇",
            "152224103217": "东泉村",
            "152224103218": "西泉村",
        },
    )

    assert report == ImportReport(succeeded=3, unchanged=1)
    assert old.succeeded_by.get().successor == today("152224103217")


def test_village_that_moves_to_another_town_is_succeeded(file: Path) -> None:
    both = LIST | {"152224103000": "丙镇"}
    read(file, both, on=BEFORE)
    file.write_text(
        "code,name,parent\n"
        + "\n".join(
            f"{code},{name},{'152224103000' if code == WEST else ''}" for code, name in both.items()
        )
    )

    report = import_divisions(file, scheme="nbs", valid_from=NOW, at=MONDAY)

    assert report == ImportReport(succeeded=1, unchanged=4)
    assert today(WEST).parent == today("152224103000")


def test_list_that_stops_at_towns_leaves_the_villages_alone(file: Path) -> None:
    read(file, LIST, on=BEFORE)

    assert read(file, {COUNTY: "乙县", TOWN: "甲镇"}) == ImportReport(unchanged=2)
    assert today(EAST).name == "东泉村"


def test_county_of_its_own_does_not_end_its_neighbours(file: Path) -> None:
    city = {"152200000000": "甲盟", "152223000000": "丙旗", **LIST}
    read(file, city, on=BEFORE)

    assert read(file, LIST) == ImportReport(unchanged=4)
    assert today("152223000000").name == "丙旗"


def test_mistake_of_the_same_day_is_corrected_without_a_successor(file: Path) -> None:
    read(file, LIST)
    village = today(EAST)

    assert read(file, LIST | {EAST: "东全村"}) == ImportReport(corrected=1, unchanged=3)
    assert today(EAST) == village
    assert today(EAST).name == "东全村"
    assert not Succession.objects.exists()


def test_bad_row_leaves_nothing_imported(file: Path) -> None:
    report = read(file, LIST | {"152224102": "", "99": "无处"})

    assert [str(problem) for problem in report.problems] == [
        "第6行：没有名称",
        "第7行：没有以“99”开头的区划代码",
    ]
    assert report.begun == 0
    assert not Division.objects.exists()


def test_skipping_bad_rows_imports_the_others_and_ends_nothing(file: Path) -> None:
    read(file, LIST, on=BEFORE)

    report = read(file, {COUNTY: "乙县", TOWN: "丁镇", "15222410221": "西泉村"}, skip_bad=True)

    assert (report.succeeded, report.ended, len(report.problems)) == (1, 0, 1)
    assert today(EAST).parent == today(TOWN)


def test_list_older_than_what_is_known_is_refused(file: Path) -> None:
    read(file, LIST)

    report = read(file, {COUNTY: "旧县"}, on=BEFORE)

    assert [str(problem) for problem in report.problems] == [
        f"第2行：代码{COUNTY}已有2023-06-30的登记，晚于这份名单"
    ]
    assert Division.objects.count() == 4


def test_another_scheme_has_its_own_rows_for_the_same_codes(file: Path) -> None:
    read(file, LIST)

    report = import_divisions(file, scheme="mca", valid_from=NOW, at=MONDAY)

    assert report == ImportReport(begun=4)
    assert Division.objects.filter(code=TOWN).count() == 2


def test_file_without_names_is_refused(file: Path) -> None:
    file.write_text("code\n152224\n")

    with pytest.raises(ColumnMissing, match="name"):
        import_divisions(file, scheme="nbs", valid_from=NOW, at=MONDAY)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.xlsx", b"PK\x03\x04"),
        ("broken.csv.gz", gzip.compress(b"code,name", mtime=0)[:-4]),
        ("broken.csv", b"code,name\n\xff\xff"),
    ],
)
def test_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(Unreadable, match=name):
        import_divisions(path, scheme="nbs", valid_from=NOW, at=MONDAY)


IKH_JUU = {
    "150000000000": "内蒙古自治区",
    "152700000000": "伊克昭盟",
    "152701000000": "东胜市",
    "152722000000": "达拉特旗",
    "152723000000": "准格尔旗",
}


def test_league_of_2001_became_a_city_with_new_codes_for_all_in_it(file: Path) -> None:
    read(file, IKH_JUU, on=dt.date(2000, 1, 1))
    file.write_text(
        "代码,名称,原代码\n150000,内蒙古自治区,\n150600,鄂尔多斯市,152700\n"
        "150602,东胜区,152701\n150621,达拉特旗,\n150622,准格尔旗,\n",
        encoding="utf-8",
    )

    report = import_divisions(file, scheme="nbs", valid_from=dt.date(2001, 9, 1), at=MONDAY)

    assert (report.changes, report.waiting) == ({"succeeded": 4}, ())
    past = {
        one.predecessor.name: one.successor.code[:6]
        for one in Succession.objects.select_related("predecessor", "successor")
    }
    assert past == {
        "伊克昭盟": "150600", "东胜市": "150602", "达拉特旗": "150621", "准格尔旗": "150622",
    }  # fmt: skip


def test_new_area_has_the_outlines_of_what_it_was_made_of(file: Path) -> None:
    read(file, LIST, on=BEFORE)
    for code, west in ((EAST, 121), (WEST, 120)):
        square = shapely.to_wkb(shapely.box(west, 45, west + 1, 46))
        Division.objects.filter(code=code).update(outline=square, households=300)
    file.write_text(f"code,name,formerly\n{WEST},西泉村,{EAST}\n", encoding="utf-8")

    import_divisions(file, scheme="nbs", valid_from=NOW, at=MONDAY)

    heir = today(WEST)
    assert shapely.from_wkb(bytes(heir.outline or b"")).equals(shapely.box(120, 45, 122, 46))
    assert heir.households == 600
