"""Importing published lists: what is new begins, what changed ends and is succeeded."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from django.contrib.postgres.fields import DateRangeField
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from guapeng.kernel.divisions import following, inheriting
from guapeng.kernel.divisions.following import Handover
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
from guapeng.kernel.journal import actions as journal
from guapeng.plain.codes import Level
from guapeng.plain.unfit import Unfit, gettext_noop

Progress = Callable[[int, int], None]

_BATCH = 1000


class LaterKnown(Unfit):
    """What is known of the division begins or ends after the day of the list."""

    code = "division.later_known"
    wording = gettext_noop("代码%(division)s已有%(day)s的登记，晚于这份名单")


@dataclass(frozen=True)
class Waiting:
    """Something about a division that the list does not decide, for a person to do."""

    code: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in numbers of divisions.

    Attributes:
        begun: new in the list, and no other's only heir.
        succeeded: renamed, moved, merged or given another code; the old row ended and has one heir.
        split: ended, with several heirs.
        ended: no longer in the list, and no heir is named.
        corrected: mended in place, for they began the same day or lacked a kind or parent.
        unchanged: listed as they were known.
        waiting: what a person must decide.
        problems: by row number. Unless bad rows were skipped, nothing was imported.
    """

    begun: int = 0
    succeeded: int = 0
    split: int = 0
    ended: int = 0
    corrected: int = 0
    unchanged: int = 0
    waiting: tuple[Waiting, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def changes(self) -> dict[str, int]:
        """How many rows were changed, by what became of them."""
        counted = {name: getattr(self, name) for name in _CHANGES}
        return {name: count for name, count in counted.items() if count}


_CHANGES = ("begun", "succeeded", "split", "ended", "corrected")


def import_divisions(
    path: Path,
    *,
    scheme: str,
    valid_from: dt.date,
    at: dt.datetime,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a list: ``code``, ``name`` and perhaps ``level``, ``parent``, ``kind``, ``formerly``.

    The list speaks for ``scheme`` from the day ``valid_from`` on. Importing it again changes
    nothing. A division that it names otherwise or puts elsewhere ends that day and is succeeded
    by a new row, which keeps its children, outline and households. Where it lists some children
    of a division that it lists itself, a known child that it leaves out has ended; with all below
    it, unless the same name under the same parent has a new code. With bad rows nothing is
    imported, or with ``skip_bad`` the others are, and nothing ends for being left out.

    ``formerly`` gives the codes of what a division was made of. What is named there and not
    listed itself has ended: named once, it has gone whole into one heir; named more often, it
    was split. What is named and listed goes on, and the other is a part of it set up by itself.
    A division that ended earlier without an heir can still be given one.

    What hangs on a division that ended follows to its only heir (``divisions.following``).

    Args:
        path: CSV, gzipped CSV or XLSX.
        scheme: the list that issued the codes.
        valid_from: from which day the list holds.
        at: now, for the journal.
        skip_bad: import the good rows in spite of bad ones.
        progress: told how many of how many new rows are written.

    Raises:
        Unfit: the file as a whole cannot be read.
    """
    rows = list(read_rows(path, headings=HEADINGS, required=REQUIRED))
    return take_list(
        rows, scheme=scheme, valid_from=valid_from, at=at, skip_bad=skip_bad, progress=progress
    )


@transaction.atomic
def take_list(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    *,
    scheme: str,
    valid_from: dt.date,
    at: dt.datetime,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a list that is there as rows with their numbers; as ``import_divisions`` does."""
    known = _known(valid_from)
    ours = {one.code: one for one in known if one.scheme == scheme}
    listing = read_listing(rows, known=ours.keys(), past=_ever(scheme))
    _refuse_older(listing, ours, valid_from)
    if listing.problems and not skip_bad:
        return ImportReport(problems=tuple(listing.problems))
    plan = _Plan(scheme, valid_from, known, may_end=not listing.problems)
    plan.lay(listing)
    plan.carry_out(progress or (lambda _done, _total: None))
    report = plan.report(listing.problems)
    if report.changes or report.waiting:
        _tell(report, scheme=scheme, day=valid_from, at=at)
    return report


def _tell(report: ImportReport, *, scheme: str, day: dt.date, at: dt.datetime) -> None:
    told = journal.Told(
        event="divisions.import",
        subject=f"divisions:{scheme}",
        at=at,
        says=_("导入区划名单，自%(day)s起") % {"day": day},
        data={"from": day.isoformat(), "waiting": len(report.waiting)} | report.changes,
    )
    journal.write(told)


def _ever(scheme: str) -> set[str]:
    return set(Division.objects.filter(scheme=scheme).values_list("code", flat=True))


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

    ``became`` leads from the id of a row that ends to the row that succeeds it, ``shared`` to all
    that have a part of it, whether it ends or goes on.
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
    shared: dict[int, list[Division]] = field(default_factory=dict)
    unchanged: int = 0
    waiting: list[Waiting] = field(default_factory=list)

    def lay(self, listing: Listing) -> None:
        """Decide level by level, for every line and every known division that has none."""
        self._lines = listing.lines
        self._placed = {one.code: one for one in self.known if one.scheme == self.scheme}
        self._claims = _claims(listing.lines.values())
        past = _past(self.scheme, self._claims.keys() - self._placed.keys(), self.day)
        self._by_id = {one.pk: one for one in (*self.known, *past)}
        self._ids = iter(_new_ids(len(listing.lines)))
        self._gone: set[int] = set()
        parents = {line.parent for line in listing.lines.values()}
        self._spoken_for = parents & listing.lines.keys() if self.may_end else set()
        lines, absent, late = defaultdict(list), defaultdict(list), defaultdict(list)
        for line in listing.lines.values():
            lines[line.level].append(line)
        for one in self.known:
            if one.scheme != self.scheme or one.code not in listing.lines:
                absent[Level(one.level)].append(one)
        for one in past:
            late[Level(one.level)].append(one)
        for level in Level:
            self._lay_level(lines[level], absent[level], late[level])

    def _lay_level(self, lines: list[Line], absent: list[Division], late: list[Division]) -> None:
        before, self._leaving, self._staying = len(self.begun), list[Division](), list[Division]()
        for line in lines:
            self._lay_line(line, self._placed.get(line.code))
        named = {line.code for line in lines if line.formerly}
        begun = {
            (one.name, one.parent_id): one for one in self.begun[before:] if one.code not in named
        }
        for old in self._leaving:
            self._hand_over(old, self._heirs_of(old))
        for one in absent:
            self._lay_absent(one, begun)
        for one in late:
            self._hand_over(one, self._claimants(one))
        for one in self._staying:  # of one that began that day nothing can be set up by itself
            if one.valid.lower < self.day:
                self._share(one, [part for part in self._claimants(one) if part is not one])

    def _lay_line(self, line: Line, old: Division | None) -> None:
        parent = self._placed[line.parent] if line.parent else None
        if old is None:
            self._begin(line, parent)
        elif self._is_same(old, line, parent):
            self._keep(old, line, parent)
            self._staying.append(old)
        elif old.valid.lower == self.day:
            self._correct(old, line, parent)
        else:
            self._begin(line, parent)
            self._leaving.append(old)

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

    def _claimants(self, old: Division) -> list[Division]:
        """Return whatever names ``old`` as its past."""
        return [self._placed[line.code] for line in self._claims[old.code]]

    def _heirs_of(self, old: Division) -> list[Division]:
        """Return what becomes of a row whose code is listed otherwise: its own line, mostly.

        Not where that line names another past and somebody else names this one: then the code
        was given away.
        """
        own, claims = self._lines[old.code], self._claims[old.code]
        if own in claims or (own.formerly and claims):
            return self._claimants(old)
        return [self._placed[own.code], *self._claimants(old)]

    def _hand_over(self, old: Division, heirs: list[Division]) -> None:
        """End a row: what it was goes to its only heir, or waits to be shared."""
        if len(heirs) == 1:
            self._succeed(old, heirs[0])
        else:
            self._end(old)
            self._share(old, heirs)

    def _succeed(self, old: Division, new: Division) -> None:
        self._end(old)
        self._gone.discard(old.pk)
        self.became[old.pk] = new

    def _share(self, old: Division, parts: list[Division]) -> None:
        if parts:
            self.shared[old.pk] = parts

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
        is_ours = old.scheme == self.scheme and self.may_end
        if is_ours and self._claims[old.code]:
            self._hand_over(old, self._claimants(old))
        elif old.parent_id in self._gone:
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
            self._gone.add(old.pk)
            if old.valid.upper is None or old.valid.upper > self.day:
                self.ended.append(old)

    def carry_out(self, progress: Progress) -> None:
        """Write the plan, ends first, for a code has one row at a time; let the rest follow."""
        self._forget_shared_before()
        _end_on(self.day, (one.pk for one in self.ended))
        _write(self.begun, progress)
        Division.objects.bulk_update(
            chain(self.corrected, self.moved),
            ["name", "kind", "parent", "lineage"],
            batch_size=_BATCH,
        )
        shares = ((old, new) for old, parts in self.shared.items() for new in parts)
        heirs = ((old, new) for old, new in self.became.items())
        Succession.objects.bulk_create(
            Succession(predecessor_id=old, successor=new, on=self.day, source=self.scheme)
            for old, new in chain(heirs, shares)
        )
        whole = {old: new.pk for old, new in self.became.items()}
        inheriting.hand_down(whole, merged=self._merged())
        self._let_follow()

    def _forget_shared_before(self) -> None:
        """Leave out what an earlier import of the list has told."""
        told = set(
            Succession.objects.filter(predecessor__in=self.shared).values_list(
                "predecessor_id", "successor_id"
            )
        )
        fresh = {
            old: [part for part in parts if (old, part.pk) not in told]
            for old, parts in self.shared.items()
        }
        self.shared = {old: parts for old, parts in fresh.items() if parts}

    def _let_follow(self) -> None:
        """Let everything follow that hangs on divisions, and note what a person must decide."""
        left = [one.pk for one in self.ended if one.pk not in self.became]
        heirs = {old: new.pk for old, new in self.became.items()}
        named = {one.pk: one for one in self.begun} | self._by_id
        words = following.follow(Handover(self.day, heirs, self._merged(), left))
        for id_, said in words.items():
            if id_ in self.shared:
                said.insert(0, _("分为%(parts)s") % {"parts": _names(self.shared[id_])})
            elif id_ in left:
                said.insert(0, _("终止，没有写明由谁承接"))
            self._wait(named[id_], *said)
        for old in self.shared.keys() - left:
            wording = _("由%(whole)s分出，岗位、单位、住户、事项仍在原处")
            for part in self.shared[old]:
                self._wait(part, wording % {"whole": self._by_id[old].name})

    def _merged(self) -> dict[int, list[int]]:
        """Return the heirs of several, or that were there before, each with all its parts."""
        begun = {one.pk for one in self.begun}
        parts: dict[int, list[int]] = defaultdict(list)
        for old, new in self.became.items():
            parts[new.pk].append(old)
        for new_id in parts.keys() - begun:
            parts[new_id].append(new_id)
        return {new_id: olds for new_id, olds in parts.items() if len(olds) > 1}

    def _wait(self, one: Division, *words: str) -> None:
        self.waiting.append(Waiting(one.code, one.name, words))

    def report(self, problems: Iterable[Problem]) -> ImportReport:
        """Count what was decided."""
        heirs = {new.pk for new in self.became.values()}
        ended = [one.pk for one in self.ended if one.pk not in self.became]
        return ImportReport(
            begun=sum(one.pk not in heirs for one in self.begun),
            succeeded=len(self.became),
            split=sum(one in self.shared for one in ended),
            ended=sum(one not in self.shared for one in ended),
            corrected=len(self.corrected),
            unchanged=self.unchanged,
            waiting=tuple(self.waiting),
            problems=tuple(problems),
        )


def _claims(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Return by code the lines that name it as their past."""
    claims: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        for code in dict.fromkeys(line.formerly):
            claims[code].append(line)
    return claims


def _past(scheme: str, codes: Collection[str], day: dt.date) -> list[Division]:
    """Return the last row of each code, where it ended by ``day`` and has no heir yet."""
    ended = Division.objects.filter(scheme=scheme, code__in=codes, valid__endswith__lte=day)
    last = list(ended.order_by("code", "-valid").distinct("code").defer("outline"))
    heirs = Succession.objects.filter(predecessor__in=last)
    told = set(heirs.values_list("predecessor_id", flat=True))
    return [one for one in last if one.pk not in told]


def _names(divisions: Iterable[Division]) -> str:
    return "、".join(one.name for one in divisions)


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
