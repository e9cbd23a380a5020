import csv
import gzip
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.concerns.cases import cases
from typer.testing import CliRunner, Result

from guapeng.command.app import app

RUN = CliRunner()
ADDED = ["suggested", "confidence", "reason"]


def run(*arguments: object) -> Result:
    return RUN.invoke(app, ["concerns", *map(str, arguments)])


def write(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    rows = [["label", "text"], *([label, text] for text, label in cases(300))]
    ended = run("train", write(folder / "cases.csv", rows), "--model", folder / "model.npz")
    assert ended.exit_code == 0, ended.output
    return folder / "model.npz"


@pytest.mark.parametrize("command", ["train", "retrain", "suggest"])
def test_command_explains_itself_with_an_example(command: str) -> None:
    shown = run(command, "--help")

    assert shown.exit_code == 0
    assert f"guapeng concerns {command}" in shown.output


def test_training_prints_the_figures_of_every_label(tmp_path: Path) -> None:
    rows = [
        ["label", "text"],
        *([label, text] for text, label in cases(200)),
        ["", "无"],
        ["学校", ""],
    ]

    ended = run("train", write(tmp_path / "cases.csv", rows), "--model", tmp_path / "m.npz")

    assert ended.exit_code == 0
    assert all(label in ended.output for label in ("供水", "道路", "学校", "工资", "宏平均F1"))
    assert "略过的行：2" in ended.output
    assert "已从200条学习" in ended.output


def test_table_of_what_labels_are_about_is_learned_from_and_counted(tmp_path: Path) -> None:
    rows = [["label", "text"], *([label, text] for text, label in cases(40))]
    known = [["label", "text"], ["养老", "养老金 退休证"], ["养老", "退休手续"]]
    model, asked = tmp_path / "m.npz", write(tmp_path / "new.csv", [["text"], ["退休证"]])

    ended = run(
        "train", write(tmp_path / "cases.csv", rows),
        "--known", write(tmp_path / "known.csv", known), "--model", model,
    )  # fmt: skip
    run("suggest", asked, "--out", tmp_path / "out.csv", "--model", model)

    assert "另有说明类别的文字：2条" in ended.output
    assert "已从40条学习" in ended.output
    assert read(tmp_path / "out.csv")[1][1] == "养老"


def test_model_lives_in_the_data_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUAPENG_HOME", str(tmp_path / "home"))
    rows = [["label", "text"], *([label, text] for text, label in cases(100))]
    file = write(tmp_path / "cases.csv", rows)

    assert run("train", file).exit_code == 0
    ended = run("suggest", file, "--out", tmp_path / "out.csv")

    assert ended.exit_code == 0
    assert read(tmp_path / "out.csv")[0] == ["label", "text", *ADDED]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["text"], ["水管漏水"]),
        (["subject", "body"], ["水管", "漏水"]),
        (["tokens"], ["水管 漏水"]),
        (["编号", " Text ", "备注"], ["7", "水管漏水", ""]),
        (["tokens", "body", "subject"], ["老师 补课", "漏水", "水管"]),
    ],
)
def test_text_is_found_in_its_columns(
    model: Path, tmp_path: Path, headings: list[str], cells: list[str]
) -> None:
    file = write(tmp_path / "in.csv", [headings, cells])

    ended = run("suggest", file, "--out", tmp_path / "out.csv", "--model", model)

    assert ended.exit_code == 0, ended.output
    head, row = read(tmp_path / "out.csv")
    assert head == [*headings, *ADDED]
    assert row[: len(cells)] == cells
    assert row[-3] == "供水"
    assert 0.5 < float(row[-2]) <= 1
    assert "水" in row[-1]


