"""One way to say that a function is compiled, and that it need not be.

The inner loops (``moves.py``) are plain Python that numba compiles. Without numba, or with
GUAPENG_GRIDS_PLAIN=1, the same functions run as they stand, on lists instead of arrays, and make
the very same plan: integers and the four operations on doubles are all they use.
"""

import os
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
import numpy.typing as npt

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _has_compiler() -> bool:
    if os.environ.get("GUAPENG_GRIDS_PLAIN") == "1":
        return False
    try:
        import numba  # noqa: F401  # not everywhere to be had
    except ImportError:
        return False
    return True


COMPILES: Final = _has_compiler()


def compiled(function: _Function) -> _Function:
    """Compile ``function`` when it is first called, and keep the outcome on disk."""
    if not COMPILES:
        return function
    from numba import njit  # slow to load

    return cast("_Function", njit(cache=True, nogil=True)(function))


def column(values: npt.ArrayLike, kind: type[int] | type[float] = int) -> Any:
    """Return ``values`` as compiled functions want them: int64 or float64, an array or a list."""
    array = np.array(values, dtype=np.int64 if kind is int else np.float64)
    return array if COMPILES else array.tolist()
