import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from guapeng.command.app import app

RUN = CliRunner()


def commands(group: typer.core.TyperGroup, *above: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name))


@pytest.mark.parametrize("command", list(commands(typer.main.get_group(app))))
def test_every_command_tells_its_exit_status_and_an_example(command: str) -> None:
    shown = RUN.invoke(app, [*command.split(), "--help"])

    assert shown.exit_code == 0
    assert "Exit status: 0 " in shown.output
    assert f"guapeng {command}" in shown.output.partition("Example: ")[2]


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


def test_calendar_that_is_no_text_ends_with_1_and_names_the_file(db: None, tmp_path: Path) -> None:
    file = tmp_path / "scan.csv"
    file.write_bytes(b"\x89PNG\xff\xfe")

    ended = RUN.invoke(app, ["import", "calendar", str(file), "--source", "测试"])

    assert ended.exit_code == 1
    assert "scan.csv" in ended.output


def test_file_that_cannot_be_written_is_named(db: None, tmp_path: Path) -> None:
    ended = RUN.invoke(app, ["people", "permissions", "--out", str(tmp_path)])

    assert ended.exit_code == 2
    assert str(tmp_path) in ended.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GUAPENG_MODE", "Demo"),
        ("GUAPENG_HTTPS", "yes"),
        ("GUAPENG_PROXIES", "one"),
        ("GUAPENG_FIELD_KEY", "-1"),
        ("GUAPENG_JOURNAL_ALGORITHM", "md5"),
        ("DATABASE_URL", "mysql://somewhere/else"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/nobody"),
    ],
)
def test_setting_that_cannot_be_meant_is_told_in_words(
    variable: str, value: str, tmp_path: Path
) -> None:
    given = {"DATABASE_URL": "postgresql://127.0.0.1:1/nobody", variable: value}
    names = os.environ.items()
    bare = {name: it for name, it in names if not name.startswith(("DJANGO_", "GUAPENG_"))}
    ended = subprocess.run(
        [sys.executable, "-m", "guapeng", "verify"],
        env=bare | {"GUAPENG_HOME": str(tmp_path)} | given,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