def test_row_without_text_gets_no_suggestion_and_says_so(model: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "in.csv", [["no", "text"], ["1", ""], ["2", "Ω"], ["3", "停水"]])

    run("suggest", file, "--out", tmp_path / "out.csv", "--model", model)

    _, empty, unknown, known = read(tmp_path / "out.csv")
    assert empty == ["1", "", "", "0.0000", "没有文字，无法判断"]
    assert unknown == ["2", "Ω", "", "0.0000", "没有认得出的词语，无法判断"]
    assert known[2] == "供水"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_offices_are_read_and_their_spreadsheets_served(
    model: Path, tmp_path: Path, encoding: str
) -> None:
    file = write(tmp_path / "in.csv", [["编号", "text"], ["一", "水管漏水"]], encoding)

    ended = run("suggest", file, "--out", tmp_path / "out.csv", "--model", model)

    assert ended.exit_code == 0
    marked = (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert marked == (encoding != "utf-8")
    assert read(tmp_path / "out.csv", "utf-8-sig")[1][:3] == ["一", "水管漏水", "供水"]


def test_workbooks_and_packed_files_are_read_and_packed_ones_written(
    model: Path, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["编号", "subject", "body"], [7, "水管", "漏水"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress("编号,text\n7,水管漏水\n".encode()))

    for name in ("in.xlsx", "in.csv.gz"):
        out = tmp_path / "out.csv.gz"
        ended = run("suggest", tmp_path / name, "--out", out, "--model", model)

        assert ended.exit_code == 0, ended.output
        row = gzip.decompress(out.read_bytes()).decode("utf-8-sig").splitlines()[1]
        assert row.startswith("7,水管")
        assert ",供水," in row


def test_resend_is_identical_and_suggestions_of_suggestions_are_too(
    model: Path, tmp_path: Path
) -> None:
    rows = [["text", "label"], *map(list, cases(50, seed=4))]
    file = write(tmp_path / "in.csv", rows)
    first, second, third = (tmp_path / f"{n}.csv" for n in range(3))

    run("suggest", file, "--out", first, "--model", model)
    run("suggest", file, "--out", second, "--model", model)
    run("suggest", first, "--out", third, "--model", model)

    assert first.read_bytes() == second.read_bytes() == third.read_bytes()


def test_a_file_may_be_replaced_by_its_own_suggestions(model: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "in.csv", [["text"], ["水管漏水"]])

    ended = run("suggest", file, "--out", file, "--model", model)

    assert ended.exit_code == 0
    assert read(file)[1][1] == "供水"
    assert list(tmp_path.iterdir()) == [file]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    width=st.integers(1, 4),
    rows=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]))), max_size=30),
)
def test_every_row_and_column_comes_back_in_order(
    model: Path, tmp_path: Path, width: int, rows: list[list[str]]
) -> None:
    headings = ["text", "编号", "备注", "label"][:width]
    table = [(row + [""] * width)[:width] for row in rows]
    file = write(tmp_path / "in.csv", [headings, *table])

    ended = run("suggest", file, "--out", tmp_path / "out.csv", "--model", model)

    assert ended.exit_code == 0, ended.output
    found = read(tmp_path / "out.csv")
    assert [row[:width] for row in found] == [headings, *table]
    assert {len(row) for row in found} == {width + 3}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("编号,body\n1,水\n", "text"),
        ("text\n水管,漏水\n", "第2行"),
        ("", "空的"),
    ],
)
def test_file_that_is_not_right_ends_with_1_and_says_what(
    model: Path, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")
    out = tmp_path / "out.csv"
    out.write_text("before", encoding="utf-8")

    ended = run("suggest", tmp_path / "in.csv", "--out", out, "--model", model)

    assert ended.exit_code == 1
    assert told in ended.output
    assert out.read_text(encoding="utf-8") == "before"
    assert {one.name for one in tmp_path.iterdir()} == {"in.csv", "out.csv"}


def test_training_file_without_labels_ends_with_1(tmp_path: Path) -> None:
    ended = run("train", write(tmp_path / "in.csv", [["text"], ["水"]]), "--model", tmp_path / "m")

    assert ended.exit_code == 1
    assert "label" in ended.output
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("content", [b"\x00\x01" * 500, b"PK\x03\x04broken", b"\x1f\x8bbroken"])
def test_file_that_cannot_be_read_ends_with_2(model: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.csv").write_bytes(content)

    ended = run("suggest", tmp_path / "in.csv", "--out", tmp_path / "out.csv", "--model", model)

    assert ended.exit_code == 2
    assert "in.csv" in ended.output


def test_suggesting_without_a_model_ends_with_2_and_says_what_to_do(tmp_path: Path) -> None:
    file = write(tmp_path / "in.csv", [["text"], ["水"]])

    ended = run("suggest", file, "--out", tmp_path / "out.csv", "--model", tmp_path / "none.npz")

    assert ended.exit_code == 2
    assert "guapeng concerns train" in ended.output


def test_suggesting_with_a_damaged_model_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "m.npz").write_bytes(b"no model")
    file = write(tmp_path / "in.csv", [["text"], ["水"]])

    ended = run("suggest", file, "--out", tmp_path / "out.csv", "--model", tmp_path / "m.npz")

    assert ended.exit_code == 2
    assert "损坏" in ended.output
    assert not (tmp_path / "out.csv").exists()
