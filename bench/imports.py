"""A hotline's list into the loop, beside COPY of the very rows that it wrote.

Every size is one file of invented rows (eight columns, texts of 40 to 200 characters, places named
by village), imported with all checks by a process of its own into a county of 2,332 grids:

* ours: reading, checking, matter, case, task, fact, journal line chained;
* again: the same file once more, which finds every row there already;
* bare: the rows that ours wrote, by COPY into tables with the same indexes and nothing else: what
  the disk and the indexes cost whoever writes them.

Peak memory is that of the importing process, processor time that of both it and its database.

    python bench/imports.py 10000 100000 1000000
"""

import argparse
import csv
import datetime as dt
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from scratch import VILLAGES, prepare, progress

TABLES = (
    "matters_matter",
    "concerns_concern",
    "matters_task",
    "matters_steptaken",
    "journal_entry",
)
HEAD = ("工单编号", "标题", "诉求内容", "类别", "地点", "来电时间", "紧急程度", "渠道")
LETTERS = (
    "供水管道漏停电噪音扰民路灯不亮井盖缺失垃圾清运坑洼暖气热占经营村务公开草场纠纷低保咨询报销"
)


def rows(count: int) -> Iterator[list[str]]:
    """Yield invented rows from a fixed seed: the same ones every time."""
    chance = random.Random(7)  # noqa: S311  # a benchmark has no secrets
    start = dt.datetime(2025, 1, 1)  # noqa: DTZ001  # as a hotline writes it
    for n in range(count):
        text = "".join(chance.choices(LETTERS, k=chance.randint(40, 200)))
        raised = start + dt.timedelta(seconds=n * 30_000_000 // count)
        place = f"{chance.randint(1, VILLAGES)}号嘎查{chance.randint(1, 99)}户"
        category = f"小类{chance.randint(1, 60)}"
        yield [f"GD{n:09}", text[:14], text, category, place, str(raised), "一般", "电话"]


def write(count: int, folder: Path, ending: str) -> Path:
    """Make the file of that many rows."""
    path = folder / f"{count}.{ending}"
    if ending == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_headed(count))
        return path
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _headed(count):
        sheet.append(row)
    book.save(path)
    return path


def _headed(count: int) -> Iterator[Any]:
    yield HEAD
    yield from rows(count)


def take(path: Path) -> None:
    """Import a file and print what it cost; the only thing that its process does."""
    prepare(0, steps=False)
    from django.db import connection
    from django.utils import timezone

    from guapeng.apps.concerns.imports import CONCERNS
    from guapeng.kernel.exchange import intake, places

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0])
    now = timezone.now()
    before = time.process_time(), sum(server.cpu_times()[:2]), time.perf_counter()
    root = places.root("", on=timezone.localdate(now))
    with intake.opened(CONCERNS, path, root=root, at=now, source=path.name) as one:
        tally = one.run(results=path.with_suffix(".refused.csv"), advance=_advance)
    clock = time.perf_counter() - before[2]
    ours = (time.process_time() - before[0]) / tally.read * 1e6
    theirs = (sum(server.cpu_times()[:2]) - before[1]) / tally.read * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stderr.write("\n")
    print(
        f"{path.name:>14}  new {tally.new:>9,}  known {tally.known:>9,}  refused {tally.refused}  "
        f"{tally.read / clock:>8,.0f} rows/s  application {ours:>4.0f} us  "
        f"database {theirs:>4.0f} us  peak {peak:>4.0f} MB",
        flush=True,
    )


def _advance(done: int, at_most: int | None) -> None:
    progress(done, at_most or done)


def bare(count: int, folder: Path) -> None:
    """Write the last ``count`` matters and what belongs to them once more, by COPY alone."""
    from django.db import connection, transaction

    files = {table: folder / f"{table}.copy" for table in TABLES}
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("select set_config('guapeng.system', 'on', false)")
        for table, file in files.items():
            cursor.execute(f"drop table if exists bare_{table}")
            cursor.execute(f"create table bare_{table} (like {table} including all)")
            with (
                cursor.copy(_taking(table, count)) as copy,
                file.open("wb") as out,
            ):
                for block in copy:
                    out.write(block)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for table, file in files.items():
            with cursor.copy(f"copy bare_{table} from stdin") as copy, file.open("rb") as content:
                while block := content.read(1 << 20):
                    copy.write(block)
    clock = time.perf_counter() - began
    print(f"{'bare COPY':>14}  {count:>13,} {count / clock:>46,.0f} rows/s", flush=True)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"drop table bare_{table}")


def _taking(table: str, count: int) -> str:
    column = "matter_id" if table == "concerns_concern" else "seq" if "entry" in table else "id"
    return f"copy (select * from {table} order by {column} desc limit {count}) to stdout"


def main() -> None:
    """Run the sizes one after another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--xlsx", action="store_true", help="workbooks instead of text")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file:
        take(given.file)
        return
    found = dict(os.environ)  # as the processes of the imports shall find it
    prepare(0, steps=False, fresh=True)
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes:
            path = write(size, Path(folder), "xlsx" if given.xlsx else "csv")
            for _turn in ("new", "again"):
                subprocess.run(
                    [sys.executable, __file__, "--file", str(path)], check=True, env=found
                )
            bare(size, Path(folder))


if __name__ == "__main__":
    main()
