"""Importing published lists: what is new begins, what changed ends and is succeeded."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from django.contrib.postgres.fields import DateRangeField
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Value

from guapeng.kernel.divisions.listing import (
    HEADINGS,
    REQUIRED,
    Line,
    Listing,
    Problem,
    read_listing,
)
from guapeng.kernel.divisions.models import Division, Succession
from guapeng.kernel.divisions.sheets import read_rows
from guapeng.plain.codes import Level
from guapeng.plain.unfit import Unfit, gettext_noop

Progress = Callable[[int, int], None]

_BATCH = 1000


class LaterKnown(Unfit):
    """What is known of the division begins or ends after the day of the list."""

    code = "division.later_known"
    wording = gettext_noop("代码%(division)s已有%(day)s的登记，晚于这份名单")


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in numbers of divisions.

    Attributes:
        begun: new in the list.
        succeeded: renamed, moved or given another code; the old row ended, a new one began.
        ended: no longer in the list.
        corrected: mended in place, for they began the same day or lacked a kind or parent.
        unchanged: listed as they were known.
        problems: by row number. Unless bad rows were skipped, nothing was imported.
    """

    begun: int = 0
    succeeded: int = 0
    ended: int = 0
    corrected: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


@transaction.atomic
def import_divisions(
    path: Path,
    *,
    scheme: str,
    valid_from: dt.date,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a list with the columns ``code``, ``name`` and perhaps ``level, parent, kind``.

    The list speaks for ``scheme`` from the day ``valid_from`` on. Importing it again changes
    nothing. A division that it names otherwise or puts elsewhere ends that day and is succeeded
    by a new row, which keeps its children, outline and households. Where it lists some children
    of a division that it lists itself, a known child that it leaves out has ended; with all below
    it, unless the same name under the same parent has a new code. With bad rows nothing is
    imported, or with ``skip_bad`` the others are, and nothing ends for being left out.

    Posts and matters stay with the row they were given to; ``queries.successors`` leads on.

    Args:
        path: CSV, gzipped CSV or XLSX.
        scheme: the list that issued the codes.
        valid_from: from which day the list holds.
        skip_bad: import the good rows in spite of bad ones.
        progress: told how many of how many new rows are written.

    Raises:
        Unfit: the file as a whole cannot be read.
    """
    rows = list(read_rows(path, headings=HEADINGS, required=REQUIRED))
    known = _known(valid_from)
    ours = {one.code: one for one in known if one.scheme == scheme}
    listing = read_listing(rows, known=ours.keys())
    _refuse_older(listing, ours, valid_from)
    if listing.problems and not skip_bad:
        return ImportReport(problems=tuple(listing.problems))
    plan = _Plan(scheme, valid_from, known, may_end=not listing.problems)
    plan.lay(listing)
    plan.carry_out(progress or (lambda _done, _total: None))
    return plan.report(listing.problems)


def _known(day: dt.date) -> list[Division]:
    """Return what is or will be valid on ``day``, of every scheme: grids hang under villages."""
    rows = Division.objects.filter(valid__overlap=DateRange(day, None))
    return list(rows.defer("outline"))


def _refuse_older(listing: Listing, known: dict[str, Division], day: dt.date) -> None:
    for line in list(listing.lines.values()):
        later = _later_day(known.get(line.code), day)
        if later:
            del listing.lines[line.code]
            fault = LaterKnown(division=line.code, day=later)
            listing.problems.append(Problem(line.row, fault))


def _later_day(division: Division | None, day: dt.date) -> dt.date | None:
    if division is None:
        return None
    begins: dt.date = division.valid.lower
    ends: dt.date | None = division.valid.upper
    return begins if begins > day else ends


@dataclass
class _Plan:
    """What the list changes, worked out from the top of the tree down before anything is written.

    ``became`` leads from the id of a row that ends to the row that succeeds it.
    """

    scheme: str
    day: dt.date
    known: list[Division]
    may_end: bool
    begun: list[Division] = field(default_factory=list)
    ended: list[Division] = field(default_factory=list)
    corrected: list[Division] = field(default_factory=list)
    moved: list[Division] = field(default_factory=list)
    became: dict[int, Division] = field(default_factory=dict)
    unchanged: int = 0

    def lay(self, listing: Listing) -> None:
        """Decide level by level, for every line and every known division that has none."""
        self._placed = {one.code: one for one in self.known if one.scheme == self.scheme}
        self._by_id = {one.pk: one for one in self.known}
        self._ids = iter(_new_ids(len(listing.lines)))
        self._gone: set[int] = set()
        parents = {line.parent for line in listing.lines.values()}
        self._spoken_for = parents & listing.lines.keys() if self.may_end else set()
        lines, absent = defaultdict(list), defaultdict(list)
        for line in listing.lines.values():
            lines[line.level].append(line)
        for one in self.known:
            if one.scheme != self.scheme or one.code not in listing.lines:
                absent[Level(one.level)].append(one)
        for level in Level:
            self._lay_level(lines[level], absent[level])

    def _lay_level(self, lines: list[Line], absent: list[Division]) -> None:
        before = len(self.begun)
        for line in lines:
            self._lay_line(line, self._placed.get(line.code))
        begun = {(one.name, one.parent_id): one for one in self.begun[before:]}
        for one in absent:
            self._lay_absent(one, begun)

    def _lay_line(self, line: Line, old: Division | None) -> None:
        parent = self._placed[line.parent] if line.parent else None
        if old is None:
            self._begin(line, parent)
        elif self._is_same(old, line, parent):
            self._keep(old, line, parent)
        elif old.valid.lower == self.day:
            self._correct(old, line, parent)
        else:
            self._succeed(old, self._begin(line, parent))

    def _is_same(self, old: Division, line: Line, parent: Division | None) -> bool:
        """Tell whether name and place are as known; a root that finds its parent has not moved."""
        stays = old.parent_id is None or self._heir(old) is parent
        return old.name == line.name and stays

    def _heir(self, child: Division) -> Division | None:
        """Return what became of the division above."""
        if child.parent_id is None:
            return None
        return self.became.get(child.parent_id) or self._by_id.get(child.parent_id)

    def _begin(self, line: Line, parent: Division | None) -> Division:
        made = Division(
            pk=next(self._ids),
            scheme=self.scheme,
            code=line.code,
            level=line.level,
            kind=line.kind_or_derived,
            name=line.name,
            valid=DateRange(self.day, None),
        )
        _hang(made, parent)
        self._placed[line.code] = made
        self.begun.append(made)
        return made

    def _succeed(self, old: Division, new: Division) -> None:
        self.ended.append(old)
        self.became[old.pk] = new

    def _keep(self, old: Division, line: Line, parent: Division | None) -> None:
        kind = line.kind or old.kind or line.kind_or_derived
        if (old.kind, old.parent_id is None) != (kind, parent is None):
            self._correct(old, line, parent)
            return
        self.unchanged += 1
        if _hang(old, parent):
            self.moved.append(old)

    def _correct(self, old: Division, line: Line, parent: Division | None) -> None:
        old.name, old.kind = line.name, line.kind_or_derived
        _hang(old, parent)
        self.corrected.append(old)

    def _lay_absent(self, old: Division, begun: dict[tuple[str, int | None], Division]) -> None:
        """Let a division that the list leaves out follow what happened to the one above it."""
        parent = self._heir(old)
        if old.parent_id in self._gone:
            self._end(old)
        elif old.scheme == self.scheme and parent and parent.code in self._spoken_for:
            twin = begun.pop((old.name, parent.pk), None)
            if twin:
                self._succeed(old, twin)
            else:
                self._end(old)
        elif _hang(old, parent):
            self.moved.append(old)

    def _end(self, old: Division) -> None:
        if old.valid.lower <= self.day:
            self.ended.append(old)
            self._gone.add(old.pk)

    def carry_out(self, progress: Progress) -> None:
        """Write the plan: ends first, for a code has one row at a time."""
        _end_on(self.day, (one.pk for one in self.ended))
        _write(self.begun, progress)
        Division.objects.bulk_update(
            chain(self.corrected, self.moved),
            ["name", "kind", "parent", "lineage"],
            batch_size=_BATCH,
        )
        Succession.objects.bulk_create(
            Succession(predecessor_id=old, successor=new, on=self.day, source=self.scheme)
            for old, new in self.became.items()
        )
        _hand_down({old: new.pk for old, new in self.became.items()})

    def report(self, problems: Iterable[Problem]) -> ImportReport:
        """Count what was decided."""
        return ImportReport(
            begun=len(self.begun) - len(self.became),
            succeeded=len(self.became),
            ended=len(self.ended) - len(self.became),
            corrected=len(self.corrected),
            unchanged=self.unchanged,
            problems=tuple(problems),
        )


def _hang(division: Division, parent: Division | None) -> bool:
    """Put ``division`` under ``parent``; tell whether it was elsewhere or its parent was."""
    lineage = [*(parent.lineage if parent else ()), division.pk]
    changed = lineage != division.lineage
    division.parent, division.lineage = parent, lineage
    return changed


def _new_ids(how_many: int) -> list[int]:
    """Reserve ids, so that lineages are known before anything is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('divisions_division', 'id'))"
            " from generate_series(1, %s)",
            [how_many],
        )
        return [id_ for (id_,) in cursor.fetchall()]


