"""Recomputing the chain: is the journal what was written, every line of it?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import connection, transaction

from guapeng.kernel.journal.chain import GENESIS, TEXT_IN_SQL, seal

_BATCH: Final = 20_000

_ENDS: Final = """
select head.seq, head.hash, coalesce((select max(seq) from journal_entry), 0)
from journal_head head"""
_LINES: Final = f"""
select seq, algorithm, digest, hash, {TEXT_IN_SQL}
from journal_entry where seq <= %s order by seq"""  # noqa: S608  # our own constant


class Fault(StrEnum):
    """What is wrong with the first broken line."""

    MISSING = "missing"
    CHANGED = "changed"
    CUT_OFF = "cut_off"
    ADDED = "added"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Verified:
    """The chain holds, from the first of its ``lines`` to the last."""

    lines: int


@dataclass(frozen=True)
class Broken:
    """The chain holds up to the line before ``seq``."""

    seq: int
    fault: Fault


def verify(progress: Callable[[int, int], None] | None = None) -> Verified | Broken:
    """Recompute the whole chain and name the first broken line.

    A missing line is named by its own number; a changed one by the first line whose hash does not
    follow. What the chain's head does not confirm is named at the end: lines cut off, lines added
    behind it, or a last line other than the one it knows. Lines written meanwhile are left out.

    ``progress`` hears now and then how many lines are done of how many.
    """
    with transaction.atomic():
        head, hash_of_head, last = _ends()
        done, reached = 0, GENESIS
        for seq, algorithm, digest, written, text in _lines(last):
            if seq != done + 1:
                return Broken(done + 1, Fault.MISSING)
            reached = seal(reached, digest, text, algorithm=algorithm)
            if reached != written:
                return Broken(seq, Fault.CHANGED)
            done = seq
            if progress and done % _BATCH == 0:
                progress(done, last)
    if done != head:
        return Broken(min(done, head) + 1, Fault.CUT_OFF if done < head else Fault.ADDED)
    return Verified(done) if reached == hash_of_head else Broken(done, Fault.REPLACED)


def _ends() -> tuple[int, bytes, int]:
    """Return number and hash of the chain's head, and the number of the last line, of one moment.

    Raises:
        LookupError: the chain has no head.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        ends = cursor.fetchone()
    if ends is None:
        raise LookupError("journal_head is empty")
    head, reached, last = ends
    return head, reached, last


def _lines(last: int) -> Iterator[tuple[int, str, bytes, bytes, bytes]]:
    """Yield the lines in order, streamed, within one transaction.

    The driver's own cursor, because it reads in binary: half the time of reading text.
    """
    with connection.connection.cursor("journal_lines", binary=True) as cursor:
        cursor.execute(_LINES, [last])
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
