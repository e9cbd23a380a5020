import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from tests.factories.world import MONDAY, Banner
from tests.stories.test_concern import report

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.journal.models import Cursor, Entry, Retry
from guapeng.kernel.journal.relay import deliver
from guapeng.kernel.journal.subscribers import SUBSCRIBERS, Listener, Subscriber
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules.models import CalendarDay

MINUTE = dt.timedelta(minutes=1)
Subscribe = Callable[..., None]


@pytest.fixture
def subscribe() -> Iterator[Subscribe]:
    """Subscribe for the length of a test, with no other subscriber about."""
    present = dict(SUBSCRIBERS)
    SUBSCRIBERS.clear()

    def add(listener: Listener, *patterns: str, name: str = "test") -> None:
        SUBSCRIBERS[name] = Subscriber(name, patterns or ("test.*",), listener)

    yield add
    SUBSCRIBERS.clear()
    SUBSCRIBERS.update(present)


def tell(*events: str) -> list[int]:
    with transaction.atomic():
        return journal.write_all(
            [journal.Told(event=e, subject="test:1", at=MONDAY) for e in events]
        )


def relay(at: dt.datetime = MONDAY) -> int:
    return deliver(at=at, within=nullcontext)


def mark(entry: Entry) -> None:
    """Leave a trace in the database that can stand there only once."""
    day = dt.date(2100, 1, 1) + dt.timedelta(days=entry.seq)
    CalendarDay.objects.create(day=day, is_workday=True, holiday="", source="test")


def marks() -> int:
    return CalendarDay.objects.filter(source="test").count()


@pytest.mark.django_db
def test_subscriber_hears_what_it_wants_once_and_in_order(subscribe: Subscribe) -> None:
    heard: list[str] = []
    subscribe(lambda entry: heard.append(entry.event), "test.a", "family.*")
    tell("test.a", "test.b", "family.x", "test.ab", "familyx")

    assert (relay(), relay()) == (2, 0)
    assert heard == ["test.a", "family.x"]
    tell("family.y")
    assert relay() == 1
    assert heard[2:] == ["family.y"]


@pytest.mark.django_db
def test_cursor_moves_past_what_nobody_wants(subscribe: Subscribe) -> None:
    subscribe(mark)
    last = tell("other.a", "other.b")[-1]

    relay()

    assert Cursor.objects.get(subscriber="test").seq == last


@pytest.mark.django_db
def test_lines_that_come_by_the_thousand_are_told_to_whoever_wants_them(
    subscribe: Subscribe,
) -> None:
    all_of_it: list[str] = []
    subscribe(lambda entry: all_of_it.append(entry.data), name="all")
    few: list[str] = []
    SUBSCRIBERS["few"] = Subscriber(
        "few", ("test.*",), lambda entry: few.append(entry.data), many=False
    )
    with transaction.atomic():
        for data in ({"many": True, "step": 1}, {"step": 2}, {"many": False}):
            journal.write(journal.Told(event="test.a", subject="test:1", at=MONDAY, data=data))

    assert relay() == 5

    assert len(all_of_it) == 3
    assert few == ['{"step":2}', '{"many":false}']


@pytest.mark.parametrize("patterns", [(), ("*.rated",), ("a*b",)])
def test_pattern_that_would_never_fit_is_refused(patterns: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="star"):
        Subscriber("test", patterns, mark)


@pytest.mark.django_db
def test_listener_sees_what_its_setting_shows(subscribe: Subscribe, banner: Banner) -> None:
    seen: list[int] = []
    subscribe(lambda _entry: seen.append(Concern.objects.count()), "concern.report")
    report(banner)
    scope.leave()

    deliver(at=MONDAY, within=partial(scope.acting, SYSTEM))

    assert seen == [1]
    assert Concern.objects.count() == 0


