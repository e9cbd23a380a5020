"""Looking after the store of files, from the command line."""

from typing import Annotated, Final

import typer

from guapeng.plain.terminal import _, progress

app = typer.Typer(no_args_is_help=True, help="Contents of files: recompute them, or sweep.")

_FAULTS: Final = {"missing": _("不见了"), "changed": _("内容变了")}


@app.command("check")
def check(
    *, quiet: Annotated[bool, typer.Option(help="Name the faults only, one hash a line.")] = False
) -> None:
    """Recompute the hash of every content, and name those that are missing or changed.

    Exit status: 0 all are there and unchanged, 1 some are not, 2 the store cannot be read.

    Example: guapeng files check
    """
    from guapeng.kernel.files import upkeep  # after Django is set up

    with progress(_("文件")) as advance:
        faults = list(upkeep.check(advance))
    for fault in faults:
        typer.echo(fault.sha256 if quiet else f"{fault.sha256} {_FAULTS[fault.what]}")
    if not quiet and not faults:
        typer.echo(_("文件完整"))
    raise typer.Exit(int(bool(faults)))


@app.command("sweep")
def sweep() -> None:
    """Remove contents that belong to nothing: left behind when a form was refused half-way.

    What came in during the last two days (rule files.sweep) stays. The clock does the same every
    night.

    Exit status: 0 done, 2 the store cannot be read.

    Example: guapeng files sweep
    """
    from django.utils import timezone  # after Django is set up

    from guapeng.kernel.files import upkeep

    with progress(_("文件")) as advance:
        removed = upkeep.sweep(at=timezone.now(), advance=advance)
    typer.echo(_("已清除 {count} 个文件").format(count=removed))
