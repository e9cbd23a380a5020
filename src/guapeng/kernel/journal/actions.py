"""The one door by which anything enters the journal."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.db import connection

from guapeng.kernel.journal import chain

_LOCK_HEAD = "select seq, hash from journal_head where id = 1 for update"
_MOVE_HEAD = "update journal_head set seq = %s, hash = %s where id = 1"
_COLUMNS = "seq, at, event, subject, actor, acting_as, says, data, digest, algorithm, hash"
_APPEND = "journal_append(%s, %s, %s, %s, %s, %s, %s, %s)"
_COPY = f"copy journal_entry ({_COLUMNS}) from stdin"


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something that happened, before it has its place in the chain.

    Attributes:
        event: what happened, e.g. ``whistle.report_in``.
        subject: to what, e.g. ``matter:17``.
        at: when.
        actor: person id, or None for an anonymous visitor or the clockwork.
        acting_as: the key under which the actor acted, e.g. ``body:12``.
        says: the sentence for people; no personal data, it can never be removed.
        data: ids for subscribers.
        given: what the step was given, kept elsewhere; only its digest enters the journal.
    """

    event: str
    subject: str
    at: dt.datetime
    actor: int | None = None
    acting_as: str = ""
    says: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


def write(told: Told) -> int:
    """Append one line; return its ``seq``. Call it last in the transaction: it locks the chain."""
    if not chains_in_database():
        return write_all([told])[-1]
    call, given = appending(told)
    with connection.cursor() as cursor:
        cursor.execute(f"select {call}", given)
        return int(cursor.fetchone()[0])


def chains_in_database() -> bool:
    """Tell whether the database can chain a line by itself: it knows SHA-256 and no SM3."""
    return bool(settings.JOURNAL_ALGORITHM == "sha256")


def appending(told: Told) -> tuple[str, list[Any]]:
    """Return the call that appends one line as part of a statement, and what it is given.

    Only where ``chains_in_database``. The call locks the chain, as ``write`` does.
    """
    line = _line(0, told)
    return _APPEND, [line.at, *line[2:9]]


def write_all(many: Sequence[Told]) -> list[int]:
    """Append lines in order, all or none; return their ``seq``s. Many cost little more than one.

    The chain stays locked until the transaction ends, so that lines are numbered in the order in
    which they become visible. Nothing slow may follow in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEAD)
        seq, previous = cursor.fetchone()
        rows = []
        for told in many:
            seq += 1
            line = _line(seq, told)
            previous = chain.link(bytes(previous), line)
            rows.append((*line, previous))
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_MOVE_HEAD, rows[-1][:1] + rows[-1][-1:])
    return [row[0] for row in rows]


def _line(seq: int, told: Told) -> chain.Line:
    algorithm = settings.JOURNAL_ALGORITHM
    return chain.Line(
        seq=seq,
        at=told.at,
        event=told.event,
        subject=told.subject,
        actor=told.actor,
        acting_as=told.acting_as,
        says=told.says.replace(chain.SEPARATOR, " "),
        data=_canonical(told.data).decode(),
        digest=chain.digest(_canonical(told.given), algorithm=algorithm),
        algorithm=algorithm,
    )


def _canonical(content: Mapping[str, Any]) -> bytes:
    return orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS, default=str)
