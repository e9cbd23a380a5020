"""A hotline's list through the command line, as offices send it and as they should not."""

import csv
import datetime as dt
import gzip
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

import pytest
import shapely
from click.testing import Result
from openpyxl import Workbook, load_workbook
from tests.factories import world
from tests.factories.world import Banner
from typer.testing import CliRunner

from guapeng.apps.concerns.models import Category, Concern
from guapeng.command.app import app
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.exchange import running
from guapeng.kernel.exchange.models import Mapping
from guapeng.kernel.journal import verify
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.relay import deliver
from guapeng.kernel.matters.models import (
    Assignment,
    Channel,
    Matter,
    StepTaken,
    Task,
    Urgency,
    Visibility,
)
from guapeng.kernel.notices.models import Notice
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM
from guapeng.kernel.people.models import Person, Post
from guapeng.plain.workdays import SHANGHAI

RUN = CliRunner()
HEAD = ["工单编号", "标题", "诉求内容", "类别", "来电时间", "地点", "联系电话", "来电人"]
ROW = [
    "A1", "水管", "门口水管漏水", "供水管道", "2025-03-01 10:00", "乙嘎查三组", "13812341234",
    "某人",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(
    rows: Iterable[Iterable[object]], name: str = "list.csv", encoding: str = "utf-8"
) -> Path:
    with Path(name).open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return Path(name)


def run(file: Path, *options: str, status: int = 0) -> Result:
    ended = RUN.invoke(app, ["import", "concerns", str(file), *options])
    assert ended.exit_code == status, ended.output
    return ended


def changed(**cells: str) -> list[str]:
    """The good row with other cells, by heading."""
    return [cells.get(heading, cell) for heading, cell in zip(HEAD, ROW, strict=True)]


def matters() -> list[Matter]:
    scope.enter(SYSTEM)
    return list(Matter.objects.order_by("id").select_related("division"))


def refused(file: str = "list.csv.refused.csv") -> list[dict[str, str]]:
    with Path(file).open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows))


def test_row_becomes_a_concern_that_waits_for_dispatch(banner: Banner) -> None:
    ended = run(table([HEAD, ROW]), "--source", "12345")

    (matter,) = matters()
    concern, step = Concern.objects.get(), StepTaken.objects.get()
    assert "新收1，已有0，退回0" in ended.output
    assert (matter.state, matter.channel, matter.title) == ("reported", Channel.IMPORT, "水管")
    assert matter.division == banner.village
    assert matter.opened_at == dt.datetime(2025, 3, 1, 10, tzinfo=SHANGHAI)
    assert (concern.text, concern.category) == ("水管\n门口水管漏水", banner.pipes)
    assert step.given["source"] == "12345"
    assert step.given["source_number"] == "A1"
    assert Task.objects.get().holder == f"role:dispatcher@{banner.county.pk}"
    assert verify.verify().lines == Entry.objects.count() == 2
    assert not Path("list.csv.refused.csv").exists()


def test_clocks_run_from_the_import(banner: Banner) -> None:
    run(table([HEAD, ROW]))

    (matter,) = matters()
    assert matter.due_at is not None
    assert matter.due_at > matter.changed_at
    assert matter.changed_at.date() == dt.datetime.now(dt.UTC).date()


def test_what_a_hotline_took_down_is_not_public(banner: Banner) -> None:
    run(table([HEAD, changed(标题="请联系13812341234处理", 地点="乙嘎查三组15号")]))

    (matter,) = matters()
    assert matter.visibility == Visibility.INVOLVED
    assert "138" not in matter.title
    assert matter.place == "乙嘎查****"
    with scope.acting(ANONYMOUS):
        assert Matter.objects.count() == 0
    with scope.acting(banner.dispatcher):
        assert Matter.objects.count() == 1


def test_caller_is_kept_sealed_and_found_again_by_number(banner: Banner) -> None:
    again = changed(工单编号="A2", 联系电话="+86 138 1234 1234")
    run(table([HEAD, ROW, again, changed(工单编号="A3", 联系电话="")]))

    first, second, third = matters()
    caller = Person.objects.get(pk=first.on_behalf_of_id)
    assert second.on_behalf_of_id == caller.pk
    assert third.on_behalf_of_id is None
    assert caller.name == "某人"
    assert b"13812341234" not in bytes(caller.phone_sealed or b"")
    given = str(list(StepTaken.objects.values_list("given", flat=True)))
    assert "1381234" not in given


