"""Imports by the browser: the file is received, its columns settled, and then a worker takes it."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange import intake
from guapeng.kernel.exchange.columns import Columns
from guapeng.kernel.exchange.labels import Labels
from guapeng.kernel.exchange.models import Run
from guapeng.kernel.exchange.running import Importer, Tally, importer
from guapeng.kernel.exchange.tables import open_table
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.actors import Actor
from guapeng.plain.masking import scrub
from guapeng.plain.unfit import Unfit

Clock = Callable[[], dt.datetime]

_MOST_UNKNOWN: Final = 50
_SILENT: Final = dt.timedelta(minutes=2)


def runs_of(by: Actor, kind: Importer) -> QuerySet[Run]:
    """Return the actor's own imports of one kind, the newest first."""
    own = Run.objects.filter(by_id=by.person_id, importer=kind.key)
    return own.order_by("-uploaded_at")


def stage(run: Run, *, at: dt.datetime) -> str:
    """Return where a run is: settling, waiting, running, cut (will go on), failed or done."""
    if run.fault:
        return "failed"
    if run.ended_at:
        return "done"
    if run.begun_at is None:
        return "settling"
    if run.seen_at is None:
        return "waiting"
    return "cut" if at - run.seen_at > _SILENT else "running"


def receive(
    kind: Importer,
    parts: Iterable[bytes],
    *,
    name: str,
    source: str,
    division: Division,
    by: Actor,
    at: dt.datetime,
) -> Run:
    """Keep an uploaded file, once it can be read; return its run.

    Raises:
        Unreadable, EmptyFile: it is no table, or has nothing in it; nothing is kept.
    """
    run = Run(
        uid=uuid.uuid4(),
        importer=kind.key,
        source=source,
        file_name=name[-200:],
        by_id=by.known_person,
        division=division,
        uploaded_at=at,
    )
    path = upload_of(run)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _keep(path, parts)
        with open_table(path, fields=kind.fields) as table:
            run.at_most = table.at_most
    except Unfit as fault:
        path.unlink()
        raise type(fault)(**fault.given | {"file": name}) from None
    except OSError:
        path.unlink(missing_ok=True)
        raise
    run.save(force_insert=True)
    return run


def settle_columns(run: Run, columns: Columns) -> None:
    """Keep what the columns mean, while the words in them are still being settled."""
    Run.objects.filter(pk=run.pk, begun_at=None).update(columns=columns)


def begin(run: Run, *, columns: Columns, labels: Labels, at: dt.datetime) -> None:
    """Let a worker take the file, with its columns as they were settled; a second time, nothing."""
    from guapeng.kernel.exchange.jobs import take  # which calls this module

    with transaction.atomic():
        waiting = Run.objects.filter(pk=run.pk, begun_at=None)
        if waiting.update(begun_at=at, columns=columns, labels=labels):
            take.configure(lock=f"exchange:{run.pk}").defer(uid=str(run.pk))


def take_run(uid: uuid.UUID, *, clock: Clock) -> None:
    """Take the file of a run, and delete it; harmless when the run has ended.

    A worker that is killed leaves what it has taken, and the next one goes on from there.
    ``clock`` tells the moment, whenever the run says how far it is.
    """
    run = Run.objects.select_related("division").get(pk=uid)
    if run.ended_at or run.fault:
        return
    try:
        _take(run, clock=clock)
        ending: dict[str, object] = {"ended_at": clock()}
    except (Unfit, OSError) as fault:
        ending = {"fault": _in_words(fault)}
    Run.objects.filter(pk=run.pk).update(**ending)
    upload_of(run).unlink(missing_ok=True)


def _take(run: Run, *, clock: Clock) -> None:
    before, tally = run.new, Tally()

    def advance(done: int, _at_most: int | None) -> None:
        Run.objects.filter(pk=run.pk).update(
            done=done,
            new=before + tally.new,
            known=max(tally.known - before, 0),
            refused=tally.refused,
            notes=dict(tally.notes),
            unknown=_by_field(tally),
            seen_at=clock(),
        )

    with intake.opened(
        importer(run.importer),
        upload_of(run),
        root=run.division,
        at=clock(),
        source=run.source,
        columns=run.columns,
        labels=run.labels,
        by=run.by_id,
    ) as one:
        advance(0, None)
        one.run(results=refused_of(run), advance=advance, tally=tally)
    advance(tally.read, None)


def _by_field(tally: Tally) -> dict[str, dict[str, int]]:
    """Return the commonest words that nobody knew, without what leads to a person."""
    found: dict[str, dict[str, int]] = {}
    for (field, word), count in tally.unknown.most_common(_MOST_UNKNOWN):
        found.setdefault(field, {})[scrub(word)] = count
    return found


def _in_words(fault: Exception) -> str:
    if isinstance(fault, Unfit):
        return _(fault.wording) % fault.given
    return _("上传的文件已不在，请重新上传；收下的都已保存")


def fetched(run: Run, *, by: Actor, at: dt.datetime) -> None:
    """Tell the journal that somebody took the refused rows, which hold what people said."""
    with transaction.atomic():
        journal.write(
            journal.Told(
                event="exchange.exported",
                subject=f"exchange:{run.importer}",
                at=at,
                actor=by.person_id,
                acting_as=importer(run.importer).posts(by)[0].key,
                says=_("下载退回的%(count)d行") % {"count": run.refused},
                data={"rows": run.refused, "run": str(run.pk)},
            )
        )


def drop(run: Run) -> None:
    """Forget a run that has not begun, and its file."""
    deleted, _by_model = Run.objects.filter(pk=run.pk, begun_at=None).delete()
    if deleted:
        upload_of(run).unlink(missing_ok=True)


def forget_files(*, before: dt.datetime) -> int:
    """Delete what lies in the folder longer than allowed; return how many files."""
    old = [path for path in _folder().glob("*.*") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    Run.objects.filter(begun_at=None, uploaded_at__lt=before).delete()
    return len(old)


def upload_of(run: Run) -> Path:
    """Return where the uploaded file lies while it is needed."""
    return _folder() / f"{run.pk}.upload"


def refused_of(run: Run) -> Path:
    """Return where the refused rows lie; there is no file if there are none."""
    return _folder() / f"{run.pk}.refused.xlsx"


def _folder() -> Path:
    return Path(settings.HOME) / "exchange"


def _keep(path: Path, parts: Iterable[bytes]) -> None:
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
