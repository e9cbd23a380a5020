"""The procedures' own command, at the top of the command line."""

from pathlib import Path
from typing import Annotated

import typer

from guapeng.plain.terminal import _, progress

app = typer.Typer()


@app.command()
def workflows(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; without it, the screen.", file_okay=False),
    ] = None,
) -> None:
    """Write the procedures as pages: step table, diagram, limits and their sources.

    Exit status: 0 written, 2 not.

    Example: guapeng workflows --out docs/procedures
    """
    from guapeng.kernel.matters.procedures import pages  # after Django is set up

    for name, text in pages().items():
        if out is None:
            typer.echo(text)
            continue
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
        typer.echo(f"{out / name}")


@app.command()
def recount() -> None:
    """Work out statistics, public board and search anew from the matters themselves.

    The clock keeps them up to date; this is for after a restored copy, a changed table of
    categories, or doubt. Pages show the old numbers until it is done.

    Exit status: 0 done, 2 the database cannot be had.

    Example: guapeng recount
    """
    from django.utils import timezone  # after Django is set up

    from guapeng.kernel.matters.statistics import folding

    with progress(_("统计")) as advance:
        count = folding.recount(at=timezone.now(), progress=advance)
    typer.echo(_("已重新统计{count}件事项").format(count=f"{count:,}"))
