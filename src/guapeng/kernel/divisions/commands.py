"""Importing divisions and their outlines from the command line."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from guapeng.kernel.divisions.listing import Problem
from guapeng.plain.geo import System
from guapeng.plain.terminal import _, progress

importers = typer.Typer()

_MOST_SHOWN: Final = 50

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
_Day = Annotated[
    dt.datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="The day it holds from; today if not given."),
]


@importers.command("divisions")
def import_divisions(
    file: _File,
    *,
    scheme: Annotated[str, typer.Option(help="The list that issued the codes.")] = "nbs-2023",
    begins: _Day = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the other rows if some are not right.")
    ] = False,
) -> None:
    """Import a list of divisions (CSV, CSV.GZ, XLSX): code, name and perhaps level, parent, kind.

    What the list names otherwise ends on the day and is succeeded by a new row; where it lists
    some children of a division of its own, a known child that it leaves out has ended. A column
    formerly (原代码) tells by code what a division was made of: mergers, splits, new codes. Posts,
    units and open matters go with a division to its only heir; what the list does not decide is
    printed for a person.

    Exit status: 0 imported; 1 the file is not right (nothing was imported, or bad rows were
    skipped); 2 wrong use, or the file cannot be had.

    Example: guapeng import divisions divisions.csv.gz --from 2023-06-30
    """
    from django.utils import timezone  # after Django is set up

    from guapeng.kernel.divisions import imports

    with progress(_("区划")) as advance:
        report = imports.import_divisions(
            file,
            scheme=scheme,
            valid_from=_day(begins),
            at=timezone.now(),
            skip_bad=skip_bad,
            progress=advance,
        )
    if skip_bad or not report.problems:
        wording = _(
            "新增{begun}，变更{succeeded}，拆分{split}，终止{ended}，更正{corrected}，不变{unchanged}"
        )
        typer.echo(wording.format(**vars(report)))
    if report.waiting:
        typer.echo(_("以下须由人决定："))
        for one in report.waiting:
            typer.echo(f"{one.code} {one.name}：{'；'.join(one.words)}")
    _end_if(report.problems, in_spite=skip_bad)


@importers.command("outlines")
def import_outlines(
    file: _File,
    *,
    datum: Annotated[System, typer.Option(help="The coordinate system of the file.")],
    begins: _Day = None,
) -> None:
    """Import outlines of divisions from GeoJSON: properties adcode or code, and name.

    Exit status: 0 imported; 1 the file is not right (nothing was imported); 2 wrong use, or the
    file cannot be had.

    Example: guapeng import outlines counties.geojson --datum cgcs2000
    """
    from guapeng.kernel.divisions import outlines  # after Django is set up

    with progress(_("范围")) as advance:
        report = outlines.import_outlines(file, datum=datum, on=_day(begins), progress=advance)
    if not report.problems:
        typer.echo(_("已导入{drawn}个范围").format(drawn=report.drawn))
    _end_if(report.problems)


def _day(given: dt.datetime | None) -> dt.date:
    from django.utils import timezone  # after Django is set up

    return given.date() if given else timezone.localdate()


def _end_if(problems: Sequence[Problem], *, in_spite: bool = False) -> None:
    """Tell the problems and end with 1 if there are any; ``in_spite``: the rest was imported."""
    if not problems:
        return
    for problem in problems[:_MOST_SHOWN]:
        typer.echo(problem.told(_), err=True)
    if len(problems) > _MOST_SHOWN:
        typer.echo(_("……另有{more}处").format(more=len(problems) - _MOST_SHOWN), err=True)
    done = _("有问题的行没有导入") if in_spite else _("没有导入任何内容")
    typer.echo(_("共{count}处问题，{done}").format(count=len(problems), done=done), err=True)
    raise typer.Exit(1)
