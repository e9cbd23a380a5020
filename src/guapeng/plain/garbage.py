"""Much is made that stays: then looking through it for garbage again and again is wasted."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_alone() -> Iterator[None]:
    """Let garbage wait until the end of the block, or of the function that this decorates.

    Half of the time in which a county's layers are read went into the search for what nobody holds.
    """
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_looking:
            gc.enable()