def test_name_that_holds_a_number_is_not_kept(banner: Banner) -> None:
    run(table([HEAD, changed(来电人="某人13812341234")]))

    (matter,) = matters()
    assert Person.objects.get(pk=matter.on_behalf_of_id).name == ""


def test_telephone_that_is_none_is_left_out_and_counted(banner: Banner) -> None:
    ended = run(table([HEAD, changed(联系电话="138****1234")]))

    (matter,) = matters()
    assert matter.on_behalf_of_id is None
    assert "电话号码有误，没有保存：1" in ended.output


def test_same_list_again_takes_nothing(banner: Banner) -> None:
    file = table([HEAD, ROW, changed(工单编号="A2")])
    run(file)

    again = run(table([HEAD, ROW, changed(工单编号="A2"), changed(工单编号="A3")], "tomorrow.csv"))

    assert "新收1，已有2，退回0" in again.output
    assert len(matters()) == 3


def test_rows_without_numbers_are_known_by_what_they_say(banner: Banner) -> None:
    rows = [HEAD[1:], ROW[1:], ROW[1:], changed(诉求内容="没有电")[1:]]

    first = run(table(rows))
    again = run(table(rows))

    assert "新收2，已有1，退回0" in first.output
    assert "新收0，已有3，退回0" in again.output


def test_number_used_for_other_words_is_refused(banner: Banner) -> None:
    run(table([HEAD, ROW, changed(诉求内容="没有电"), ROW]), status=1)
    run(table([HEAD, changed(诉求内容="没有暖气")]), "--results", "again.csv", status=1)

    assert len(matters()) == 1
    (wrong,) = refused()
    assert (wrong["行号"], wrong["退回的栏目"], wrong["诉求内容"]) == ("3", "原编号", "没有电")
    assert "A1" in wrong["退回的理由"]
    assert [row["行号"] for row in refused("again.csv")] == ["2"]


def test_same_numbers_of_another_source_are_other_rows(banner: Banner) -> None:
    run(table([HEAD, ROW]), "--source", "12345")
    run(table([HEAD, ROW]), "--source", "网格平台")

    assert len(matters()) == 2


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"来电时间": "25/12/2013"}, "时间", "“25/12/2013”不是日期时间"),
        ({"来电时间": "2025-02-30"}, "时间", "“2025-02-30”不是日期时间"),
        ({"来电时间": "2999-01-01"}, "时间", "还没有到"),
        ({"来电时间": "1900-01-00"}, "时间", "不是日期时间"),
        ({"来电时间": "1900-01-01"}, "时间", "早于1980年"),
        ({"标题": "", "诉求内容": " ", "类别": ""}, "内容", "没有内容"),
        ({"诉求内容": "长" * 20_001}, "内容", "引号没有成对"),
        ({"工单编号": "长" * 101}, "原编号", "超过100字"),
        ({"诉求内容": "乱\ufffd码"}, "内容", "乱码"),
    ],
)
def test_row_that_is_not_right_is_refused_with_its_reason(
    banner: Banner, cells: dict[str, str], field: str, reason: str
) -> None:
    good = changed(工单编号="A2")
    run(table([HEAD, changed(**cells), good]), status=1)

    assert len(matters()) == 1
    (wrong,) = refused()
    assert (wrong["行号"], wrong["退回的栏目"]) == ("2", field)
    assert reason in wrong["退回的理由"]
    assert [wrong[heading] for heading in HEAD] == [cell.strip() for cell in changed(**cells)]


def test_row_that_has_shifted_is_refused(banner: Banner) -> None:
    run(table([HEAD, [*ROW, "", "多的"], changed(工单编号="A2")[:3], ROW]), status=1)

    (wrong,) = refused()
    assert "多出单元格（“多的”）" in wrong["退回的理由"]
    assert len(matters()) == 2


