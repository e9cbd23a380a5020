"""HiGHS, kept from speaking: a line of its own must not stand in what a command prints."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from scipy.optimize import milp

_OUTPUT: Final = 1
"""Where the library writes, whatever Python's standard output is."""


def chosen(costs: Any, **given: Any) -> Any:
    """Return what ``scipy.optimize.milp`` finds."""
    with _quiet():
        return milp(costs, **given)


@contextmanager
def _quiet() -> Iterator[None]:
    with suppress(ValueError, OSError):
        sys.stdout.flush()
    try:
        kept = os.dup(_OUTPUT)
    except OSError:  # there is no output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _OUTPUT)
    try:
        yield
    finally:
        os.dup2(kept, _OUTPUT)
        os.close(nowhere)
        os.close(kept)
