"""The hash chain: what exactly is hashed, and with what.

A line's hash covers the hash before it and every column of the line, joined by the unit separator
(which no column may contain), so the chain can be recomputed from an export with any tool.
"""

import datetime as dt
import hashlib
from typing import Final, NamedTuple

SEPARATOR: Final = "\x1f"
GENESIS: Final = bytes(32)
ALGORITHMS: Final = ("sha256", "sm3")


class Line(NamedTuple):
    """The columns of a journal line that the hash covers, in that order."""

    seq: int
    at: dt.datetime
    event: str
    subject: str
    actor: int | None
    acting_as: str
    says: str
    data: str
    digest: bytes
    algorithm: str


# The database's rendering of ``text``, a fraction of its cost where a million lines are read.
# Kept beside it, because the two must never differ; a difference would break the first line.
TEXT_IN_SQL: Final = r"""convert_to(concat_ws(E'\x1f', seq,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event, subject,
    coalesce(actor::text, ''), acting_as, says, data, algorithm), 'UTF8')"""


def link(previous: bytes, line: Line) -> bytes:
    """Return the 32 bytes that chain ``line`` to the line before it."""
    return seal(previous, line.digest, text(line), algorithm=line.algorithm)


def seal(previous: bytes, digest: bytes, text: bytes, *, algorithm: str) -> bytes:
    """Return the 32 bytes over the hash before a line, its digest and its text."""
    return hashlib.new(algorithm, previous + digest + text).digest()


def text(line: Line) -> bytes:
    """Return the columns of ``line`` but the digest, joined: UTC, microseconds, no actor empty."""
    return SEPARATOR.join(
        (
            str(line.seq),
            f"{line.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            line.event,
            line.subject,
            "" if line.actor is None else str(line.actor),
            line.acting_as,
            line.says,
            line.data,
            line.algorithm,
        )
    ).encode()


def digest(content: bytes, *, algorithm: str) -> bytes:
    """Return the 32-byte digest of what a line was given but does not hold itself."""
    return hashlib.new(algorithm, content).digest()
