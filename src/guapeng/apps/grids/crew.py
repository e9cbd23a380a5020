"""Processes that load the partition engine while this one still imports it."""

import gc
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver

_WARMED = "guapeng.apps.grids.partition.warmed"


@contextmanager
def crew(workers: int) -> Iterator[Executor | None]:
    """Give so many processes that are ready to divide; None for one, which is this one.

    They begin to load at once: called before the engine is imported here, and files are read, both
    cost hardly any time.
    """
    if workers <= 1:
        yield None
        return
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload([_WARMED])
        forkserver.ensure_running()  # and loads; a process asked of it now would wait for that
    with ProcessPoolExecutor(workers, mp_context=context, initializer=gc.disable) as pool:
        if not forks:
            for _ in range(workers):
                pool.submit(int)
        yield pool
