"""Recomputing the chain: is the journal what was written, every line of it?"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import connection, transaction

from guapeng.kernel.journal.chain import GENESIS
from guapeng.kernel.journal.models import Head

_BATCH: Final = 20_000

# The text of a line as ``chain.link`` joins it, made where the columns are: a million lines in
# seconds. Any difference between the two would break the chain of the first line written.
_LINES: Final = r"""
select seq, algorithm, digest, hash, convert_to(concat_ws(E'\x1f', seq,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event, subject,
    coalesce(actor::text, ''), acting_as, says, data, algorithm), 'UTF8')
from journal_entry order by seq
"""


class Fault(StrEnum):
    """What is wrong with the first broken line."""

    MISSING = "missing"
    CHANGED = "changed"
    CUT_OFF = "cut_off"


@dataclass(frozen=True)
class Verified:
    """The outcome: how many lines hold, and what breaks at the next one, if anything does."""

    lines: int
    fault: Fault | None = None
    seq: int | None = None


def verify(*, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Verified:
    """Recompute the whole chain and name the first broken line.

    ``progress`` hears how many lines are done of how many. A missing line is named by its own
    number, a changed one by the first line whose hash does not follow; lines cut off at the end
    by the first that the chain's head knows of and the journal does not.
    """
    done, previous = 0, GENESIS
    with transaction.atomic():
        head = Head.objects.get()
        for seq, algorithm, digest, written, text in _lines():
            if seq != done + 1:
                return Verified(done, Fault.MISSING, done + 1)
            previous = hashlib.new(algorithm, previous + digest + text).digest()
            if previous != written:
                return Verified(done, Fault.CHANGED, seq)
            done = seq
            if done % _BATCH == 0:
                progress(done, head.seq)
    if done < head.seq:
        return Verified(done, Fault.CUT_OFF, done + 1)
    return Verified(done)


def _lines() -> Iterator[tuple[int, str, bytes, bytes, bytes]]:
    """Yield the lines in order, streamed, within one transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
