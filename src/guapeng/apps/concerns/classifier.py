"""The classifier on the command line."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from guapeng.plain.terminal import _, progress

app = typer.Typer(no_args_is_help=True, help="Suggest what concerns are about.")

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
_ModelPath = Annotated[
    Path | None,
    typer.Option("--model", dir_okay=False, help="The model's file; else the instance's own."),
]
_Known = Annotated[
    list[Path] | None,
    typer.Option("--known", exists=True, dir_okay=False, help="What labels are about, in a file."),
]
_Cases = list[tuple[str, str]]


@app.command()
def train(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False)],
    *,
    known: _Known = None,
    model: _ModelPath = None,
) -> None:
    """Learn from handled cases (CSV, CSV.GZ, XLSX) what such cases are about.

    The label is in the column "label"; the text in "text", in "subject" and "body", or in "tokens"
    (words parted by spaces). Rows that lack one of them are left out. Several files are one.

    Few cases tell more if --known tells what each label is about, such as the names of what stands
    under it in a table of categories: a row each, in the same columns.

    Prints how well texts that were not learned from are told apart: precision, recall and F1 of
    each label, their mean, and how far confidence and outcome lie apart.

    Exit status: 0 learned; 1 a file is not right; 2 wrong use, or a file cannot be read.

    Example: guapeng concerns train handled.csv.gz
    """
    from guapeng.apps.concerns.classify.model import default_path  # numpy is slow to load

    cases, left_out = _read(files)
    _learn(cases, _read(known or [])[0], left_out, model or default_path())


@app.command()
def retrain(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", exists=True, dir_okay=False)
    ] = None,
    *,
    known: _Known = None,
) -> None:
    """Learn anew for the desk: from this instance's closed concerns, its categories and catalogue.

    Where there are no closed concerns yet, the words of categories and catalogue are a beginning.
    Files of cases handled elsewhere count too if their labels are categories' names; they have the
    columns that "train" reads. The desk uses the new model from the next suggestion on.

    Exit status: 0 learned; 1 a file is not right, or there are no two categories; 2 wrong use, or a
    file or the database cannot be read.

    Example: guapeng concerns retrain
    """
    from django.utils import timezone

    from guapeng.apps.concerns.classify.model import default_path  # numpy is slow to load
    from guapeng.apps.concerns.learning import closed_cases, known_of_categories

    cases, left_out = _read(files or [])
    cases += closed_cases()
    told = known_of_categories({label for _, label in cases}, on=timezone.localdate())
    _learn(cases, _read(known or [])[0] + told, left_out, default_path())


@app.command()
def suggest(
    file: _File,
    *,
    out: Annotated[Path, typer.Option(dir_okay=False, help="The new file, .csv or .csv.gz.")],
    model: _ModelPath = None,
) -> None:
    """Write the table again with a suggestion for each row; a person decides.

    All columns and the order of rows stay. Added are "suggested" (a label), "confidence" (0 to 1,
    the chance that it is right) and "reason" (the words that weighed most). A row without text
    gets no suggestion and confidence 0.

    Exit status: 0 done; 1 the file is not right; 2 wrong use, or a file cannot be read or written.

    Example: guapeng concerns suggest new.xlsx --out suggested.csv
    """
    from guapeng.apps.concerns.classify.model import default_path, load  # numpy is slow to load
    from guapeng.apps.concerns.classify.tables import write_suggestions

    path = model or default_path()
    if not path.is_file():
        wording = _("没有分类模型“{file}”，请先运行 guapeng concerns train")
        typer.echo(wording.format(file=path), err=True)
        raise typer.Exit(2)
    begun = time.monotonic()
    with _readable(), progress(_("建议")) as advance:
        count = write_suggestions(file, out, model=load(path), advance=advance)
    seconds = time.monotonic() - begun
    wording = _("已写出{count}行，用时{seconds}秒，每秒{rate}行，在{file}")
    typer.echo(
        wording.format(
            count=count, seconds=f"{seconds:.1f}", rate=round(count / max(seconds, 1e-3)), file=out
        )
    )


def _read(files: list[Path]) -> tuple[_Cases, int]:
    """Return the cases of all files, and how many rows lack text or label."""
    from guapeng.apps.concerns.classify.tables import read_cases  # numpy is slow to load

    with _readable():
        read = [read_cases(file) for file in files]
    return [case for found, _lacking in read for case in found], sum(lack for _found, lack in read)


def _learn(cases: _Cases, known: _Cases, left_out: int, path: Path) -> None:
    """Keep what is learned at ``path``, and tell how well it went."""
    from guapeng.apps.concerns.classify.model import save  # numpy is slow to load
    from guapeng.apps.concerns.classify.training import train as learn

    begun, at = time.monotonic(), dt.datetime.now(dt.UTC)
    with progress(_("学习")) as advance:
        learned, figures = learn(cases, known=known, at=at, advance=advance)
    save(learned, path)
    if cases:
        typer.echo(figures.told())
    if left_out:
        typer.echo(_("没有文字或类别而略过的行：{count}").format(count=left_out))
    if known:
        typer.echo(_("另有说明类别的文字：{count}条").format(count=len(known)))
    wording = _("已从{count}条学习，用时{seconds}秒，保存在{file}")
    seconds = f"{time.monotonic() - begun:.1f}"
    typer.echo(wording.format(count=len(cases), seconds=seconds, file=path))


@contextmanager
def _readable() -> Iterator[None]:
    """Let a file that cannot be read at all end with another status than one that is not right."""
    from guapeng.plain.sheets import Unreadable  # slow, and help needs none of it

    try:
        yield
    except Unreadable as fault:
        typer.echo(_(fault.wording) % fault.given, err=True)
        raise typer.Exit(2) from None
