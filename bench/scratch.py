# ruff: noqa: E501  # statements, a thought a line
"""A scratch database with a county of 2,332 grids and a year of invented matters.

The database ``bench_<size>`` lies on the instance's own server (``GUAPENG_HOME`` or
``DATABASE_URL``) and is kept, so that a second run begins at once; ``--fresh`` makes it anew.
Rows are made by the database itself from fixed seeds: the same ones every time.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guapeng.supervisor import postgres

TOWNSHIPS, VILLAGES, GRIDS = 20, 250, 2332
BEGIN = "timestamptz '2025-11-01 00:00+08'"

_PLACES = f"""
insert into divisions_division
    (id, scheme, code, level, kind, name, name_mongolian, parent_id, lineage, valid, datum)
values (1, 'bench', '152224000000', 3, '', '试验旗', '', null, '{{1}}', '[2020-01-01,)', 'CGCS2000');
insert into divisions_division
    (id, scheme, code, level, kind, name, name_mongolian, parent_id, lineage, valid, datum)
select 1 + n, 'bench', '152224' || lpad(n::text, 3, '0') || '000', 4, '', n || '号苏木', '', 1,
       array[1, 1 + n], '[2020-01-01,)', 'CGCS2000'
from generate_series(1, {TOWNSHIPS}) n;
insert into divisions_division
    (id, scheme, code, level, kind, name, name_mongolian, parent_id, lineage, valid, datum)
select 100 + n, 'bench', '15222' || lpad((4000000 + n)::text, 7, '0'), 5, '', n || '号嘎查', '',
       2 + n %% {TOWNSHIPS}, array[1, 2 + n %% {TOWNSHIPS}, 100 + n], '[2020-01-01,)', 'CGCS2000'
from generate_series(1, {VILLAGES}) n;
insert into divisions_division
    (id, scheme, code, level, kind, name, name_mongolian, parent_id, lineage, valid, datum, lon, lat)
select 1000 + n, 'bench', '15222' || lpad((8000000 + n)::text, 10, '0'), 6, '', n || '号网格', '',
       v.id, v.lineage || (1000 + n)::bigint, '[2020-01-01,)', 'CGCS2000',
       121 + (n %% 48) * 0.02, 45.5 + (n / 48) * 0.02
from generate_series(1, {GRIDS}) n
join divisions_division v on v.id = 101 + n %% {VILLAGES};
insert into concerns_category (code, name, urgency, allows_anonymous, is_petition, is_public)
select lpad(n::text, 2, '0') || '000', '大类' || n, 3, true, false, true
from generate_series(1, 12) n;
insert into concerns_category (code, name, parent_id, urgency, allows_anonymous, is_petition, is_public)
select lpad((1 + n %% 12)::text, 2, '0') || lpad(n::text, 3, '0'), '小类' || n,
       (select id from concerns_category where code = lpad((1 + n %% 12)::text, 2, '0') || '000'),
       3, true, false, true
from generate_series(1, 60) n;
insert into people_body (name, short_name, kind, division_id, phone)
select n || '局', n || '局', 'department', 1, '' from generate_series(1, 30) n;
""".replace("%%", "%")

# Older than ten days: closed but for three in a hundred. Ids rise with time, as they do in life.
_MATTERS = f"""
insert into matters_matter (
    id, uid, number, workflow, version, state, title, category, urgency, channel, visibility,
    division_id, grid_id, village_id, township_id, county_id, place, lon, lat, outcome,
    due_at, due_is_provisional, opened_at, changed_at, closed_at)
select n, md5('matter' || n)::uuid,
       '152224-' || to_char(opened, 'YYMMDD') || '-' || lpad(n::text, 8, '0') || '-0',
       'concern', 1, case when not closes then 'acting' when r1 < 0.05 then 'returned' else 'closed' end,
       (array['供水管道漏水', '路灯不亮', '垃圾清运不及时', '邻里噪声', '道路坑洼', '楼道堆放杂物',
              '树枝压线', '井盖松动', '暖气不热', '流浪犬'])[1 + floor(10 * r2)::int],
       lpad((1 + floor(60 * r3 ^ 2)::int %% 12)::text, 2, '0') || lpad(floor(60 * r3 ^ 2)::text, 3, '0'),
       case when r1 < 0.01 then 1 when r1 < 0.05 then 2 else 3 end, 'app',
       case when r2 < 0.95 then 'public' else 'involved' end,
       g.id, g.id, g.lineage[3], g.lineage[2], 1, g.name || '东侧', g.lon + r1 * 0.02, g.lat + r2 * 0.02,
       case when closes then '已处理' else '' end,
       opened + interval '5 days', false, opened, opened + interval '4 hours',
       case when closes then opened + interval '9 days' * r3 end
