from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from tests.factories.world import MONDAY

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.verify import Fault, Verified, verify

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

    assert verify() == Verified(2, Fault.CHANGED, 3)


def test_missing_line_is_named() -> None:
    write(5)

    with unguarded():
        Entry.objects.filter(seq=3).delete()

    assert verify() == Verified(2, Fault.MISSING, 3)


def test_lines_cut_off_at_the_end_are_named() -> None:
    write(5)

    with unguarded():
        Entry.objects.filter(seq__gte=4).delete()

    assert verify() == Verified(3, Fault.CUT_OFF, 4)


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
