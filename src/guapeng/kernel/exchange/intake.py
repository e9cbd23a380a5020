"""One import from beginning to end: the file, its columns, its rows, what came of them."""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange import labels as labels_
from guapeng.kernel.exchange import mappings, running
from guapeng.kernel.exchange.columns import Columns
from guapeng.kernel.exchange.labels import Labels, Word
from guapeng.kernel.exchange.results import writing
from guapeng.kernel.exchange.running import Importer, Ready, Refusal, Taker, Tally
from guapeng.kernel.exchange.tables import Line, Table, open_table
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor, actor_of
from guapeng.kernel.people.models import Account
from guapeng.plain.terminal import Advance

_SHOWN: Final = 20
_WORDS_IN: Final = 20_000
"""Words are looked for in so many rows: a second's work, and a month of a county's calls."""


@dataclass(frozen=True)
class Intake:
    """A file that is open, with all that was settled about it.

    Attributes:
        source: the name of the system it comes from, given or made of its headings.
        root: the division for rows whose place names none; all others lie below it.
        by: who imports, None for whoever runs the command line. The rows themselves are opened by
            the system, for it was others who raised them, unless ``Importer.in_own_name``.
    """

    importer: Importer
    table: Table
    source: str
    columns: Columns
    labels: Labels
    root: Division
    taker: Taker
    by: int | None
    at: dt.datetime

    def preview(self, most: int = _SHOWN) -> list[Ready | Refusal]:
        """Return the first rows as they would be taken or refused.

        Raises:
            ColumnsMissing: no column says what the rows are about.
        """
        running.require_columns(self.table, self.columns, self.importer)
        return running.preview(self.table, self.columns, self.taker, most=most)

    def with_columns(self, columns: Columns) -> Self:
        """Return the same file read by another mapping; a heading mapped to nothing is left out."""
        return replace(self, columns={heading: key for heading, key in columns.items() if key})

    def words(self) -> dict[str, list[Word]]:
        """Return the words of the first rows that may mean something to us, by field."""
        read = [one for one in self.importer.vocabularies if one.field in self.columns.values()]
        if not read:
            return {}
        rows = running.first_values(self.table, self.columns, most=_WORDS_IN)
        return labels_.found_in(rows, read, self.labels)

    def first_lines(self, most: int = _SHOWN) -> list[Line]:
        """Return the first rows as they are."""
        return list(itertools.islice(self.table.lines(), most))

    def run(self, *, results: Path, advance: Advance, tally: Tally | None = None) -> Tally:
        """Take all rows, remember what was settled, and tell the journal; see ``running.run``."""
        running.require_columns(self.table, self.columns, self.importer)
        tally = tally or Tally()
        with scope.acting(SYSTEM):
            self._remember()
            try:
                with writing(results, title=_("退回的行")) as write:
                    running.run(
                        self.table, self.columns, self.importer, self.taker,
                        write=write, advance=advance, tally=tally,
                    )  # fmt: skip
            finally:
                if tally.read:
                    self._tell(tally)
        return tally

    def _remember(self) -> None:
        mappings.save(
            self.importer,
            self.source,
            columns={one: self.columns.get(one, "") for one in self.table.headings if one},
            labels=self.labels,
            by=self.by,
            at=self.at,
        )

    def _tell(self, tally: Tally) -> None:
        counts = {"new": tally.new, "known": tally.known, "refused": tally.refused}
        with transaction.atomic():
            journal.write(
                journal.Told(
                    event="exchange.imported",
                    subject=f"exchange:{self.importer.key}",
                    at=self.at,
                    actor=self.by,
                    says=_("导入%(label)s：新收%(new)d，已有%(known)d，退回%(refused)d")
                    % {"label": self.importer.label, **counts},
                    data=counts,
                    given={"source": self.source},
                )
            )


@contextmanager
def opened(
    importer: Importer,
    file: Path,
    *,
    root: Division,
    at: dt.datetime,
    source: str = "",
    columns: Mapping[str, str] | None = None,
    labels: Labels | None = None,
    by: int | None = None,
    **more: Any,
) -> Iterator[Intake]:
    """Open a file for import; what ``columns`` and ``labels`` leave open is recalled or guessed.

    Raises:
        Unreadable, EmptyFile: it is no table, or has nothing in it.
        NoSuchColumn, NoSuchField: a name in ``columns`` is unknown.
        OSError: it cannot be had.
    """
    with open_table(file, fields=importer.fields) as table:
        source = mappings.source_of(table, source)
        saved = mappings.recalled(importer, source)
        meant = mappings.columns_for(table, importer, saved=saved, given=columns or {})
        known = labels_.merged(saved.labels if saved else {}, labels or {})
        writer = _in_own_name(by, at=at) if importer.in_own_name and by else SYSTEM
        taker = importer.taker(source=source, root=root, labels=known, by=writer, at=at, **more)
        yield Intake(importer, table, source, meant, known, root, taker, by, at)


def _in_own_name(person: int, *, at: dt.datetime) -> Actor:
    """Return whoever imports, with the posts of the day: those may have ended since the upload."""
    return actor_of(Account.objects.get(person=person), on=localdate(at))