from (
    select n, {BEGIN} + interval '365 days' * (n::float8 / %(count)s) as opened,
           (hashint8extended(n, 1) & 1048575) / 1048576.0 as r1,
           (hashint8extended(n, 2) & 1048575) / 1048576.0 as r2,
           (hashint8extended(n, 3) & 1048575) / 1048576.0 as r3,
           n < %(count)s * (1 - 10.0 / 365) and hashint8extended(n, 4) & 127 > 3 as closes
    from generate_series(%(first)s::bigint, %(last)s::bigint) n
) invented
join divisions_division g on g.id = 1001 + (hashint8extended(n, 5) & 1048575) %% {GRIDS};
"""

# The asker's own words: every matter has its title in them, and two phrases that are less common.
_WORDS = """
insert into concerns_concern (matter_id, text, cause)
select m.id, '我们这里' || m.title || '，'
       || (array['孩子上学', '老人出门', '夜里', '下雨天', '做饭的时候'])[1 + (hashint8extended(m.id, 6) & 1023) %% 5]
       || (array['不方便', '很危险', '没法用', '已经三天', '影响休息', '打过电话', '没人管', '请尽快处理'])
          [1 + (hashint8extended(m.id, 7) & 1023) %% 8], ''
from matters_matter m where m.id between %(first)s and %(last)s;
"""

_TASKS = """
insert into matters_task (matter_id, holder, steps, urgency, opened_at, due_at, due_is_provisional,
                          escalations, done_at)
select m.id, 'body:' || (1 + m.id %% 30), '{contact,give_result}', m.urgency,
       m.opened_at, m.opened_at + interval '5 days', false, 0, m.closed_at
from matters_matter m where m.id between %(first)s and %(last)s and m.closed_at is null;
"""

_DONE_TASKS = """
insert into matters_task (matter_id, holder, steps, urgency, opened_at, due_at, due_is_provisional,
                          escalations, done_at)
select m.id, t.holder, t.steps::varchar[], m.urgency, m.opened_at, m.opened_at + t.due, false, 0,
       m.opened_at + (m.closed_at - m.opened_at) * t.share
from matters_matter m
cross join (values ('role:dispatcher@1', '{dispatch}', interval '2 hours', 0.05),
                   ('body:3', '{contact,give_result}', interval '24 hours', 0.4),
                   ('person:1', '{judge}', interval '9 days', 1.0)) t(holder, steps, due, share)
where m.id between %(first)s and %(last)s and m.closed_at is not null;
"""

_STEPS = """
insert into matters_steptaken (matter_id, uid, step, from_state, to_state, acting_as, at, says, given)
select m.id, md5(m.id || s.step)::uuid, s.step, s.before, s.after, 'body:1',
       m.opened_at + coalesce(m.closed_at - m.opened_at, interval '9 days') * s.share, '', '{}'
from matters_matter m
cross join (values ('report', '', 'reported', 0.0), ('dispatch', 'reported', 'dispatched', 0.05),
                   ('sign_in', 'dispatched', 'acting', 0.1), ('contact', 'acting', 'acting', 0.15),
                   ('give_result', 'acting', 'answered', 0.6), ('verify', 'answered', 'asking', 0.7),
                   ('judge', 'asking', 'closed', 1.0)) s(step, before, after, share)
where m.id between %(first)s and %(last)s and (m.closed_at is not null or s.share < 0.2);
"""

_VERDICTS = """
insert into matters_verdict (matter_id, at, reached, solved, satisfied, comment)
select id, closed_at, true, id %% 7 > 0, id %% 5 > 0, ''
from matters_matter
where id between %(first)s and %(last)s and closed_at is not null and id %% 6 > 0;
"""

_OF_STEPS = (_DONE_TASKS, _STEPS, _VERDICTS)
_FILLED = (
    "matters_matter",
    "matters_task",
    "matters_steptaken",
    "matters_verdict",
    "concerns_concern",
)
_AT_ONCE = 200_000
_CONSTRAINTS = """
select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
       format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint where conrelid = any(%s::regclass[]) and contype in ('f', 'u')
