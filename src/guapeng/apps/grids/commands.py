"""What grids bring to the command line."""

import datetime as dt
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guapeng.apps.grids.crew import crew
from guapeng.apps.grids.plans.command import importers
from guapeng.plain.terminal import _, progress

if TYPE_CHECKING:
    from guapeng.apps.grids.partition import Plan
    from guapeng.apps.grids.partition.systems import Placing
    from guapeng.apps.grids.sizes import Settings

__all__ = ["app", "importers"]

app = typer.Typer(no_args_is_help=True, help="Divide communities into grids.")

_Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Folder with the layers."),
]
_Previous = Annotated[
    Path | None,
    typer.Option(
        exists=True, file_okay=False, help="Folder of an older plan, to change as little as can be."
    ),
]


@app.callback()
def _grids() -> None:
    """Divide communities into grids."""


@app.command("partition")
def partition_command(
    folder: _Folder,
    *,
    out: Annotated[
        Path, typer.Option(file_okay=False, help="Folder for the plan; made if needed.")
    ],
    policy: Annotated[
        str, typer.Option(help="balanced: about 400 households; fewest: as few grids as fit.")
    ] = "balanced",
    previous: _Previous = None,
    lock: Annotated[
        list[str] | None,
        typer.Option(help="Code of a grid of --previous that loses no building; again for more."),
    ] = None,
    later: Annotated[
        bool | None,
        typer.Option(help="Count buildings that are built later; on with --previous."),
    ] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="Hold the plans to the optimum where that is quick.")
    ] = False,
    datum: Annotated[
        list[str] | None,
        typer.Option(
            help="LAYER=SYSTEM, where a layer is in gcj02, bd09 or epsg:4547; +yx: north first."
        ),
    ] = None,
    least: Annotated[
        int | None,
        typer.Option(min=1, help="Fewest households of a grid; the rule's if not given."),
    ] = None,
    most: Annotated[
        int | None, typer.Option(min=1, help="Most households of a grid; the rule's if not given.")
    ] = None,
    between: Annotated[
        str | None, typer.Option(help="501 to 599 households: nearest, over or under the range.")
    ] = None,
    apart_from: Annotated[
        int | None,
        typer.Option(min=0, help="Households of a part behind a river that is divided by itself."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another plan as good.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: one a processor.")] = 0,
) -> None:
    """Divide the communities of a folder of layers into grids of 300 to 500 households.

    DIR holds communities and buildings with counts of households, and perhaps compounds, barriers,
    crossings and specials (.geojson, .gpkg, .shp, .zip, .csv, .xlsx). Written are assignment.csv
    (building_id, grid_id), grids.geojson (a polygon a grid) and report.json (what fits, what does
    not and why, and rows that were left out); with --previous also changes.csv and pictures of
    communities in which something changed. The same content gives the same plan, whatever the
    order of rows.

    Exit status: 0 divided; 1 divided without rows that are not right (see report.json), or a layer
    is not right and nothing was written; 2 wrong use, or a file cannot be read or written.

    Example: guapeng grids partition county --out plan

    Again: guapeng grids partition county --out next --previous plan --lock 152224001001003
    """
    begun = time.monotonic()
    if lock and previous is None:
        raise typer.BadParameter(_("--lock 要与 --previous 一起用"), param_hint="--lock")
    with crew(workers or _processors()) as hands, progress(_("划分网格")) as advance:
        from guapeng.apps.grids.partition import (  # slow to load, and help needs none of it
            Policy,
            partition,
            read_county,
            read_previous,
            write_plan,
        )

        if policy not in tuple(Policy):
            raise _not_one_of(policy, Policy, "--policy")
        systems = systems_of(datum or [])
        settings = _settings(least, most, between, apart_from)
        kept = read_previous(previous, frozenset(lock or ())) if previous else None
        unknown = sorted(kept.locked.difference(kept.grid_of.values())) if kept else []
        if unknown:
            wording = _("以前的划分里没有网格{code}")
            raise typer.BadParameter(wording.format(code=unknown[0]), param_hint="--lock")
        counts_later = later if later is not None else kept is not None
        county = read_county(
            folder, later=counts_later, systems=systems, per_floor=settings.per_floor
        )
        options = settings.options(policy=Policy(policy), seed=seed, prove=prove, previous=kept)
        plan = partition(county, options, crew=hands, advance=advance)
    seconds = time.monotonic() - begun
    write_plan(plan, out, seconds=seconds, previous=kept, before=previous, tell=_)
    _tell(plan, out, time.monotonic() - begun)
    if county.faults:
        raise typer.Exit(1)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _settings(
    least: int | None, most: int | None, between: str | None, apart_from: int | None
) -> "Settings":
    """Return the shipped settings with what was asked for instead."""
    from guapeng.apps.grids.partition import Between, Range, Rules  # slow, see above
    from guapeng.apps.grids.sizes import shipped_settings  # the same

    settings = shipped_settings(dt.datetime.now(dt.UTC).date())
    choices = settings.choices
    if between is not None:
        if between not in tuple(Between):
            raise _not_one_of(between, Between, "--between")
        choices = replace(choices, between=Between(between))
    if least is not None or apart_from is not None:
        choices = replace(choices, apart_from=apart_from if apart_from is not None else least)

    def other(size: Range) -> Range:
        low, high = least or size.least, most or size.most
        if high < low:
            raise typer.BadParameter(_("--most 不能小于 --least"))
        return replace(size, least=low, most=high, aim=min(max(size.aim, low), high))

    rules = Rules(urban=other(settings.rules.urban), rural=other(settings.rules.rural))
    return replace(settings, rules=rules, choices=choices)


def systems_of(said: list[str]) -> "dict[str, Placing]":
    """Return how the numbers of each layer that ``--datum`` names are to be taken."""
    from guapeng.apps.grids.partition.layers import FILES  # slow, see above
    from guapeng.apps.grids.partition.systems import NoSystem, Placing  # the same

    systems = {}
    for one in said:
        layer, _equals, system = one.partition("=")
        if layer not in FILES:
            raise _not_one_of(layer, FILES, "--datum")
        try:
            systems[layer] = Placing.of(system)
        except NoSystem:
            known = ("cgcs2000", "wgs84", "gcj02", "bd09", "epsg:4491–4554", "epsg:3857", "yx")
            raise _not_one_of(system, known, "--datum") from None
    return systems


def _not_one_of(said: str, known: Iterable[str], option: str) -> typer.BadParameter:
    wording = _("“{said}”不能用，可以写：{known}")
    return typer.BadParameter(wording.format(said=said, known=", ".join(known)), param_hint=option)


def _tell(plan: "Plan", out: Path, seconds: float) -> None:
    from guapeng.apps.grids.partition import totals  # slow, see above

    counted = totals(plan)
    wording = _(
        "{communities}个社区（村）、{households}户划成{grids}个网格，其中{in_range}个在户数范围内；"
        "用时{seconds}秒，在{folder}"
    )
    typer.echo(wording.format(**{**counted, "seconds": f"{seconds:.1f}"}, folder=out))
    if counted["moved_households"]:
        typer.echo(_("换了网格的老住户：{count}户").format(count=counted["moved_households"]))
    for one in plan.divisions:
        for part in one.parts:
            if part.why and part.reason != "small":
                told = _(part.why.wording) % part.why.given
                typer.echo(f"{one.name}（{one.community_id}）：{told}")
            if part.proof:
                typer.echo(f"{one.name}（{one.community_id}）：{_proven(part.proof)}")
    for fault in plan.county.faults[:20]:
        wording = _("{file} 第{row}行“{id}”：{reason}")
        reason = _(fault.reason.wording) % fault.reason.given
        typer.echo(
            wording.format(file=fault.layer, row=fault.row, id=fault.id, reason=reason), err=True
        )
    if len(plan.county.faults) > 20:  # noqa: PLR2004 - as many as fit on a screen
        rest = len(plan.county.faults) - 20
        typer.echo(_("还有{count}行有问题，见report.json").format(count=rest), err=True)


def _proven(proof: Mapping[str, Any]) -> str:
    """Return what an exact model said, as a line."""
    model = _("全部目标") if proof["model"] == "all" else _("步行距离")
    if proof["status"] == "infeasible":
        return _("HiGHS已证明没有都在范围内的方案（{sets}种网格）").format(sets=proof["sets"])
    if "gap" not in proof:
        return _("HiGHS：{model}，规模太大，没有求界").format(model=model)
    gap = f"{100 * proof['gap']:.2f}"
    if proof["status"] == "optimal":
        wording = _("HiGHS：{model}的最优值{best}，本方案{plan}，高出{gap}%")
        return wording.format(
            model=model, best=proof.get("optimum", proof.get("bound")), plan=proof["plan"], gap=gap
        )
    wording = _("HiGHS：{model}不低于{best}，本方案{plan}，至多高出{gap}%")
    return wording.format(model=model, best=proof["bound"], plan=proof["plan"], gap=gap)


WITHOUT_DATABASE = (partition_command,)