def test_corrected_result_file_is_imported_as_it_is(banner: Banner) -> None:
    run(table([HEAD, changed(来电时间="昨天", 标题="=1+1")]), "--results", "wrong.xlsx", status=1)
    book = load_workbook("wrong.xlsx")
    sheet = book.active
    assert [cell.value for cell in sheet[1]][:4] == ["行号", "退回的栏目", "退回的理由", "工单编号"]
    assert (sheet["E2"].value, sheet["E2"].data_type) == ("=1+1", "s")
    sheet["H2"] = "2025-03-01 10:00"
    book.save("right.xlsx")

    run(Path("right.xlsx"))
    again = run(table([HEAD, changed(标题="=1+1")]))

    assert "已有1" in again.output
    assert len(matters()) == 1
    assert Concern.objects.get().text.startswith("=1+1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding_makes_no_difference(banner: Banner, encoding: str) -> None:
    run(table([HEAD, ROW]))

    assert "已有1" in run(table([HEAD, ROW], "other.csv", encoding)).output


def test_packed_list_and_workbook_are_the_same_list(banner: Banner) -> None:
    plain = table([HEAD, ROW])
    Path("list.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    book = Workbook()
    book.active.append(HEAD)
    moment = dt.datetime(2025, 3, 1, 10)  # noqa: DTZ001  # spreadsheets know no zones
    book.active.append([*ROW[:4], moment, ROW[5], 13812341234, ROW[7]])
    book.save("list.xlsx")

    run(plain)

    assert "已有1" in run(Path("list.csv.gz")).output
    assert "已有1" in run(Path("list.xlsx")).output


def test_title_merged_over_the_headings_is_passed_over(banner: Banner) -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "2025年3月热线工单台账"
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append(HEAD)
    sheet.append(ROW)
    sheet.append([*changed(工单编号="A2")[:2], "=B4", *ROW[3:]])
    sheet.append([])
    sheet.append(changed(工单编号="A3", 来电时间="无"))
    book.save("list.xlsx")

    run(Path("list.xlsx"), status=1)

    assert len(matters()) == 2
    assert [row["行号"] for row in refused("list.xlsx.refused.csv")] == ["7"]


def test_sheet_with_the_headings_is_found(banner: Banner) -> None:
    book = Workbook()
    book.active.append(["填表说明：请勿合并单元格"])
    for row in (HEAD, ROW):
        (book["工单"] if "工单" in book.sheetnames else book.create_sheet("工单")).append(row)
    book.save("list.xlsx")

    assert "新收1" in run(Path("list.xlsx")).output


def test_zero_bytes_are_left_out(banner: Banner) -> None:
    cells = {"标题": "水\0管", "诉求内容": "没\0水", "地点": "乙嘎查\0", "工单编号": "A\0" + "1"}
    run(table([HEAD, changed(**cells), *(changed(工单编号=str(n)) for n in range(20))]))

    assert matters()[0].title == "水管"


def test_quoted_line_breaks_stay_one_row(banner: Banner) -> None:
    run(table([HEAD, changed(诉求内容='第一行\n第二行，"引号"')]))

    assert len(matters()) == 1
    assert Concern.objects.get().text == '水管\n第一行\n第二行，"引号"'


def test_headings_alone_are_a_list_without_rows(banner: Banner) -> None:
    assert "新收0，已有0，退回0" in run(table([HEAD])).output
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "是空的"),
        (b"\n\n,,\n", "是空的"),
        (b"PK\x03\x04", "读不了"),
        (b"\x89PNG" + bytes(99), "读不了"),
        ("甲,乙\n1,2\n".encode(), "看不出哪一列是“内容／标题／类别”；表头是：甲、乙"),
    ],
)
def test_file_that_cannot_be_read_ends_with_2(banner: Banner, content: bytes, reason: str) -> None:
    Path("list.csv").write_bytes(content)

    assert reason in run(Path("list.csv"), status=2).output


def test_columns_are_mapped_by_hand_and_remembered_for_the_source(banner: Banner) -> None:
    rows = [["甲", "乙", "丙"], ["1", "没有水", "x"]]
    run(table(rows), status=2)

    run(table(rows), "--source", "村务群", "--map", "乙=body", "--map", "甲=id")
    again = run(table([*rows, ["2", "没有电", "y"]]), "--source", "村务群")

    assert "新收1，已有1" in again.output
    assert Mapping.objects.get().columns == {"甲": "id", "乙": "body", "丙": ""}


