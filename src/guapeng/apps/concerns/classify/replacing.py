"""Writing a file in one go: whoever reads it finds the old one or the new one, whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from guapeng.plain.terminal import _


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the place of ``path`` if all goes well; else nothing is left of it.

    It is for its owner only.

    Raises:
        OSError: it cannot be written there.
    """
    if path.exists() and not path.is_file():
        raise OSError(_("“{file}”不是普通文件").format(file=path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
