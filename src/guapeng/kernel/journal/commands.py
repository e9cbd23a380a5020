"""The journal's own command, at the top of the command line."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from guapeng.plain.terminal import _, progress

app = typer.Typer()

_FAULTS: Final = {
    "missing": _("这一条不见了"),
    "changed": _("这一条被改动过"),
    "cut_off": _("从这一条起的记录被删去"),
    "added": _("从这一条起的记录是后来添上的"),
    "replaced": _("这一条被换过"),
}


@app.command()
def verify(
    *, as_json: Annotated[bool, typer.Option("--json", help="Give the outcome as JSON.")] = False
) -> None:
    """Recompute the journal's chain and name the first broken line.

    With --json: {"intact": true, "lines": 12} or {"intact": false, "seq": 7, "fault": "changed"};
    a fault is missing, changed, cut_off, added or replaced.

    Exit status: 0 intact, 1 broken, 2 the journal cannot be read.

    Example: guapeng verify --json
    """
    found = _recomputed()
    broken = "fault" in found
    text = json.dumps({"intact": not broken, **found}) if as_json else _sentence(found)
    typer.echo(text, err=broken and not as_json)
    raise typer.Exit(int(broken))


def _recomputed() -> dict[str, Any]:
    from django.db import DatabaseError  # slow, and models: after Django is set up

    from guapeng.kernel.journal.verify import verify as recompute

    try:
        with progress(_("日志")) as advance:
            return asdict(recompute(advance))
    except (DatabaseError, LookupError) as error:
        typer.echo(_("读不到日志：{error}").format(error=error), err=True)
        raise typer.Exit(2) from None


def _sentence(found: dict[str, Any]) -> str:
    if "fault" not in found:
        return _("日志完整，共 {lines} 条").format(**found)
    why = _FAULTS[found["fault"]]
    return _("日志在第 {seq} 条断开：{fault}").format(seq=found["seq"], fault=why)
