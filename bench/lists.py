"""Pages of thirty rows and the map: application CPU a page, the bare query's cost, flatness.

Example: python bench/lists.py 10000 1000000 10000000
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import scratch

_BARE = """
select m.id, m.number, m.title, m.place, m.state, m.urgency, m.due_at, m.opened_at
from matters_matter m where m.township_id = 2 and m.id < %s order by m.id desc limit 30
"""


Cost = dict[str, float]


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
    first: dict[str, Cost] = {}
    for size in given.sizes:
        found = _apart(size, given)
        first = first or found
        _tell(size, found, first)


def _tell(size: int, found: dict[str, Cost], first: dict[str, Cost]) -> None:
    bare = _all(found["bare keyset query"])
    print(f"\n{size:,} matters, CPU in ms: application, database, growth; all : bare query")
    for page, cost in found.items():
        growth = [cost[key] / first[page][key] for key in ("cpu", "database")]
        print(
            f"  {page:30} {cost['cpu']:6.2f} {cost['database']:6.2f}"
            f"   × {growth[0]:.2f} {growth[1]:.2f}   1:{_all(cost) / bare:.0f}"
            f"   ({cost['clock']:.1f} on the clock)"
        )


def _all(cost: Cost) -> float:
    return cost["cpu"] + cost["database"]


def _apart(size: int, given: argparse.Namespace) -> dict[str, Cost]:
    command = [sys.executable, __file__, str(size), "--one", "--times", str(given.times)]
    fresh = ["--fresh"] if given.fresh else []
    done = subprocess.run([*command, *fresh], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _measured(size: int, *, times: int, fresh: bool) -> dict[str, Cost]:
    if scratch.prepare(size, steps=False, fresh=fresh):
        _keep_board(size)
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
        "search, one word": (visitor, "/search/?q=井盖松动"),
        "search, a word and a place": (visitor, "/search/?q=井盖松动 12号苏木"),
        "search, a rare pair": (visitor, "/search/?q=井盖松动 30号网格"),
        "search, nothing to be found": (visitor, "/search/?q=打过电话"),
        "search, askers' words": (officer, "/search/?q=我们这里"),
    }
    for name, (client, address) in pages.items():
        assert client.get(address).status_code == 200, name
    return {"bare keyset query": scratch.usual(bare, times=times)} | {
        name: scratch.usual(lambda c=client, a=address: c.get(a), times=times)
        for name, (client, address) in pages.items()
    }


_KEPT = ("matters_posting", "matters_searchkeys")
_AT_ONCE = 200_000
_KEYS = """
insert into matters_searchkeys (matter_id, open_keys, closed_keys, involved)
select m.id, d.found || t.keys || o.keys, w.keys,
       d.involved || hashtextextended(m.uid::text, 0)
       || array(select h.key from matters_task k join key_of_holder h on h.holder = k.holder
                where k.matter_id = m.id)
from matters_matter m
join concerns_concern c on c.matter_id = m.id
join keys_of_division d on d.id = m.division_id
join keys_of_text t on t.text = m.title
join keys_of_text o on o.text = m.outcome
join keys_of_text w on w.text = c.text
where m.id between %s and %s
"""


def _keep_board(count: int) -> None:
    """Fill what the board and the search keep, as the clock does every minute; no statistics."""
    from django.db import connection

    from guapeng.kernel.matters import postings, search_keys
    from guapeng.kernel.people import scope
    from guapeng.kernel.people.actors import SYSTEM

    with scope.acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
        _prepare_keys(cursor)
        with scratch.without_indexes(_KEPT):
            for first in range(1, count + 1, _AT_ONCE):
                last = min(first + _AT_ONCE - 1, count)
                postings.post(range(first, last + 1))
                cursor.execute(_KEYS, [first, last])
                scratch.progress(last, count)
        _check_keys(range(1, count, count // 1000))
        postings.count_all()
        search_keys.put_away()
        cursor.execute("vacuum analyze")


def _prepare_keys(cursor: Any) -> None:
    """Work out the keys of the few texts there are, so that the database can put them together."""
    from guapeng.kernel.divisions.models import Division
    from guapeng.kernel.matters.search_keys import key_of, keys_of

    cursor.execute("""
        create temporary table keys_of_text (text text primary key, keys bigint[]);
        create temporary table key_of_holder (holder text primary key, key bigint);
        create temporary table keys_of_division (
            id bigint primary key, found bigint[], involved bigint[])
    """)
    cursor.execute(
        "select title from matters_matter where id < 10000 union select '已处理' union select ''"
    )
    texts = [text for (text,) in cursor.fetchall()]
    cursor.execute("select distinct text from concerns_concern where matter_id < 10000")
    texts += [text for (text,) in cursor.fetchall()]
    cursor.executemany(
        "insert into keys_of_text values (%s, %s)", [(text, keys_of(text)) for text in texts]
    )
    names = dict(Division.objects.values_list("pk", "name"))
    cursor.executemany(
        "insert into keys_of_division values (%s, %s, %s)",
        [
            (
                pk,
                keys_of(" ".join([f"{names[pk]}东侧", *(names[one] for one in lineage)])),
                [key_of(f"area:{one}") for one in lineage],
            )
            for pk, lineage in Division.objects.values_list("pk", "lineage")
        ],
    )
    holders = [f"body:{n}" for n in range(1, 31)]
    cursor.executemany(
        "insert into key_of_holder values (%s, %s)", [(one, key_of(one)) for one in holders]
    )


def _check_keys(matters: Sequence[int]) -> None:
    """Hold some of the keys to what the search itself keeps of those matters."""
    from guapeng.kernel.matters import search_keys
    from guapeng.kernel.matters.models import SearchKeys

    def kept() -> list[tuple[set[int], set[int], int]]:
        rows = SearchKeys.objects.filter(pk__in=matters).order_by("pk")
        return [(set(row.open_keys), set(row.closed_keys), len(row.involved)) for row in rows]

    made = kept()
    search_keys.keep(matters)
    assert made == kept()


def _officer() -> object:
    """Return the account of somebody in three departments, for whom a tenth of all waits."""
    from django.utils import timezone

    from guapeng.kernel.people.models import Account, Body, Person, Post

    person, _ = Person.objects.get_or_create(
        name="某经办人", defaults={"created_at": timezone.now()}
    )
    for body in Body.objects.filter(pk__in=(5, 15, 25)):
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
