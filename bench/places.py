"""Point to grid: the outlines of 2,332 grids in memory, a million points at once and one by one.

Example: python bench/places.py --points 1000000
"""

import argparse
import datetime as dt
import os
from typing import Any

import numpy as np
import scratch


def main() -> None:
    """Build the index, and ask it for points inside the banner, and for one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    rows = _outlines()
    from guapeng.kernel.divisions.places import NOWHERE, PlaceIndex

    with scratch.cpu() as spent:
        index = PlaceIndex.of(rows)
        index.divisions_at([0.0], [0.0])
    print(f"{len(rows):,} outlines into the index: {spent['cpu']:.0f} ms CPU")

    lons, lats = _points(index, given.points)
    found = index.divisions_at(lons, lats)
    assert (found != NOWHERE).mean() > 0.1, "the points lie elsewhere"
    for what, more in (("", {}), (", nearest within 50 m", {"tolerance": 50.0})):
        spent = scratch.usual(
            lambda more=more: index.divisions_at(lons, lats, **more), times=given.times
        )
        rate = 1000 * given.points / spent["cpu"]
        print(f"{given.points:,} points{what}: {rate:,.0f} points a second of CPU")
    few = list(zip(lons[:1000], lats[:1000], strict=True))
    spent = scratch.usual(lambda: [index.division_at(*at) for at in few], times=given.times)
    print(f"one point at a time: {1000 * spent['cpu'] / len(few):.0f} µs CPU")


def _outlines() -> list[tuple[int, int, bytes]]:
    """Return id, level and outline of the full demo's county, townships, villages and grids."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "guapeng.config.settings"
    django.setup()
    import shapely

    from guapeng.demo.recipe import FULL, Recipe

    areas = Recipe(dt.datetime(2026, 11, 24, tzinfo=dt.UTC), 1, FULL).areas()
    return [
        (id_, area.level, shapely.to_wkb(area.outline))
        for id_, area in enumerate(areas, start=1)
        if area.outline
    ]


def _points(index: Any, count: int) -> tuple[Any, Any]:
    """Return points spread over the county's box, the same ones each time."""
    west, south, east, north = index.outlines[0].bounds
    rng = np.random.default_rng(1)
    return rng.uniform(west, east, count), rng.uniform(south, north, count)


if __name__ == "__main__":
    main()
