"""Statistics of 2,332 grids over a year: the page from kept counts, and what keeping costs.

Example: python bench/tallies.py --matters 1000000
"""

import argparse
import datetime as dt

import scratch


def main() -> None:
    """Count everything, count nothing, and ask for the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--matters", type=int, default=10_000)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--fresh", action="store_true")
    given = options.parse_args()
    scratch.prepare(given.matters, steps=True, fresh=given.fresh)
    _keep()
    _show(given.times)


def _keep() -> None:
    from django.utils import timezone

    from guapeng.kernel.matters.statistics import folding

    at = timezone.now()
    with scratch.cpu() as spent:
        count = folding.recount(at=at, progress=scratch.progress)
    print(f"recount of {count:,} matters: {spent['clock'] / 1000:.1f} s")
    with scratch.cpu() as spent:
        folding.fold(at=at + dt.timedelta(minutes=1))
    print(f"a minute in which nothing happened: {spent['clock']:.1f} ms")


def _show(times: int) -> None:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    during = {"period": "custom", "first": "2025-11-01", "last": "2026-10-31"}
    for what, asked in (
        ("county, all", {"place": 1}),
        ("county, one category", {"place": 1, "category": "01000"}),
        ("township, all", {"place": 2}),
    ):
        answer = client.get("/statistics/", during | asked)
        assert "三率" in answer.content.decode(), what
        spent = scratch.usual(
            lambda asked=asked: client.get("/statistics/", during | asked), times=times
        )
        print(f"page, {what}: {spent['clock']:.0f} ms, of it {spent['cpu']:.0f} ms application CPU")


if __name__ == "__main__":
    main()
