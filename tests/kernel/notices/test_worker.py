"""Real worker processes: quick, killed in the middle, and nothing lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from threading import Event
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from tests.factories.world import Banner, opening
from tests.kernel.notices.conftest import Browser, PushService, with_accounts

from guapeng.kernel.journal.models import Retry
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter, Urgency
from guapeng.kernel.notices.models import Delivery, Notice
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM

Worker = subprocess.Popen[bytes]
_PATIENCE_SECONDS = 60
_A_MOMENT = 0.05


@pytest.fixture
def start_worker(committed_banner: Banner) -> Iterator[Callable[[], Worker]]:
    """Start ``guapeng worker`` on the suite's database; whatever still runs is killed."""
    with ExitStack() as stack:

        def start() -> Worker:
            worker = subprocess.Popen(
                [sys.executable, "-m", "guapeng", "worker"],
                env=os.environ | {"DATABASE_URL": _database_url(), "GUAPENG_MODE": "production"},
                start_new_session=True,
            )
            stack.callback(worker.wait)
            stack.callback(worker.kill)
            return worker

        yield start


def test_report_is_told_when_it_comes_and_a_stopped_worker_ends_well(
    committed_banner: Banner, start_worker: Callable[[], Worker]
) -> None:
    with_accounts(committed_banner)
    worker = start_worker()
    wait_until(is_listening)

    report(committed_banner)
    wait_until(lambda: len(notices()) == 1)
    (notice,) = notices()
    assert notice.person_id == committed_banner.dispatcher.person_id

    worker.terminate()
    assert worker.wait(_PATIENCE_SECONDS) == 0


def test_worker_killed_while_it_tells_leaves_nothing_lost_or_doubled(
    committed_banner: Banner, start_worker: Callable[[], Worker]
) -> None:
    with_accounts(committed_banner)
    worker = start_worker()
    wait_until(is_listening)

    with closing(psycopg.connect(_database_url())) as other:
        other.execute("lock table notices_notice in share mode")  # the worker can tell nobody
        report(committed_banner)
        wait_until(waits_for_lock)
        kill(worker)
        other.rollback()
    assert notices() == []

    start_worker()
    wait_until(lambda: len(notices()) == 1)
    assert not Retry.objects.exists()


def test_worker_killed_while_it_sends_repeats_one_letter_that_devices_take_as_one(
    committed_banner: Banner,
    start_worker: Callable[[], Worker],
    browser: Browser,
    push_service: PushService,
) -> None:
    with_accounts(committed_banner)
    browser.subscribe(committed_banner.dispatcher, push_service.url)
    worker = start_worker()
    wait_until(is_listening)
    came, released = Event(), Event()
    push_service.before_answer = lambda: (came.set(), released.wait(_PATIENCE_SECONDS))

    report(committed_banner)
    assert came.wait(_PATIENCE_SECONDS)
    kill(worker)
    released.set()

    (delivery,) = deliveries()
    assert (delivery.stage, delivery.attempts) == ("waiting", 1)
    with scope.acting(SYSTEM):  # the minute until the next attempt has passed
        Delivery.objects.update(next_at=timezone.now())
    start_worker()
    wait_until(lambda: [one.stage for one in deliveries()] == ["sent"])

    topics = [letter["headers"]["topic"] for letter in push_service.received]
    assert len(topics) == 2
    assert len(set(topics)) == 1
    assert len(notices()) == 1


def test_two_workers_tell_and_send_everything_once(
    committed_banner: Banner,
    start_worker: Callable[[], Worker],
    browser: Browser,
    push_service: PushService,
) -> None:
    with_accounts(committed_banner)
    browser.subscribe(committed_banner.dispatcher, push_service.url)
    for _ in range(2):
        start_worker()
    wait_until(lambda: is_listening(2))

    for _ in range(20):
        report(committed_banner)
    wait_until(lambda: [one.stage for one in deliveries()] == ["sent"] * 20)

    assert len(notices()) == 20
    assert len(push_service.received) == 20


def report(banner: Banner) -> Matter:
    """Report something now; danger to life, so that it is told at whatever hour tests run."""
    with scope.acting(banner.resident):
        return engine.open_matter(
            "concern",
            opening(banner.grid, urgency=Urgency.DANGER),
            by=banner.resident,
            at=timezone.now(),
            text="燃气泄漏",
        )


def notices() -> list[Notice]:
    with scope.acting(SYSTEM):
        return list(Notice.objects.all())


def deliveries() -> list[Delivery]:
    with scope.acting(SYSTEM):
        return list(Delivery.objects.all())


def is_listening(workers: int = 1) -> bool:
    return count("application_name = 'guapeng courier'") >= workers


def waits_for_lock() -> bool:
    return count("wait_event_type = 'Lock'") > 0


def count(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            f" where datname = current_database() and pid <> pg_backend_pid() and {condition}"
        )
        return int(cursor.fetchone()[0])


def kill(worker: Worker) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not ready():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(_A_MOMENT)


def _database_url() -> str:
    connection.ensure_connection()
    way = connection.connection.info
    return f"postgresql://{way.user}@/{way.dbname}?host={quote(way.host, safe='')}&port={way.port}"
