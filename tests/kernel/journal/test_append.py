"""A line that the database chains is the line that Python would have chained."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.world import MONDAY

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.journal import chain
from guapeng.kernel.journal.models import Entry, Head
from guapeng.kernel.journal.verify import Verified, verify

pytestmark = pytest.mark.django_db

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
moments = st.floats(0, 7e9).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(says=words, acting_as=words, at=moments, actor=st.none() | st.integers(1, 2**62))
def test_line_is_chained_as_python_chains_it(
    says: str, acting_as: str, at: dt.datetime, actor: int | None
) -> None:
    before = bytes(Head.objects.get().hash)
    told = journal.Told(
        event="test.told",
        subject="matter:1",
        at=at,
        actor=actor,
        acting_as=acting_as.replace(chain.SEPARATOR, " "),
        says=says,
        data={"b": 1, "a": says},
        given={"reason": says},
    )

    seq = journal.write(told)

    entry = Entry.objects.get(seq=seq)
    assert bytes(entry.hash) == chain.link(before, entry.line._replace(digest=bytes(entry.digest)))
    assert bytes(Head.objects.get().hash) == bytes(entry.hash)


def test_one_line_and_many_make_one_chain() -> None:
    one = journal.Told(event="test.told", subject="matter:1", at=MONDAY)

    seqs = [journal.write(one), *journal.write_all([one, one]), journal.write(one)]

    assert seqs == list(range(seqs[0], seqs[0] + 4))
    assert verify() == Verified(4)


def test_one_line_takes_one_round_trip() -> None:
    with CaptureQueriesContext(connection) as asked:
        journal.write(journal.Told(event="test.told", subject="matter:1", at=MONDAY))

    assert len(asked) == 1
