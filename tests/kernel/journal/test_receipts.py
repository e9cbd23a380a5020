import pytest
from django.test import override_settings
from tests.factories.world import MONDAY
from tests.kernel.journal.test_verify import unguarded, write

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.receipts import NotACode, check, receipt

pytestmark = pytest.mark.django_db


def test_receipt_is_the_number_and_the_beginning_of_the_hash() -> None:
    write(3)
    entry = Entry.objects.get(seq=3)

    number, *groups = receipt(entry).split("-")

    assert number == "3"
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert entry.hash.hex().startswith("".join(groups).lower())


@pytest.mark.parametrize("seq", [1, 2, 12])
def test_receipt_leads_back_to_its_entry(seq: int) -> None:
    write(12)
    entry = Entry.objects.get(seq=seq)

    assert check(receipt(entry)) == entry


@override_settings(JOURNAL_ALGORITHM="sm3")
def test_receipt_of_a_chain_in_sm3_leads_back() -> None:
    write(2)
    entry = Entry.objects.get(seq=2)

    assert check(receipt(entry)) == entry


def test_receipt_is_read_as_people_type_it() -> None:
    write(1)
    entry = Entry.objects.get(seq=1)
    typed = f" {receipt(entry).lower().replace('-', '—')} ".translate(
        {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    )

    assert check(typed) == entry


@pytest.mark.parametrize("typed", ["", "17", "17-3F9A-C21B-7E04", "17-3G9A-C21B-7E04-11D2"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(NotACode):
        check(typed)


def test_receipt_of_another_line_is_none() -> None:
    write(2)
    _number, *groups = receipt(Entry.objects.get(seq=1)).split("-")

    assert check("-".join(["2", *groups])) is None
    assert check("-".join(["3", *groups])) is None


@pytest.mark.parametrize("change", [{"says": "别的话"}, {"at": MONDAY}, {"hash": bytes(32)}])
def test_receipt_of_a_line_changed_since_is_none(change: dict[str, object]) -> None:
    write(3)
    code = receipt(Entry.objects.get(seq=2))

    with unguarded():
        Entry.objects.filter(seq=2).update(**change)

    assert check(code) is None
