"""Pages of thirty rows and the map: application CPU a page, the bare query's cost, flatness.

Example: python bench/lists.py 10000 1000000 10000000
"""

import argparse
import json
import subprocess
import sys

import scratch

_BARE = """
select m.id, m.number, m.title, m.place, m.state, m.urgency, m.due_at, m.opened_at
from matters_matter m where m.township_id = 2 and m.id < %s order by m.id desc limit 30
"""


def main() -> None:
    """Measure every size in a process of its own, and compare each with the first."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sizes", nargs="*", type=int, default=[10_000])
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--fresh", action="store_true")
    options.add_argument("--one", action="store_true", help="print one size as JSON")
    given = options.parse_args()
    if given.one:
        print(json.dumps(_measured(given.sizes[0], times=given.times, fresh=given.fresh)))
        return
    first: dict[str, dict[str, float]] = {}
    for size in given.sizes:
        found = _apart(size, given)
        first = first or found
        bare = found.pop("bare keyset query")["clock"]
        print(f"\n{size:,} matters; bare keyset query of 30 rows: {bare:.2f} ms")
        for page, cost in found.items():
            growth = cost["clock"] / first[page]["clock"]
            print(
                f"  {page:28} {cost['cpu']:6.2f} ms CPU  {cost['clock']:6.2f} ms"
                f"  1:{cost['clock'] / bare:.0f} to the query  × {growth:.2f} to the first size"
            )


def _apart(size: int, given: argparse.Namespace) -> dict[str, dict[str, float]]:
    command = [sys.executable, __file__, str(size), "--one", "--times", str(given.times)]
    fresh = ["--fresh"] if given.fresh else []
    done = subprocess.run([*command, *fresh], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _measured(size: int, *, times: int, fresh: bool) -> dict[str, dict[str, float]]:
    if scratch.prepare(size, steps=False, fresh=fresh):
        _keep_board()
    from django.db import connection
    from django.test import Client

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [size // 2])
            cursor.fetchall()

    visitor, officer = (Client(headers={"host": "localhost"}) for _ in range(2))
    officer.force_login(_officer())
    pages = {
        "inbox": (officer, "/inbox/"),
        "board": (visitor, "/board/"),
        "board, deep": (visitor, f"/board/?before={size // 2}"),
        "board, township and category": (visitor, "/board/?place=2&category=01000"),
        "map, whole county": (visitor, "/map/points.json?box=119,44,124,48"),
        "map, close": (visitor, "/map/points.json?box=121.5,45.9,121.55,45.94"),
        "search, two words": (visitor, "/search/?q=井盖松动 30号网格"),
    }
    for name, (client, address) in pages.items():
        assert client.get(address).status_code == 200, name
    return {"bare keyset query": scratch.usual(bare, times=times)} | {
        name: scratch.usual(lambda c=client, a=address: c.get(a), times=times)
        for name, (client, address) in pages.items()
    }


def _keep_board() -> None:
    """Fill what the board and the search keep, as the clock does every minute."""
    from django.utils import timezone

    from guapeng.kernel.matters.statistics import folding

    folding.recount(at=timezone.now(), progress=scratch.progress)


def _officer() -> object:
    """Return the account of somebody in a department, for whom a thirtieth of the matters waits."""
    from django.utils import timezone

    from guapeng.kernel.people.models import Account, Body, Person, Post

    body = Body.objects.order_by("pk")[4]
    person, _ = Person.objects.get_or_create(
        name="某经办人", defaults={"created_at": timezone.now()}
    )
    Post.objects.get_or_create(
        person=person,
        role="department_officer",
        division_id=1,
        body=body,
        defaults={"valid": ("2020-01-01", None)},
    )
    return Account.objects.get_or_create(username="bench", defaults={"person": person})[0]


if __name__ == "__main__":
    main()
