"""Children that end with their parent, even when the parent is killed."""

import ctypes
import signal
import sys
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def ends_with_parent(by: signal.Signals) -> Callable[[], None]:
    """Return a ``preexec_fn`` for a child: the kernel sends it ``by`` when its parent dies.

    Linux only; elsewhere it does nothing, and a parent that is killed (not one that is asked to
    stop) leaves its child behind. The parent must start the child from its main thread, because
    the kernel takes the end of the starting thread for the end of the parent.
    """
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def before_exec() -> None:
        signal.signal(by, signal.SIG_DFL)
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, by)

    return before_exec
