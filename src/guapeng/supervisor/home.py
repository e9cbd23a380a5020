"""Where an instance keeps its data: database, files, keys, logs."""

import os
from pathlib import Path


def home() -> Path:
    """Return the instance's data folder, absolute and not necessarily existing.

    ``GUAPENG_HOME`` decides; without it, ``.guapeng`` in the current folder.
    """
    return Path(os.environ.get("GUAPENG_HOME") or ".guapeng").absolute()
