"""The suite's scene, and its database server, which every test process joins."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from guapeng.kernel.matters.numbering import AHEAD
from guapeng.supervisor import postgres
from guapeng.supervisor.home import home
from guapeng.supervisor.locks import lock
from guapeng.supervisor.place import settle
from tests.factories import world

# Nothing here has to survive the loss of power.
_QUICK_SERVER = (
    "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 128MB\n"
)


def pytest_configure(config: pytest.Config) -> None:
    """Have a server; suites of one data folder come one after the other, for they share tables."""
    place = settle(home())
    if not hasattr(config, "workerinput"):
        (place.folder / "local.conf").write_text(_QUICK_SERVER, encoding="utf-8")
        (place.folder / "local.conf").chmod(0o644)
        lock(place.folder / "suite.lock", wait=True)  # held until this process ends
    postgres.ensure_running(say=lambda _: None)


# What migrations bring stays; the rest goes, past the triggers that keep the journal.
_EMPTY = """
alter table journal_entry disable trigger user;
alter table journal_head disable trigger user;
alter table people_lookup disable trigger user;
alter table people_consent disable trigger user;
truncate journal_entry, journal_retry, journal_cursor, divisions_division, people_person,
    people_body, people_householdcount, concerns_category, concerns_attempt, matters_serialday,
    matters_tallyhead, matters_measure, matters_tally, matters_posting, matters_postingcount,
    matters_searchkeys, files_blob cascade;
update journal_head set seq = 0, hash = decode(repeat('00', 32), 'hex');
alter table journal_entry enable trigger user;
alter table journal_head enable trigger user;
alter table people_lookup enable trigger user;
alter table people_consent enable trigger user;
"""


@pytest.fixture
def banner(db: None) -> world.Banner:
    return world.banner()


@pytest.fixture
def committed_banner(
    transactional_db: None,
) -> Iterator[world.Banner]:
    """The scene in committed rows, for tests in which several connections meet."""
    yield world.banner()
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)


@pytest.fixture(autouse=True, scope="session")
def _no_flush() -> None:
    """Let nobody truncate all tables after such a test: the journal refuses, and rules stay."""
    TransactionTestCase._fixture_teardown = lambda _case: None  # noqa: SLF001  # no other way


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Let no test see the rules, the calendar or the next numbers of the one before it."""
    cache.clear()
    AHEAD.forget()
