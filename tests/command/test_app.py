from pathlib import Path

import pytest
from typer.testing import CliRunner

from guapeng.command.app import app

RUN = CliRunner()


@pytest.mark.parametrize("command", ["migrate", "check", "verify", "workflows", "import calendar"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    shown = RUN.invoke(app, [*command.split(), "--help"])

    assert shown.exit_code == 0
    assert f"guapeng {command}" in shown.output


def test_verify_of_an_intact_journal_succeeds(db: None) -> None:
    ended = RUN.invoke(app, ["verify"])

    assert ended.exit_code == 0
    assert "日志完整，共 0 条" in ended.output


def test_calendar_that_is_not_right_ends_with_1_and_names_the_row(db: None, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("date,is_workday\n2026-13-01,1\n", encoding="utf-8")

    ended = RUN.invoke(app, ["import", "calendar", str(file), "--source", "测试"])

    assert ended.exit_code == 1
    assert "第2行" in ended.output
