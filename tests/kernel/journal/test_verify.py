import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.world import MONDAY

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.journal import chain
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.verify import Broken, Fault, Verified, verify

pytestmark = pytest.mark.django_db


def write(count: int) -> None:
    journal.write_all(
        [
            journal.Told(
                event="test.told",
                subject=f"matter:{number}",
                at=MONDAY.replace(microsecond=number),
                actor=number if number % 2 else None,
                says="额尔登达来 𠮷",
                data={"b": number, "a": "中"},
                given={"reason": "x"},
            )
            for number in range(count)
        ]
    )


@contextmanager
def unguarded() -> Iterator[None]:
    """Do what only the owner of the database could do: switch off the refusing triggers."""
    with connection.cursor() as cursor:
        cursor.execute("alter table journal_entry disable trigger user")
        yield
        cursor.execute("alter table journal_entry enable trigger user")


def test_chain_that_nobody_touched_holds() -> None:
    write(5)
    write(3)

    assert verify() == Verified(8)


def test_empty_journal_holds() -> None:
    assert verify() == Verified(0)


@override_settings(JOURNAL_ALGORITHM="sm3")
def test_chain_in_sm3_holds() -> None:
    write(3)

    assert verify() == Verified(3)
    assert set(Entry.objects.values_list("algorithm", flat=True)) == {"sm3"}


def test_chain_holds_across_a_change_of_algorithm() -> None:
    write(2)
    with override_settings(JOURNAL_ALGORITHM="sm3"):
        write(2)

    assert verify() == Verified(4)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("says", "别的话"),
        ("event", "test.other"),
        ("subject", "matter:99"),
        ("actor", 7),
        ("data", "{}"),
        ("at", MONDAY),
        ("digest", bytes(32)),
    ],
)
def test_changed_line_is_named(column: str, value: object) -> None:
    write(5)

    with unguarded():
        Entry.objects.filter(seq=3).update(**{column: value})

    assert verify() == Broken(3, Fault.CHANGED)


def test_missing_line_is_named() -> None:
    write(5)

    with unguarded():
        Entry.objects.filter(seq=3).delete()

    assert verify() == Broken(3, Fault.MISSING)


def test_lines_cut_off_at_the_end_are_named() -> None:
    write(5)

    with unguarded():
        Entry.objects.filter(seq__gte=4).delete()

    assert verify() == Broken(4, Fault.CUT_OFF)


def test_line_added_behind_the_head_is_named() -> None:
    write(2)
    added = Entry.objects.get(seq=2)
    added.seq = 3
    added.hash = chain.link(added.hash, added.line)
    added.save(force_insert=True)

    assert verify() == Broken(3, Fault.ADDED)


def test_last_line_forged_with_a_hash_that_follows_is_named() -> None:
    write(3)
    forged = Entry.objects.get(seq=3)
    forged.says = "别的话"
    forged.hash = chain.link(Entry.objects.get(seq=2).hash, forged.line)

    with unguarded():
        forged.save(force_update=True)

    assert verify() == Broken(3, Fault.REPLACED)


@given(
    says=st.text(st.characters(exclude_characters="\0\x1f", exclude_categories=["Cs"])),
    at=st.datetimes(
        min_value=dt.datetime(1900, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
        max_value=dt.datetime(9999, 1, 1),  # noqa: DTZ001  # the same
        timezones=st.sampled_from([dt.UTC, ZoneInfo("Asia/Shanghai")]),
    ),
    actor=st.none() | st.integers(1, 2**63 - 1),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_database_renders_a_line_as_the_chain_does(
    says: str, at: dt.datetime, actor: int | None
) -> None:
    line = chain.Line(7, at, "a.b", "c:1", actor, "body:1", says, "{}", bytes(32), "sha256")
    columns = "seq, at, event, subject, actor, acting_as, says, data, digest, algorithm"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {chain.TEXT_IN_SQL} from (values (%s, %s::timestamptz, %s, %s, %s::bigint,"
            f" %s, %s, %s, %s, %s)) line ({columns})",
            line,
        )
        assert cursor.fetchone()[0] == chain.text(line)


@pytest.mark.parametrize(
    "statement",
    [
        "update journal_entry set says = ''",
        "delete from journal_entry",
        "truncate journal_entry",
        "delete from journal_head",
        "truncate journal_head",
    ],
)
def test_database_refuses_to_change_the_journal(statement: str) -> None:
    write(1)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
