"""The data files beside the code."""

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

DATA = Path(str(files("guapeng.demo"))) / "data"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``data/<name>.csv`` by heading."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
