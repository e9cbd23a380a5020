"""Importing and exporting lists of concerns from the command line."""

import datetime as dt
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from guapeng.plain.terminal import _, progress
from guapeng.plain.unfit import Unfit, gettext_noop

importers = typer.Typer()
exporters = typer.Typer()

_SHOWN: Final = 10
_MOST_WORDS: Final = 30
_STOPPED: Final = 130


class Format(StrEnum):
    """What an export can be."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


class NotAPair(Unfit):
    """An option wants a name, an equals sign and a name."""

    code = "option.pair"
    wording = gettext_noop("“%(given)s”应写成 列名=字段 或 标签=代码")


class NoSuchCategory(Unfit):
    """A label is given a code that no category has."""

    code = "option.category"
    wording = gettext_noop("没有代码为%(category)s的类别")


class NoSuchStatus(Unfit):
    """A status is given a meaning that there is not."""

    code = "option.status"
    wording = gettext_noop("状态只有 open（在办）和 closed（已办结），没有“%(status)s”")


@importers.command("concerns")
def import_concerns(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    source: Annotated[
        str, typer.Option(help="The system it comes from; else known by its headings.")
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="What a column means: heading=field; heading= leaves it out."),
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--label",
            help="What a label of theirs means: label=code of a category; label= leaves it open.",
        ),
    ] = None,
    statuses: Annotated[
        list[str] | None,
        typer.Option("--status", help="What a status of theirs means: status=open or =closed."),
    ] = None,
    division: Annotated[
        str, typer.Option(help="Code for rows that name no place; else the county in service.")
    ] = "",
    results: Annotated[
        Path | None,
        typer.Option(help="Refused rows go here, .csv or .xlsx; else to NAME.refused.csv here."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show how the first rows would be read; take nothing.")
    ] = False,
) -> None:
    """Take a hotline's list (CSV, CSV.GZ, XLSX): its rows become concerns that wait for dispatch.

    Columns are known by their headings, Chinese or English: 工单编号, 标题, 诉求内容, 类别,
    来电时间, 区划, 地点, 经度, 纬度, 来电人, 电话, 紧急程度, 渠道 and many others. The fields are
    id, subject, body, category, time, status, closed, result, outcome, unit, division, place, lon,
    lat, name, phone, urgency, channel; what --map, --label and --status say is remembered for the
    source. A case that its status calls closed, or that has a time of closing, comes in as
    history: closed at its own time, awaiting nobody. A row is known again by its number, or without
    one by all it says: the same list twice takes nothing twice, and an import that was stopped goes
    on where it was.

    Exit status: 0 all rows taken or there already; 1 some rows refused, see the result file; 2 the
    file cannot be read, no column tells what the rows say, or wrong use.

    Example: guapeng import concerns list.xlsx --source 12345 --map 来电详情=body --label 供水=01001
    """
    begun = time.monotonic()
    results = results or Path(f"{file.name}.refused.csv")
    try:
        meant = {"category": _pairs(labels), "status": _pairs(statuses)}
        with _opened(file, source, _pairs(columns), meant, division) as intake:
            if preview:
                _show(intake)
                return
            with progress(_("诉求")) as advance:
                tally = intake.run(results=results, advance=advance)
    except Unfit as fault:
        _end(fault)
    except KeyboardInterrupt:
        typer.echo(_("已中断；收下的都已保存，再次运行就接着来"), err=True)
        raise typer.Exit(_STOPPED) from None
    _sum_up(tally, intake, seconds=time.monotonic() - begun)
    if tally.refused:
        typer.echo(_("退回的行和理由在 {file}").format(file=results), err=True)
        raise typer.Exit(1)


@exporters.command("concerns")
def export_concerns(
    *,
    out: Annotated[Path, typer.Option(help="The new file; one of that name is replaced.")],
    format_: Annotated[
        Format | None, typer.Option("--format", help="Else by the ending of the file's name.")
    ] = None,
    division: Annotated[str, typer.Option(help="Code: only those in it and below.")] = "",
    since: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Raised on that day or later."),
    ] = None,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Raised on that day or earlier."),
    ] = None,
    purpose: Annotated[
        str, typer.Option(help="What for; the journal keeps that somebody said so.")
    ] = "",
) -> None:
    """Write the concerns to a file, oldest first: what was said, where, how far it is; not by whom.

    CSV opens in spreadsheets; in Parquet times are UTC and columns have short English names.

    Exit status: 0 written, 2 wrong use or the file cannot be written.

    Example: guapeng export concerns --out march.xlsx --from 2026-03-01 --until 2026-03-31
    """
    from django.utils import timezone  # after Django is set up

    from guapeng.apps.concerns import exports
    from guapeng.kernel.exchange import exports as exchange
    from guapeng.kernel.exchange import places
    from guapeng.kernel.people import scope
    from guapeng.kernel.people.actors import SYSTEM

    now = timezone.now()
    try:
        with scope.acting(SYSTEM), progress(_("诉求")) as advance:
            listing = exports.listing(
                division=places.root(division, on=timezone.localdate(now)) if division else None,
                since=since and since.date(),
                until=until and until.date(),
            )
            count = exchange.export(
                listing, out, format=format_ or "", by=SYSTEM, at=now, purpose=purpose,
                advance=advance,
            )  # fmt: skip
    except Unfit as fault:
        _end(fault)
    typer.echo(_("已写出{count}行：{file}").format(count=count, file=out))


def _opened(
    file: Path,
    source: str,
    columns: Mapping[str, str],
    labels: dict[str, dict[str, str]],
    division: str,
) -> Any:
    from django.utils import timezone  # after Django is set up

    from guapeng.apps.concerns.imports import CONCERNS
    from guapeng.apps.concerns.models import Category
    from guapeng.apps.concerns.words import CLOSED, OPEN
    from guapeng.kernel.exchange import intake, places

    known = set(Category.objects.values_list("code", flat=True))
    for code in filter(None, labels["category"].values()):
        if code not in known:
            raise NoSuchCategory(category=code)
    for code in labels["status"].values():
        if code not in (OPEN, CLOSED):
            raise NoSuchStatus(status=code)
    now = timezone.now()
    root = places.root(division, on=timezone.localdate(now))
    return intake.opened(
        CONCERNS, file, root=root, at=now, source=source, columns=columns, labels=labels
    )


def _pairs(given: list[str] | None) -> dict[str, str]:
    pairs = {}
    for one in given or ():
        name, equals, value = one.rpartition("=")
        if not equals:
            raise NotAPair(given=one)
        pairs[name.strip()] = value.strip()
    return pairs


def _show(intake: Any) -> None:
    """Print what each column means, and the first rows as they would be read."""
    typer.echo(_("来源：{source}").format(source=intake.source))
    for heading in filter(None, intake.table.headings):
        meant = intake.importer.label_of(intake.columns.get(heading, ""))
        typer.echo(f"  {heading} → {meant or _('不读')}")
    for field, words in intake.words().items():
        typer.echo(_("{field}里的词：").format(field=intake.importer.label_of(field)))
        for word in words[:_MOST_WORDS]:
            typer.echo(f"  {word.text} × {word.rows} → {_meaning(word)}")
    for row in intake.preview(_SHOWN):
        typer.echo(f"{row.line.number}: {_in_words(row, intake)}")


def _meaning(word: Any) -> str:
    """Return the code of a word, a likely one with a mark; nothing is taken by likeness."""
    if word.settled is not None:
        return word.settled or "–"
    if word.guess is None:
        return "？"
    return str(word.guess.code) if word.guess.sure else f"{word.guess.code}？"


def _in_words(row: Any, intake: Any) -> str:
    from guapeng.kernel.exchange.running import Refusal  # after Django is set up

    if isinstance(row, Refusal):
        fault = row.misfit.fault
        where = intake.importer.label_of(row.misfit.field)
        reason = _(fault.wording) % fault.given
        return _("退回，{where}：{reason}").format(where=where, reason=reason)
    said = intake.importer.describe(row.content)
    return "，".join(f"{name} {value}" for name, value in said.items() if value)


def _sum_up(tally: Any, intake: Any, *, seconds: float) -> None:
    wording = _("新收{new}，已有{known}，退回{refused}；来源 {source}；每秒{rate:,.0f}行")
    rate = tally.read / max(seconds, 0.001)
    counts = {"new": tally.new, "known": tally.known, "refused": tally.refused}
    typer.echo(wording.format(**counts, source=intake.source, rate=rate))
    for note, told in intake.importer.notes.items():
        if count := tally.notes[note]:
            typer.echo(f"{told}：{count}")
    for (field, word), count in tally.unknown.most_common(_MOST_WORDS):
        label = intake.importer.label_of(field)
        typer.echo(_("没有指明意思：{field}“{word}” × {count}").format(
            field=label, word=word, count=count
        ))  # fmt: skip


def _end(fault: Unfit) -> NoReturn:
    """Say why nothing could be read: the whole file is wrong, not a row of it."""
    typer.echo(_(fault.wording) % fault.given, err=True)
    raise typer.Exit(2)


@importers.command("catalogue")
def import_catalogue(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Import categories and who handles them (CSV, CSV.GZ, XLSX): code, name, lead, assisting.

    Also urgency (1 danger to life, 2 utilities out, 3 ordinary, 4 advice), anonymous, petition and
    public (1 or 0), and basis. Units are named as in the list of units. What is said again changes
    nothing; a changed line of the dispatch catalogue begins today, and the old one is kept.

    Exit status: 0 imported; 1 the file is not right (nothing was imported); 2 wrong use, or the
    file cannot be had.

    Example: guapeng import catalogue categories.xlsx
    """
    from django.utils import timezone  # after Django is set up

    from guapeng.apps.concerns import catalogue_file

    taken = catalogue_file.import_catalogue(file, at=timezone.now())
    typer.echo(_("新增{new}，变更{changed}，不变{known}").format(**taken._asdict()))
