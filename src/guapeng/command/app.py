"""The commands that belong to no part in particular; parts bring their own."""

from pathlib import Path
from typing import Annotated

import typer

from guapeng.command import parts
from guapeng.command.django import set_up

app = typer.Typer(no_args_is_help=True, add_completion=False, help="瓜棚：一个旗县的基层治理系统")


@app.command()
def migrate() -> None:
    """Bring the database to the present version and load the shipped rules.

    Example: guapeng migrate
    """
    set_up()
    from django.core.management import call_command  # after Django is set up

    call_command("migrate", interactive=False)


@app.command()
def check() -> None:
    """Check the settings, the step tables and that no migration is missing.

    Exit status: 0 all well, 1 something is wrong.

    Example: guapeng check
    """
    set_up()
    from django.core.management import CommandError, call_command  # after Django is set up

    try:
        call_command("makemigrations", check=True, dry_run=True)
        call_command("check", fail_level="WARNING")
    except CommandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except SystemExit as ended:
        raise typer.Exit(int(ended.code or 0)) from None


@app.command()
def verify() -> None:
    """Recompute the journal's chain and name the first broken line.

    Exit status: 0 intact, 1 broken.

    Example: guapeng verify
    """
    set_up()
    from rich.progress import Progress  # slow; only here

    from guapeng.kernel.journal import verify as chain  # after Django is set up

    with Progress(transient=True) as bar:
        line = bar.add_task("日志", total=None)
        outcome = chain.verify(
            progress=lambda done, total: bar.update(line, completed=done, total=total)
        )
    if outcome.fault:
        typer.echo(f"日志在第 {outcome.seq} 条断开：{_FAULTS[outcome.fault]}", err=True)
        raise typer.Exit(1)
    typer.echo(f"日志完整，共 {outcome.lines} 条")


imports = typer.Typer(no_args_is_help=True, help="导入")
app.add_typer(imports, name="import")


@imports.command("calendar")
def import_calendar(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="依据，如国务院办公厅通知的文号")],
) -> None:
    """Import the working days of whole years: date, is_workday, kind, holiday.

    Exit status: 0 imported, 1 the file is not right (nothing was imported).

    Example: guapeng import calendar 2026.csv --source 国办发明电〔2025〕7号
    """
    set_up()
    from guapeng.kernel.rules.imports import import_calendar as read  # after Django is set up
    from guapeng.plain.unfit import Unfit

    try:
        days = read(file, source=source)
    except Unfit as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"已导入 {days} 天")


_FAULTS = {
    "missing": "这一条不见了",
    "changed": "这一条被改动过",
    "cut_off": "从这一条起的记录被删去",
}


@app.command()
def workflows(
    out: Annotated[
        Path | None, typer.Option(help="写入的目录；不给则打印到屏幕", file_okay=False)
    ] = None,
) -> None:
    """Write the procedures as pages: step table, diagram, limits and their sources.

    Example: guapeng workflows --out docs/procedures
    """
    set_up()
    from guapeng.kernel.matters.procedures import pages  # after Django is set up

    for name, text in pages().items():
        if out is None:
            typer.echo(text)
            continue
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
        typer.echo(f"{out / name}")


parts.mount(app, imports=imports)


def main() -> None:
    """Run the command line."""
    app()
