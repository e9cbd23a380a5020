"""The sizes of grids that come with the product, for those who divide without a database."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guapeng.apps.grids.partition import Between, Choices, Options, Prices, Range, Rules

_SHIPPED = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True)
class Settings:
    """What rules say on a day.

    Attributes:
        rules: the ranges.
        choices, prices: what is weighed where they leave a choice.
        per_floor: homes on a floor of an entrance, where households are not told.
    """

    rules: Rules
    choices: Choices
    prices: Prices
    per_floor: int

    @classmethod
    def of(
        cls, urban: Mapping[str, Any], rural: Mapping[str, Any], choices: Mapping[str, Any]
    ) -> "Settings":
        """Return the settings of the rules ``grids.urban``, ``grids.rural``, ``grids.choices``."""
        return cls(
            Rules(urban=_range(urban), rural=_range(rural)),
            Choices(Between(choices["between"]), choices["apart_from"]),
            Prices(compound=choices["compound"], hard=choices["hard"], road=choices["road"]),
            choices["per_floor"],
        )

    def options(self, **others: Any) -> Options:
        """Return options by these settings."""
        return Options(self.rules, choices=self.choices, prices=self.prices, **others)


def shipped_rules(on: dt.date) -> Rules:
    """Return the ranges of the shipped rules that hold on a day."""
    return shipped_settings(on).rules


def shipped_settings(on: dt.date) -> Settings:
    """Return what the shipped rules say on a day."""
    rows = tomllib.loads(_SHIPPED.read_text("utf-8"))["rule"]
    return Settings.of(*(_valid(rows, f"grids.{key}", on) for key in ("urban", "rural", "choices")))


def _valid(rows: list[dict[str, Any]], key: str, on: dt.date) -> Mapping[str, Any]:
    valid = [row for row in rows if row["key"] == key and row["from"] <= on]
    return max(valid, key=lambda row: row["from"])


def _range(row: Mapping[str, Any]) -> Range:
    return Range(least=row["least"], most=row["most"], aim=row["aim"])