"""
_INDEXES = """
select format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
from pg_index where indrelid = any(%s::regclass[]) and not indisunique
"""
_GO_ON = "select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"


def prepare(count: int, *, steps: bool, fresh: bool = False) -> bool:
    """Have the database of ``count`` matters, and Django set up on it; tell whether it is new.

    ``steps`` makes tasks, steps taken and verdicts of every matter too, which statistics need.
    """
    postgres.ensure_running()
    name = f"bench_{count}{'_steps' if steps else ''}"
    made = _database(name, fresh=fresh)
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "guapeng.config.settings"
    django.setup()
    from guapeng.command.serving import collect_static_files

    collect_static_files()
    if made:
        _fill(count, steps=steps)
    return made


def _database(name: str, *, fresh: bool) -> bool:
    """Make the database and let this process use it; tell whether it is empty."""
    import psycopg

    url = postgres.database_url()
    with psycopg.connect(url, autocommit=True) as connection:
        if fresh:
            connection.execute(f"drop database if exists {name}")
        known = connection.execute("select from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f"create database {name}")
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
    return known is None


def empty(name: str, *, fresh: bool = False) -> bool:
    """Have the database ``name``, and Django set up on it; tell whether it is new and empty."""
    postgres.ensure_running()
    made = _database(name, fresh=fresh)
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "guapeng.config.settings"
    django.setup()
    if made:
        call_command("migrate", verbosity=0)
    return made


def _fill(count: int, *, steps: bool) -> None:
    from django.core.management import call_command
    from django.db import connection

    from guapeng.kernel.rules.shipped import load_shipped

    call_command("migrate", verbosity=0)
    load_shipped()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('guapeng.system', 'on', false)")
        cursor.execute("set synchronous_commit = off")
        cursor.execute(_PLACES)
        with without_indexes(_FILLED):
            _fill_tables(cursor, count, steps=steps)
        for table in ("divisions_division", "matters_matter"):  # their ids were given
            cursor.execute(_GO_ON.format(table=table))
        cursor.execute("select set_config('guapeng.system', '', false)")
        cursor.execute("vacuum analyze")


def _fill_tables(cursor: Any, count: int, *, steps: bool) -> None:
    for first in range(1, count + 1, _AT_ONCE):
        part = {"count": count, "first": first, "last": min(first + _AT_ONCE - 1, count)}
        for statement in (_MATTERS, _WORDS, _TASKS, *(_OF_STEPS if steps else [])):
            cursor.execute(statement, part)
        progress(part["last"], count)


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Take indexes and references from some tables while the block fills them, all but the keys."""
    from django.db import connection

    with connection.cursor() as cursor:
        taken: list[tuple[str, str]] = []
        for those in (_CONSTRAINTS, _INDEXES):  # an index of a constraint goes with it
            cursor.execute(those, [list(tables)])
            rows = cursor.fetchall()
            for drop, _again in rows:
                cursor.execute(drop)
            taken.extend(rows)
        yield
        for _drop, again in taken:
            cursor.execute(again)


def progress(done: int, total: int | None) -> None:
    """Tell how far it is, beside what the benchmark prints."""
    sys.stderr.write(f"\r{done:,} / {total:,}" + "\n" * (done == total))


@contextmanager
def cpu() -> Iterator[dict[str, float]]:
    """Measure the processor time of this process and of its database, and the clock, in ms.

    The database's is 0 where its process cannot be read, on another machine.
    """
    spent: dict[str, float] = {}
    before, database, began = time.process_time(), _database_cpu(), time.perf_counter()
    yield spent
    spent["clock"] = 1000 * (time.perf_counter() - began)
    spent["cpu"] = 1000 * (time.process_time() - before)
    spent["database"] = _database_cpu() - database


def _database_cpu() -> float:
    """Return the processor time of the database's process for this connection, in ms."""
    from django.db import connection

    connection.ensure_connection()
    known = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(known.read_text().split()[0]) / 1e6 if known.exists() else 0.0


def usual(run: Any, *, times: int) -> dict[str, float]:
    """Return the lowest tenth of each of ``cpu`` over ``times`` runs.

    A neighbour on the machine makes some runs slow, never fast.
    """
    for _ in range(10):  # plans are made, caches filled
        run()
    runs = []
    for _ in range(times):
        with cpu() as spent:
            run()
        runs.append(spent)
    return {key: sorted(spent[key] for spent in runs)[times // 10] for key in runs[0]}
