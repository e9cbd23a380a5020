"""Locks on files that the kernel lets go however their holder ends, ``kill -9`` included."""

import fcntl
import os
from pathlib import Path


def lock(path: Path, *, shared: bool = False, wait: bool = False) -> int | None:
    """Lock the file and return the descriptor that holds it, or None if another holder is there.

    The lock ends when the descriptor is closed or the process ends; programs that this one starts
    do not inherit it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, how if wait else how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_held(path: Path, *, alone: bool) -> bool:
    """Tell whether some process holds the lock; with ``alone``, whether it shares it with none."""
    descriptor = lock(path, shared=alone)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None
