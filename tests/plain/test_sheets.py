import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from guapeng.plain.sheets import EmptyFile, Unreadable, open_sheets

ROWS = [["编号", "内容"], ["1", "井盖，缺失"], ["2", '两行\n"引号"'], ["3", "𠮷"]]
CSV = '编号,内容\r\n1,"井盖，缺失"\r\n2,"两行\n""引号"""\r\n3,𠮷\r\n'


def read(path: Path) -> list[list[str]]:
    with open_sheets(path) as sheets:
        return list(sheets[0].rows())


def workbook(path: Path, rows: list[list[object]], **more: list[list[object]]) -> Path:
    book = Workbook()
    book.active.title = "1"
    for title, content in {"1": rows, **more}.items():
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("gb18030"),
        CSV.encode("utf-16"),
        gzip.compress(CSV.encode("gb18030"), mtime=0),
    ],
)
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list"])
def test_text_is_read_in_any_encoding_whatever_its_name(
    tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert read(tmp_path / name) == ROWS


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separator_is_the_one_of_the_first_line(tmp_path: Path, separator: str) -> None:
    (tmp_path / "x").write_text(separator.join("abc") + "\n" + separator.join("123"), "utf-8")

    assert read(tmp_path / "x") == [["a", "b", "c"], ["1", "2", "3"]]


def test_encoding_is_judged_by_the_whole_file(tmp_path: Path) -> None:
    long = "a,b\n" + "1,2\n" * 400_000
    (tmp_path / "x").write_bytes((long + "末,行\n").encode("gb18030"))

    assert read(tmp_path / "x")[-1] == ["末", "行"]


def test_broken_bytes_are_marked_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("编号,内容\n1,好\n2,".encode() + b"\xff\xff\n")

    rows = read(tmp_path / "x")

    assert rows[:2] == [["编号", "内容"], ["1", "好"]]
    assert "\ufffd" in rows[2][1]


def test_workbook_gives_cells_as_typed(tmp_path: Path) -> None:
    moment = dt.datetime(2024, 4, 16, 15, 5)  # noqa: DTZ001  # spreadsheets know no zones
    typed: list[object] = [
        "00123",
        13812341234,
        1.5,
        True,
        moment,
        moment.date(),
        None,
        "=1+1",
        "a",
    ]
    path = workbook(tmp_path / "x.xlsx", [typed])

    (row,) = read(path)

    assert row == [
        "00123", "13812341234", "1.5", "1", "2024-04-16 15:05:00", "2024-04-16 00:00:00", "", "",
        "a",
    ]  # fmt: skip


def test_workbook_is_read_the_same_by_shared_and_inline_texts(tmp_path: Path) -> None:
    rows: list[list[object]] = [["编号", "内容"], ["1", "甲"], [None, None], ["2", "甲\n乙<&>"]]
    shared = workbook(tmp_path / "shared.xlsx", rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "inline.xlsx")

    inline = read(tmp_path / "inline.xlsx")
    assert [row for row in read(shared) if row] == [row for row in inline if row]
    assert read(shared)[-1] == ["2", "甲\n乙<&>"]


def test_workbook_says_how_many_rows_it_has(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", [["a", "b"], ["1"], ["2", "3"]])

    with open_sheets(path) as sheets:
        assert [sheet.at_most for sheet in sheets] == [3]


def test_rows_left_out_of_a_workbook_keep_their_place(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"], book.active["C4"] = "a", "c"
    book.save(tmp_path / "x.xlsx")

    assert read(tmp_path / "x.xlsx") == [["a"], [], [], ["", "", "c"]]


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", [["a"]], two=[["b"]])
    book = load_workbook(path)
    book["1"].sheet_state = "hidden"
    book.active = 1
    book.save(path)

    with open_sheets(path) as sheets:
        assert [list(sheet.rows()) for sheet in sheets] == [[["b"]]]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 100,
        gzip.compress(b"a,b\n1,2", mtime=0)[:-4],
        b"\xd0\xcf\x11\xe0 no workbook",
        b"\x89PNG\r\n" + bytes(1000),
        b'a,b\n1,"' + b"x" * 2_000_000,
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken").write_bytes(content)

    with pytest.raises(Unreadable, match="broken"):
        read(tmp_path / "broken")


def test_file_without_bytes_is_empty(tmp_path: Path) -> None:
    (tmp_path / "none").touch()

    with pytest.raises(EmptyFile, match="none"):
        read(tmp_path / "none")


def test_small_workbook_that_would_swell_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", [["a"]])
    swollen = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(swollen, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
            new.writestr(name, content)
    path.write_bytes(swollen.getvalue())

    with pytest.raises(Unreadable):
        read(path)


def test_fault_of_the_reader_is_not_taken_for_the_file_s(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a,b\n1,2\n", "utf-8")

    with pytest.raises(KeyError), open_sheets(tmp_path / "x"):
        raise KeyError
