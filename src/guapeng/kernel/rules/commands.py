"""Importing dated rules from the command line."""

from pathlib import Path
from typing import Annotated

import typer

from guapeng.plain.terminal import _

importers = typer.Typer()


@importers.command("calendar")
def import_calendar(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="Where it is laid down: the notice and its number.")],
) -> None:
    """Import the working days of whole years: date, is_workday, kind, holiday.

    Exit status: 0 imported; 1 the file is not right (nothing was imported); 2 wrong use, or the
    file cannot be had.

    Example: guapeng import calendar 2026.csv --source 国办发明电〔2025〕7号
    """
    from guapeng.kernel.rules import imports  # after Django is set up

    days = imports.import_calendar(file, source=source)
    typer.echo(_("已导入 {days} 天").format(days=days))
