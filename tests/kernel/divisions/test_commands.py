from pathlib import Path

import pytest
from typer.testing import CliRunner

from guapeng.command.app import app
from guapeng.kernel.divisions.models import Division

RUN = CliRunner()


@pytest.mark.parametrize("command", ["divisions", "outlines"])
def test_command_explains_itself_with_an_example(command: str) -> None:
    shown = RUN.invoke(app, ["import", command, "--help"])

    assert shown.exit_code == 0
    assert f"guapeng import {command}" in shown.output


def test_good_list_is_imported_and_counted(db: None, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("code,name\n152224,乙县\n152224102,甲镇\n", encoding="utf-8")

    ended = RUN.invoke(app, ["import", "divisions", str(file), "--from", "2023-06-30"])

    assert ended.exit_code == 0
    assert "新增2，变更0，拆分0，终止0，更正0，不变0" in ended.output
    assert {str(one.valid.lower) for one in Division.objects.all()} == {"2023-06-30"}


def test_bad_row_ends_with_1_and_is_named(db: None, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("code,name\n152224,乙县\n152224102,\n", encoding="utf-8")

    ended = RUN.invoke(app, ["import", "divisions", str(file)])

    assert ended.exit_code == 1
    assert "第3行：没有名称" in ended.output
    assert "共1处问题，没有导入任何内容" in ended.output
    assert not Division.objects.exists()


def test_skipped_row_still_ends_with_1(db: None, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("code,name\n152224,乙县\n152224102,\n", encoding="utf-8")

    ended = RUN.invoke(app, ["import", "divisions", str(file), "--skip-bad"])

    assert ended.exit_code == 1
    assert "新增1" in ended.output
    assert Division.objects.get().name == "乙县"


def test_missing_file_is_wrong_use(tmp_path: Path) -> None:
    ended = RUN.invoke(app, ["import", "divisions", str(tmp_path / "none.csv")])

    assert ended.exit_code == 2


def test_outlines_without_their_datum_are_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "x.geojson"
    file.write_text("{}")

    assert RUN.invoke(app, ["import", "outlines", str(file)]).exit_code == 2


def test_shifted_outlines_end_with_1(db: None, tmp_path: Path) -> None:
    file = tmp_path / "x.geojson"
    file.write_text("{}")

    ended = RUN.invoke(app, ["import", "outlines", str(file), "--datum", "gcj02"])

    assert ended.exit_code == 1
    assert "GCJ02有偏移" in ended.output
