"""Importing divisions and their outlines from the command line."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from guapeng.plain.geo import System
from guapeng.plain.unfit import Unfit

importers = typer.Typer()

_MOST_SHOWN = 50

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Day = Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])]


@importers.command("divisions")
def import_divisions(
    file: File,
    *,
    scheme: Annotated[str, typer.Option(help="编码体系：哪份名单的代码")] = "nbs-2023",
    begins: Day = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="跳过有问题的行，导入其余各行")
    ] = False,
) -> None:
    """Import a list of divisions: code, name and perhaps level, parent, kind; --from is today.

    Exit status: 0 imported, 1 the file is not right (nothing was imported, or bad rows were
    skipped), 2 wrong use.

    Example: guapeng import divisions divisions.csv.gz --scheme nbs-2023 --from 2023-06-30
    """
    from guapeng.kernel.divisions import imports  # after Django is set up

    with _faults_told(), _bar("区划") as progress:
        report = imports.import_divisions(
            file,
            scheme=scheme,
            valid_from=_day(begins),
            skip_bad=skip_bad,
            progress=progress,
        )
    if not report.problems or skip_bad:
        typer.echo(
            f"新增{report.begun}，变更{report.succeeded}，终止{report.ended}，"
            f"更正{report.corrected}，不变{report.unchanged}"
        )
    _end_with(report.problems, nothing_done=not skip_bad)


@importers.command("outlines")
def import_outlines(
    file: File,
    *,
    datum: Annotated[System, typer.Option(help="文件的坐标系")],
    begins: Day = None,
) -> None:
    """Import outlines of divisions from GeoJSON: properties adcode or code, and name.

    Exit status: 0 imported, 1 the file is not right (nothing was imported), 2 wrong use.

    Example: guapeng import outlines counties.geojson --datum cgcs2000
    """
    from guapeng.kernel.divisions import outlines  # after Django is set up

    with _faults_told(), _bar("范围") as progress:
        report = outlines.import_outlines(file, datum=datum, on=_day(begins), progress=progress)
    if not report.problems:
        typer.echo(f"已导入{report.drawn}个范围")
    _end_with(report.problems, nothing_done=True)


def _day(given: dt.datetime | None) -> dt.date:
    from django.utils import timezone  # after Django is set up

    return given.date() if given else timezone.localdate()


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import Progress  # slow; only where it is shown

    with Progress(transient=True) as bar:
        line = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


@contextmanager
def _faults_told() -> Iterator[None]:
    """Tell a fault of the whole file and end with 1."""
    try:
        yield
    except Unfit as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None


def _end_with(problems: Iterable[object], *, nothing_done: bool) -> None:
    """Tell the problems; end with 1 if there are any."""
    found = list(problems)
    if not found:
        return
    for problem in found[:_MOST_SHOWN]:
        typer.echo(str(problem), err=True)
    if len(found) > _MOST_SHOWN:
        typer.echo(f"……另有{len(found) - _MOST_SHOWN}处", err=True)
    done = "没有导入任何内容" if nothing_done else "有问题的行没有导入"
    typer.echo(f"共{len(found)}处问题，{done}", err=True)
    raise typer.Exit(1)
