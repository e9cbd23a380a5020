"""Importing the layers of communities from the command line."""

from pathlib import Path
from typing import Annotated

import typer

from guapeng.plain.terminal import _, progress

importers = typer.Typer()

_MOST_SHOWN = 50

_Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Folder with the layers."),
]


@importers.command("grids")
def import_grids(
    folder: _Folder,
    *,
    datum: Annotated[
        list[str] | None,
        typer.Option(
            help="LAYER=SYSTEM, where a layer is in gcj02, bd09 or epsg:4547; +yx: north first."
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Where the layers come from; the folder's name if not given.")
    ] = "",
    later: Annotated[
        bool, typer.Option("--later", help="Count buildings that are built later.")
    ] = False,
) -> None:
    """Import the buildings of communities, to draw grids in them on the map.

    DIR is what `guapeng grids partition` reads: communities and buildings with counts of
    households, and perhaps compounds, barriers, crossings and specials. Every row is judged as
    there; with any row that is not right nothing is imported. Where no layer and no building tells
    an organ, park, school or hospital, those of the register are kept.

    Exit status: 0 imported; 1 a layer or a row is not right (nothing was imported); 2 wrong use,
    or a file cannot be read.

    Example: guapeng import grids county --datum buildings=gcj02
    """
    from django.utils import timezone  # after Django is set up

    from guapeng.apps.grids.commands import systems_of  # it imports this module
    from guapeng.apps.grids.plans.intake import take_layers

    with progress(_("楼栋底图")) as advance:
        taken = take_layers(
            folder,
            systems=systems_of(datum or []),
            source=source or folder.resolve().name,
            at=timezone.now(),
            later=later,
            progress=advance,
        )
    for fault in taken.faults[:_MOST_SHOWN]:
        reason = _(fault.reason.wording) % fault.reason.given
        wording = _("{file} 第{row}行“{id}”：{reason}")
        typer.echo(
            wording.format(file=fault.layer, row=fault.row, id=fault.id, reason=reason), err=True
        )
    if taken.faults:
        wording = _("共{count}处问题，没有导入任何内容")
        typer.echo(wording.format(count=len(taken.faults)), err=True)
        raise typer.Exit(1)
    typer.echo(_("已导入{count}个社区（村）的楼栋底图").format(count=len(taken.surveys)))
