"""The code on a resident's receipt: proof on paper that a line stands in the journal.

``17-3F9A-C21B-7E04-11D2`` is the line's number and the first 8 bytes of its hash in capitals, so
that it can be laid beside the hash and compared by eye. Because each hash covers the one before,
a receipt also vouches for every line before its own: whoever rewrites the journal, the end of the
chain included, would have to collect the paper.
"""

import re
from typing import Final

from guapeng.kernel.journal.chain import GENESIS, link
from guapeng.kernel.journal.models import Entry
from guapeng.plain.unfit import Unfit, gettext_noop, squeeze

_BYTES: Final = 8
_CODE: Final = re.compile(r"(?P<seq>[1-9][0-9]{0,17})(?P<mark>[0-9A-F]{16})")


class NotACode(Unfit):
    """What was typed has not the shape of a receipt's code."""

    code = "receipt.shape"
    wording = gettext_noop("回执码形如 17-3F9A-C21B-7E04-11D2，只有数字和字母 A 至 F")


def receipt(entry: Entry) -> str:
    """Return the code to print for ``entry``."""
    return f"{entry.seq}-{entry.hash[:_BYTES].hex('-', 2).upper()}"


def check(code: str) -> Entry | None:
    """Return the entry that ``code`` was printed for, if the journal still tells the same.

    Full-width characters, small letters, spaces and any dashes are read as people type them.
    ``None`` means that there is no such line, or another than on the day of the receipt.

    Raises:
        NotACode: a receipt's code looks otherwise.
    """
    typed = _CODE.fullmatch(squeeze(code))
    if not typed:
        raise NotACode
    entry = Entry.objects.filter(seq=int(typed["seq"])).first()
    if entry is None or not entry.hash.hex().upper().startswith(typed["mark"]):
        return None
    return entry if link(_hash_before(entry), entry.line) == entry.hash else None


def _hash_before(entry: Entry) -> bytes:
    before = Entry.objects.filter(seq=entry.seq - 1).values_list("hash", flat=True).first()
    return bytes(before or GENESIS)
