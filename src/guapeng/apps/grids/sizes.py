"""The sizes of grids that come with the product, for those who divide without a database."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from guapeng.apps.grids.partition import Range, Rules

_SHIPPED = Path(__file__).with_name("rules.toml")


def shipped_rules(on: dt.date) -> Rules:
    """Return the ranges of the shipped rules that hold on a day."""
    rows = tomllib.loads(_SHIPPED.read_text("utf-8"))["rule"]
    return Rules(urban=_range(rows, "grids.urban", on), rural=_range(rows, "grids.rural", on))


def _range(rows: list[dict[str, Any]], key: str, on: dt.date) -> Range:
    valid = [row for row in rows if row["key"] == key and row["from"] <= on]
    row = max(valid, key=lambda row: row["from"])
    return Range(least=row["least"], most=row["most"], aim=row["aim"])
