"""Recomputing the journal's chain: a million lines, as ``guapeng verify`` does it.

Example: python bench/verify.py --lines 1000000
"""

import argparse
import datetime as dt
from typing import Any

import scratch

_AT_ONCE = 2_000
_BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def main() -> None:
    """Write the lines, if they are not there, and verify them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--fresh", action="store_true")
    given = options.parse_args()
    if scratch.empty(f"bench_journal_{given.lines}", fresh=given.fresh):
        with scratch.cpu() as spent:
            _write(given.lines)
        rate = 1000 * given.lines / spent["cpu"]
        print(f"writing {given.lines:,} lines: {rate:,.0f} lines a second of CPU")

    from guapeng.kernel.journal.verify import Verified, verify

    assert verify() == Verified(given.lines)
    spent = scratch.usual(verify, times=given.times)
    print(
        f"verifying {given.lines:,} lines: {spent['cpu'] / 1000:.1f} s CPU,"
        f" {spent['clock'] / 1000:.1f} s on the clock"
    )


def _write(lines: int) -> None:
    from django.db import transaction

    from guapeng.kernel.journal import actions as journal

    for first in range(0, lines, _AT_ONCE):
        batch = range(first, min(first + _AT_ONCE, lines))
        with transaction.atomic():
            journal.write_all([_told(number) for number in batch])
        scratch.progress(batch.stop, lines)


def _told(number: int) -> Any:
    """Return a line as a step of a concern writes it."""
    from guapeng.kernel.journal.actions import Told

    return Told(
        event="concern.dispatch",
        subject=f"matter:{number // 7}",
        at=_BEGIN + dt.timedelta(seconds=30 * number),
        actor=number % 3_000 + 1,
        acting_as="role:dispatcher@1",
        says="已交住建局牵头办理",
        data={"step": number, "from": "reported", "to": "dispatched"},
        given={"urgency": 3, "lead": number % 30},
    )


if __name__ == "__main__":
    main()