@pytest.mark.django_db
def test_failure_comes_again_with_longer_and_longer_waits(subscribe: Subscribe) -> None:
    calls: list[int] = []

    def fail_thrice(entry: Entry) -> None:
        calls.append(entry.seq)
        mark(entry)
        if len(calls) < 4:
            raise RuntimeError("张三 13800000000")

    subscribe(fail_thrice)
    tell("test.a")
    at, waits = MONDAY, []
    relay(at)
    while retry := Retry.objects.first():
        assert marks() == 0
        waits.append(retry.next_at - at)
        assert relay(retry.next_at - dt.timedelta(seconds=1)) == 0
        at = retry.next_at
        relay(at)

    assert waits == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert len(calls) == 4
    assert marks() == 1


@pytest.mark.django_db
def test_wait_never_grows_beyond_a_day(subscribe: Subscribe) -> None:
    subscribe(lambda _entry: 1 / 0)
    seq = tell("test.a")[0]
    relay()
    Retry.objects.update(attempts=300)

    relay(MONDAY + MINUTE)

    assert Retry.objects.get(seq=seq).next_at == MONDAY + MINUTE + dt.timedelta(days=1)


@pytest.mark.django_db
def test_failure_does_not_hold_up_later_entries_or_other_subscribers(subscribe: Subscribe) -> None:
    def refuse_first(entry: Entry) -> None:
        if entry.event == "test.a":
            Entry.objects.filter(seq=entry.seq).delete()  # an error of the database itself
        mark(entry)

    heard: list[str] = []
    subscribe(refuse_first)
    subscribe(lambda entry: heard.append(entry.event), name="other")
    tell("test.a", "test.b")

    relay()

    assert marks() == 1
    assert heard == ["test.a", "test.b"]


@pytest.mark.django_db
def test_error_is_kept_without_what_it_quotes(subscribe: Subscribe) -> None:
    def quote(_entry: Entry) -> None:
        raise ValueError("张三 13800000000")

    subscribe(quote)
    tell("test.a")

    relay()

    assert Retry.objects.get().error.startswith("ValueError in quote, line ")


@contextmanager
def emptied_marks() -> Iterator[None]:
    yield
    CalendarDay.objects.filter(source="test").delete()


def test_worker_killed_amid_a_delivery_loses_nothing_and_repeats_nothing(
    subscribe: Subscribe, committed_banner: Banner
) -> None:
    def die_on_second(entry: Entry) -> None:
        mark(entry)
        if entry.event == "test.b":
            # The server ends the connection, as it does when the worker's process is killed.
            connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")

    tell("test.a", "test.b", "test.c")
    with emptied_marks():
        subscribe(die_on_second)
        with pytest.raises(Exception, match=r"terminat|closed"):
            relay()
        connection.close()
        assert marks() == 1

        subscribe(mark)
        assert relay() == 2
        assert marks() == 3


def test_two_workers_deliver_each_entry_once(
    subscribe: Subscribe, committed_banner: Banner
) -> None:
    tell(*["test.a"] * 30)
    subscribe(mark)
    start = Barrier(2)
    told: list[int] = []

    def work() -> None:
        start.wait()
        told.append(relay())
        connection.close()

    with emptied_marks():
        together(work, work)
        told.append(relay())

        assert marks() == 30
        assert sum(told) == 30
        assert not Retry.objects.exists()


def test_concurrent_writers_leave_no_gap_and_a_reader_never_overtakes(
    subscribe: Subscribe, committed_banner: Banner
) -> None:
    heard: list[int] = []
    subscribe(lambda entry: heard.append(entry.seq))
    before = journal_end()

    def write() -> None:
        for turn in range(25):
            with transaction.atomic():
                journal.write(journal.Told(event="test.a", subject="test:1", at=MONDAY))
                if turn % 5 == 0:
                    transaction.set_rollback(True)
        connection.close()

    def read() -> None:
        while len(heard) < 40:
            relay()
        connection.close()

    together(write, write, read)

    assert heard == list(range(before + 1, before + 41))


def journal_end() -> int:
    return Entry.objects.count()


def together(*works: Callable[[], None]) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