def test_heading_that_is_new_to_a_source_is_guessed_and_one_left_out_stays_out(
    banner: Banner,
) -> None:
    run(table([HEAD[:3], ROW[:3]]), "--source", "热线", "--map", "标题=")

    run(table([HEAD, changed(工单编号="A2")]), "--source", "热线")

    matter = matters()[1]
    assert matter.opened_at == dt.datetime(2025, 3, 1, 10, tzinfo=SHANGHAI)
    assert Concern.objects.get(matter=matter).text == "门口水管漏水"
    assert Mapping.objects.get().columns["标题"] == ""


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--map", "丁=body"], "表头没有“丁”一列"),
        (["--map", "标题=nonsense"], "没有“nonsense”这个字段"),
        (["--map", "标题"], "应写成 列名=字段"),
        (["--label", "供水=99999"], "没有代码为99999的类别"),
        (["--status", "待回访=later"], "状态只有 open"),
        (["--division", "150000000000"], "没有代码为150000000000"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(
    banner: Banner, options: list[str], reason: str
) -> None:
    assert reason in run(table([HEAD, ROW]), *options, status=2).output


def test_labels_are_mapped_by_hand_and_unknown_ones_kept(banner: Banner) -> None:
    file = table([HEAD, changed(类别="停水"), changed(工单编号="A2", 类别="别的")])

    ended = run(file, "--label", "停水=01001")

    assert "类别认不出，先不归类：1" in ended.output
    assert [matter.category for matter in matters()] == ["01001", ""]
    assert StepTaken.objects.latest("id").given["source_category"] == "别的"


def test_label_left_open_is_not_asked_again_though_a_name_fits(banner: Banner) -> None:
    ended = run(table([HEAD, ROW, changed(工单编号="A2", 类别="别的")]), "--label", "供水管道=")

    assert [matter.category for matter in matters()] == ["", ""]
    assert "类别认不出，先不归类：2" in ended.output
    assert "没有指明意思：类别“别的” × 1" in ended.output
    assert "没有指明意思：类别“供水管道”" not in ended.output
    assert Mapping.objects.get().labels == {"category": {"供水管道": ""}, "status": {}}


ENDED = [*HEAD, "工单状态", "办结时间", "承办单位", "办理结果", "公开答复"]
END = ["已办结", "2025-03-03 11:00", "试验旗水利局", "已联系某人13812341234", "某人反映的已修好"]


def ended_row(cells: dict[str, str] | None = None, **changes: str) -> list[str]:
    """The good row as a closed case, with other cells by heading."""
    told = dict(zip(ENDED[len(HEAD) :], END, strict=True)) | (cells or {})
    return [*changed(**changes), *told.values()]


def test_closed_case_comes_in_as_history(banner: Banner) -> None:
    shown = run(table([ENDED, ended_row()]), "--source", "12345")

    (matter,) = matters()
    step, part = StepTaken.objects.get(), Assignment.objects.get()
    assert "其中已在原系统办结，作为历史收下：1" in shown.output
    assert (matter.state, matter.due_at) == ("closed", None)
    assert matter.closed_at == dt.datetime(2025, 3, 3, 11, tzinfo=SHANGHAI)
    assert matter.opened_at == dt.datetime(2025, 3, 1, 10, tzinfo=SHANGHAI)
    assert (part.body, part.is_lead) == (banner.water, True)
    assert step.given["source_result"] == "已联系某人13812341234"
    assert step.given["source_unit"] == "试验旗水利局"
    assert not Task.objects.exists()
    deliver(at=dt.datetime.now(dt.UTC), within=nullcontext)
    assert not Notice.objects.exists()


def test_public_sees_of_history_its_category_its_village_and_its_public_result(
    banner: Banner,
) -> None:
    run(table([ENDED, ended_row()]))

    with scope.acting(ANONYMOUS):
        matter = Matter.objects.get()
        assert not StepTaken.objects.exists()
    assert (matter.title, matter.place) == ("供水管道", "乙嘎查****")
    assert matter.outcome == "〔姓名〕反映的已修好"


@pytest.mark.parametrize(
    "cells", [{"is_petition": True}, {"is_public": False}], ids=["petition", "not public"]
)
def test_history_that_is_not_for_the_public_stays_with_those_involved(
    banner: Banner, cells: dict[str, bool]
) -> None:
    Category.objects.update(**cells)
    run(table([ENDED, ended_row(), ended_row(工单编号="A2", 类别="别的")]))

    assert [one.visibility for one in matters()] == [Visibility.INVOLVED] * 2
    assert [one.title for one in matters()] == ["水管", "水管"]


def test_result_is_public_only_where_its_column_says_so(banner: Banner) -> None:
    run(table([ENDED, ended_row({"公开答复": ""})]))

    assert matters()[0].outcome == ""


@pytest.mark.parametrize(
    ("status", "closed", "state"),
    [
        ("已办结", "2025-03-03", "closed"),
        ("办理中", "2025-03-03", "reported"),
        ("", "2025-03-03", "closed"),
        ("", "", "reported"),
        ("", "-", "reported"),
        ("Closed", "2025-03-01", "closed"),  # a day: the same on which it was raised
    ],
)
def test_status_tells_whether_a_case_is_closed_or_else_its_end(
    banner: Banner, status: str, closed: str, state: str
) -> None:
    run(table([ENDED, ended_row({"工单状态": status, "办结时间": closed})]))

    assert matters()[0].state == state


def test_case_closed_without_a_time_counts_no_time(banner: Banner) -> None:
    shown = run(table([ENDED, ended_row({"办结时间": "无"})]))

    (matter,) = matters()
    assert "已办结但没有办结时间，不计入办理时长：1" in shown.output
    assert matter.closed_at == StepTaken.objects.get().at


@pytest.mark.parametrize(
    ("cells", "changes", "field", "reason"),
    [
        ({"工单状态": "待回访"}, {}, "办理状态", "不认识“待回访”"),
        ({"办结时间": "2025-02-28 10:00"}, {}, "办结时间", "早于提出时间"),
        ({"办结时间": "2025-03-01 09:00"}, {}, "办结时间", "早于提出时间"),
        ({"办结时间": "2999-01-01"}, {}, "办结时间", "还没有到"),
        ({}, {"来电时间": ""}, "时间", "已办结的要有提出时间"),
    ],
)
def test_closed_case_that_is_not_right_is_refused_with_its_reason(
    banner: Banner, cells: dict[str, str], changes: dict[str, str], field: str, reason: str
) -> None:
    run(table([ENDED, ended_row(cells, **changes)]), status=1)

    (wrong,) = refused()
    assert wrong["退回的栏目"] == field
    assert reason in wrong["退回的理由"]


def test_statuses_are_mapped_by_hand_and_remembered(banner: Banner) -> None:
    rows = [ended_row({"工单状态": word}, 工单编号=word) for word in ("待回访", "归口", "不受理")]
    first = run(table([ENDED, *rows]), "--source", "热线", "--status", "待回访=closed", status=1)
    run(table([ENDED, *rows]), "--source", "热线", "--status", "归口=open", status=1)

    assert "没有指明意思：办理状态“归口” × 1" in first.output
    assert sorted(one.state for one in matters()) == ["closed", "reported"]


def test_case_that_ended_there_while_it_waits_here_is_told(banner: Banner) -> None:
    run(table([ENDED, ended_row({"工单状态": "办理中"})]))

    again = run(table([ENDED, ended_row()]))

    assert "新收0，已有1" in again.output
    assert "以前收下、这里还没有办结，这张表说已办结：1" in again.output
    assert matters()[0].state == "reported"


def test_row_without_a_number_is_known_again_when_it_has_been_closed(banner: Banner) -> None:
    run(table([ENDED[1:], ended_row({"工单状态": "办理中", "办结时间": "", "办理结果": ""})[1:]]))

    assert "新收0，已有1" in run(table([ENDED[1:], ended_row()[1:]])).output


def test_of_a_case_that_comes_open_and_closed_the_closed_row_is_taken(banner: Banner) -> None:
    shown = run(table([ENDED, ended_row({"工单状态": "办理中"}), ended_row()]))

    assert "新收1，已有1，退回0" in shown.output
    assert matters()[0].state == "closed"


def test_category_is_known_by_code_name_and_the_end_of_a_path(banner: Banner) -> None:
    labels = ["01001", "供水管道", "城乡建设/供水管道", "城乡建设-供水管道"]
    run(table([HEAD, *(changed(工单编号=str(n), 类别=one) for n, one in enumerate(labels))]))

    assert {matter.category for matter in matters()} == {"01001"}


def test_urgency_and_channel_in_other_words(banner: Banner) -> None:
    head = [*HEAD, "紧急程度", "诉求来源"]
    rows = [[*ROW, "特急", "12345热线"], [*changed(工单编号="A2"), "", "微信小程序"]]
    run(table([head, *rows]))

    assert [(one.urgency, one.channel) for one in matters()] == [
        (Urgency.DANGER, Channel.PHONE),
        (Urgency.ORDINARY, Channel.APP),
    ]


def test_place_is_found_by_code_name_or_text(banner: Banner) -> None:
    other = world.division("丙镇", "150999100000", Level.TOWNSHIP, banner.county)
    world.division("乙嘎查", "150999100201", Level.VILLAGE, other)
    head = [*HEAD, "苏木乡镇", "嘎查村"]
    wanted: list[tuple[list[str], Division]] = [
        (["150999200201", ""], banner.village),
        (["甲苏木", "乙嘎查"], banner.village),
        (["丙镇", ""], other),
        (["", "乙嘎查"], banner.county),  # two bear the name
        (["没有这个镇", ""], banner.county),
    ]
    rows = [
        [*changed(工单编号=str(n), 地点=""), *cells] for n, (cells, _where) in enumerate(wanted)
    ]
    run(table([head, *rows, [*changed(工单编号="t", 地点="", 诉求内容="丙镇没有水"), "", ""]]))

    assert [one.division for one in matters()] == [*(where for _cells, where in wanted), other]


def test_code_of_another_county_is_refused(banner: Banner) -> None:
    run(table([[*HEAD, "区划代码"], [*ROW, "150102000000"]]), status=1)

    assert "不在试验旗之内" in refused()[0]["退回的理由"]


def test_point_falls_into_the_outline_that_holds_it(banner: Banner) -> None:
    Division.objects.filter(pk=banner.grid.pk).update(
        outline=shapely.to_wkb(shapely.box(120, 45, 121, 46))
    )
    head = [*HEAD, "经度", "纬度"]
    points = [("120.5", "45.5"), ("-73.9", "40.7"), ("0", "0"), ("", "")]
    rows = [[*changed(工单编号=str(n), 地点=""), *point] for n, point in enumerate(points)]
    bad = [["abc", "45"], ["200", "45"], ["120.5", ""], ["45.5", "120.5"], ["nan", "nan"]]
    rows += [[*changed(工单编号=f"b{n}"), *point] for n, point in enumerate(bad)]

    run(table([head, *rows]), status=1)

    assert [(one.division, one.lon) for one in matters()] == [
        (banner.grid, 120.5), (banner.county, -73.9), (banner.county, None), (banner.county, None),
    ]  # fmt: skip
    assert {row["退回的栏目"] for row in refused()} == {"经度"}
    assert len(refused()) == len(bad)


def test_american_list_is_read_as_it_is(banner: Banner) -> None:
    head = ["unique_key", "created_date", "complaint_type", "descriptor", "latitude", "longitude"]
    moment = "12/25/2013 11:59:08 PM"
    run(table([head, ["26984072", moment, "Blocked Driveway", "No Access", "40.6", "-73.9"]]))

    (matter,) = matters()
    assert matter.opened_at == dt.datetime(2013, 12, 25, 23, 59, 8, tzinfo=SHANGHAI)
    assert Concern.objects.get().text == "No Access"


def test_preview_shows_and_takes_nothing(banner: Banner) -> None:
    shown = run(table([HEAD, ROW, changed(来电时间="昨天")]), "--preview").output

    assert "工单编号 → 原编号" in shown
    assert "供水管道 × 2 → 01001" in shown
    assert "2: 编号 A1" in shown
    assert "3: 退回，时间：“昨天”不是日期时间" in shown
    assert "13812341234" not in shown
    assert matters() == []
    assert not Mapping.objects.exists()


def test_import_that_was_stopped_goes_on(banner: Banner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_BATCH", 2)
    file = table([HEAD, *(changed(工单编号=str(n)) for n in range(5))])
    first = [changed(工单编号=str(n)) for n in range(2)]
    table([HEAD, *first, changed(工单编号="x", 来电时间="-")], "cut.csv")

    def stop(*_given: object) -> list[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(running, "_told", stop)
        stopped = run(Path("cut.csv"), status=130)

    assert "再次运行就接着来" in stopped.output
    assert len(matters()) == 2
    assert "新收3，已有2" in run(file).output


def test_journal_says_who_imported_what_without_its_words(banner: Banner) -> None:
    run(table([HEAD, ROW, changed(工单编号="A2", 来电时间="-")]), status=1)

    entry = Entry.objects.get(event="exchange.imported")
    assert entry.says == "导入诉求：新收1，已有0，退回1"
    assert entry.data == '{"known":0,"new":1,"refused":1}'


def test_several_counties_need_one_named_unless_one_is_in_service(banner: Banner) -> None:
    world.division("别旗", "150998000000", Level.COUNTY)
    run(table([HEAD, ROW]))
    assert len(matters()) == 1

    Post.objects.all().delete()
    assert "--division" in run(table([HEAD, ROW]), status=2).output
    assert "已有1" in run(table([HEAD, ROW]), "--division", "150999").output
