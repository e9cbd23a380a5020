"""The procedures' own command, at the top of the command line."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def workflows(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; without it, the screen.", file_okay=False),
    ] = None,
) -> None:
    """Write the procedures as pages: step table, diagram, limits and their sources.

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