def _end_on(day: dt.date, ids: Iterable[int]) -> None:
    """End rows on ``day``; one that began the same day is left with no day at all."""
    begin = Func(F("valid"), function="lower")
    valid = Func(begin, Value(day), function="daterange", output_field=DateRangeField())
    Division.objects.filter(pk__in=list(ids)).update(valid=valid)


_COPY = """copy divisions_division
    (id, scheme, code, level, kind, name, name_mongolian, parent_id, lineage, valid, datum)
    from stdin"""


def _write(divisions: list[Division], progress: Progress) -> None:
    """Write new rows by COPY, which spares Django and the driver most of their work."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for done, one in enumerate(divisions, start=1):
            own = (one.pk, one.scheme, one.code, one.level, one.kind, one.name, one.name_mongolian)
            copy.write_row((*own, one.parent_id, one.lineage, one.valid, one.datum))
            if done % _BATCH == 0 or done == len(divisions):
                progress(done, len(divisions))


_HAND_DOWN = """
update divisions_division new
set outline = old.outline, datum = old.datum, lon = old.lon, lat = old.lat,
    households = old.households,
    name_mongolian = case when new.name = old.name then old.name_mongolian else '' end
from unnest(%s::bigint[], %s::bigint[]) as pair(old_id, new_id)
join divisions_division old on old.id = pair.old_id
where new.id = pair.new_id
"""


def _hand_down(heirs: dict[int, int]) -> None:
    """Give successors what a new name or code does not change."""
    with connection.cursor() as cursor:
        cursor.execute(_HAND_DOWN, [list(heirs), list(heirs.values())])
