"""Sheets of communities, to be looked at: towns, communities cut by a river, villages.

No index tells whether a border is where a person would draw it.

Example: python bench/sheets.py county1 --out sheets --town 10 --cut 5 --village 5
"""

import argparse
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from guapeng.apps.grids.partition import (
    Community,
    County,
    now,
    partition,
    read_county,
    sheet,
)
from guapeng.apps.grids.sizes import shipped_settings

TOWN = ("urban", "periurban")


def main() -> None:
    """Draw the communities that are asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("county", type=Path)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--town", type=int, default=10)
    options.add_argument("--cut", type=int, default=5)
    options.add_argument("--village", type=int, default=5)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    settings = shipped_settings(dt.datetime.now(dt.UTC).date())
    county = read_county(given.county)
    for name, one in chosen(county, given.town, given.cut, given.village):
        (division,) = partition(County((one,)), settings.options()).divisions
        drawn = sheet(one, [now(division)], note=f"{one.id} {dict(division.quality)}")
        (given.out / f"{name}-{one.id}.svg").write_text(drawn, "utf-8")


def chosen(county: County, town: int, cut: int, village: int) -> Iterator[tuple[str, Community]]:
    """Give the first communities of each kind that have more than one grid."""
    large = [one for one in county.communities if one.total > 600]
    rivers = [one for one in large if any(line.kind == "river" for line in one.lines)]
    towns = [one for one in large if one.kind in TOWN and one not in rivers]
    villages = [one for one in large if one.kind not in TOWN]
    step = max(1, len(towns) // max(1, town))
    yield from (("town", one) for one in towns[::step][:town])
    yield from (("cut", one) for one in rivers[:cut])
    yield from (("village", one) for one in villages[:village])


if __name__ == "__main__":
    main()
