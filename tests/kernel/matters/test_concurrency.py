"""Several people at once, each on a connection of their own."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.factories.world import Banner, take
from tests.stories.test_concern import dispatch, report

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.errors import StepNotOpen
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on its own connection; return results or errors."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_officers_take_one_step_and_one_reads_who_was_first(committed_banner: Banner) -> None:
    matter = dispatch(committed_banner, report(committed_banner))

    results = at_once(
        lambda: take("sign_in", matter, committed_banner.water_officer),
        lambda: take("sign_in", matter, committed_banner.water_officer),
    )

    winners = [result for result in results if isinstance(result, Matter)]
    losers = [result for result in results if isinstance(result, StepNotOpen)]
    assert (len(winners), len(losers)) == (1, 1)
    assert "签收" in losers[0].message


def test_report_sent_twice_at_once_is_one_matter(committed_banner: Banner) -> None:
    uid = uuid.uuid4()

    results = at_once(*[lambda: report(committed_banner, uid=uid)] * 4)

    assert len({matter.number for matter in results}) == 1
    assert Entry.objects.filter(event="concern.report").count() == 1


def test_journal_has_no_gap_and_numbers_are_unique_with_many_writers(
    committed_banner: Banner,
) -> None:
    results = at_once(*[lambda: [report(committed_banner) for _ in range(5)]] * 4)

    numbers = {matter.number for matters in results for matter in matters}
    seqs = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
    assert len(numbers) == 20
    assert seqs == list(range(1, 21))


def test_step_that_fails_leaves_nothing_behind(committed_banner: Banner) -> None:
    matter = dispatch(committed_banner, report(committed_banner))
    take("sign_in", matter, committed_banner.water_officer)
    before = Entry.objects.count()

    with pytest.raises(TypeError):
        take("give_result", matter, committed_banner.water_officer, result="已修好")

    with scope.acting(SYSTEM):
        matter.refresh_from_db()
    assert (matter.state, Entry.objects.count()) == ("acting", before)
