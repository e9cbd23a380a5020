"""One box: numbers, words and places, each as far as the searcher's scope reaches."""

import uuid
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.world import MONDAY, Banner, take
from tests.stories.test_concern import dispatch, report

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.matters import engine, search, search_keys
from guapeng.kernel.matters.models import Matter, SearchKeys
from guapeng.kernel.matters.statistics import folding
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM, Actor
from guapeng.plain.text import grams, query_grams


def found(text: str, by: Actor = ANONYMOUS) -> list[str]:
    folding.fold(at=MONDAY)
    with scope.acting(by):
        return [row.number for row in search.found(text, by=by)]


@pytest.mark.parametrize("text", ["路灯", "路灯 不亮", "东门", "乙嘎查 路灯", "ＮＯ.３楼 路灯"])
def test_words_of_title_place_and_division_find_a_matter(banner: Banner, text: str) -> None:
    given = engine.Opening(
        uid=uuid.uuid4(), division=banner.grid, title="路灯不亮", place="东门 No.3楼"
    )
    with scope.acting(ANONYMOUS):
        matter = engine.open_matter("concern", given, by=ANONYMOUS, at=MONDAY, text="")
    report(banner, title="井盖松动")

    assert found(text) == [matter.number]


def test_words_of_the_result_find_a_matter(banner: Banner) -> None:
    matter = take("settle", report(banner), banner.grid_worker, summary="换了阀门")

    assert found("阀门") == [matter.number]


def test_strangers_find_nothing_private(banner: Banner) -> None:
    hidden = report(banner, title="路灯不亮", visibility="involved")

    assert found("路灯") == []
    assert found("水管漏水") == []
    assert found("路灯", banner.resident) == [hidden.number]


def test_askers_words_are_searched_for_those_involved_alone(banner: Banner) -> None:
    matter = dispatch(banner, report(banner))

    assert found("水管漏水") == []
    assert found("水管漏水", banner.police_officer) == []
    assert found("水管漏水", banner.resident) == [matter.number]
    assert found("水管漏水", banner.grid_worker) == [matter.number]
    assert found("水管漏水", banner.water_officer) == [matter.number]


WORDS = ["水管", "路灯", "水管路灯", "噪声"]
# Ids on both sides of the edges of stretches, near and far.
IDS = st.sampled_from(
    [1, 2047, 2048, 2049, 8191, 8192, 32_767, 32_768, 131_071, 131_072, 2**21 - 1, 2**21, 2**23 + 5]
)
MATTERS = st.dictionaries(
    IDS,
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(WORDS),
            "text": st.sampled_from(WORDS),
            "visibility": st.sampled_from(["public", "involved"]),
            "mine": st.booleans(),
            "waits": st.booleans(),
        }
    ),
    max_size=9,
)


def bring(banner: Banner, id_: int, *, mine: bool, waits: bool, text: str, **fields: str) -> None:
    """Put a matter of a chosen id there, as the engine would leave it."""
    matter = Matter.objects.create(
        id=id_,
        uid=uuid.uuid4(),
        number=f"n{id_}",
        workflow="concern",
        version=1,
        state="reported",
        urgency=3,
        channel="app",
        division=banner.county,
        county_id=banner.county.pk,
        raised_by_id=banner.resident.person_id if mine else None,
        opened_at=MONDAY,
        changed_at=MONDAY,
        **fields,
    )
    Concern.objects.create(matter=matter, text=text)
    if waits:
        matter.tasks.create(
            holder=f"body:{banner.water.pk}", steps=[], urgency=3, opened_at=MONDAY, due_at=MONDAY
        )


def by_reading(
    matters: dict[int, dict[str, Any]], query: str, may_know: Callable[[dict[str, Any]], bool]
) -> list[int]:
    """Return what should be found, by reading every matter."""
    wanted = set(query_grams(query))

    def fits(one: dict[str, Any]) -> bool:
        is_open = wanted <= set(grams(one["title"])) and one["visibility"] == "public"
        return is_open or (
            may_know(one) and any(wanted <= set(grams(one[said])) for said in ("title", "text"))
        )

    return sorted((id_ for id_, one in matters.items() if fits(one)), reverse=True)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(matters=MATTERS, query=st.sampled_from([*WORDS, "路灯 水管", "噪声 路灯"]))
def test_pages_hold_what_reading_every_matter_finds(
    banner: Banner, matters: dict[int, dict[str, Any]], query: str
) -> None:
    readers: list[tuple[Actor, Callable[[dict[str, Any]], bool]]] = [
        (ANONYMOUS, lambda _one: False),
        (banner.resident, itemgetter("mine")),
        (banner.water_officer, itemgetter("waits")),
        (banner.police_officer, lambda _one: False),
        (banner.dispatcher, lambda _one: True),
    ]
    with transaction.atomic():
        with scope.acting(SYSTEM):
            for id_, one in matters.items():
                bring(banner, id_, **one)
            search_keys.keep(list(matters))
        for reader, may_know in readers:
            assert pages(query, reader) == by_reading(matters, query, may_know)
        transaction.set_rollback(True)


def test_words_that_most_matters_have_are_left_to_the_rows(banner: Banner) -> None:
    matter = report(banner, title="路灯不亮")
    for _ in range(4):
        report(banner, title="水管漏水")
    folding.fold(at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("analyze matters_searchkeys")
    wanted = search_keys.wanted_keys("第一网格 路灯")

    assert search_keys.telling(wanted) == search_keys.wanted_keys("路灯")
    assert search_keys.telling(search_keys.wanted_keys("网格")) == search_keys.wanted_keys("网格")
    assert found("第一网格 路灯") == [matter.number]
    assert found("第二网格 路灯") == []


def pages(query: str, reader: Actor) -> list[int]:
    """Return what a reader finds, two rows at a time."""
    found: list[int] = []
    with scope.acting(reader):
        while page := search.found(query, by=reader, before=found[-1] if found else None, rows=2):
            found += [row.matter_id for row in page]
    return found


def test_keys_tell_a_reader_nothing(banner: Banner) -> None:
    report(banner)
    folding.fold(at=MONDAY)

    keys = SearchKeys.objects.get()

    assert keys.closed_keys
    assert all(isinstance(key, int) for key in keys.closed_keys)
    assert not set(keys.open_keys) & set(keys.closed_keys)


@pytest.mark.parametrize("text", ["", "灯", "！", "没有这样的事"])
def test_nothing_is_found_without_a_word_that_fits(banner: Banner, text: str) -> None:
    report(banner, title="路灯不亮")

    assert found(text) == []


def test_number_leads_to_its_matter_however_it_is_written(client: Client, banner: Banner) -> None:
    number = report(banner).number

    for text in (number, number.replace("-", " "), number.replace("-", "")):
        answer = client.get("/search/", {"q": text})
        assert (answer.status_code, answer["location"]) == (302, f"/m/{number}/")


def test_mistyped_number_is_told_as_such(client: Client, banner: Banner) -> None:
    number = report(banner).number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    answer = client.get("/search/", {"q": wrong})

    assert "核对" in answer.context["hint"]
    assert Matter.objects.count() == 1


def test_number_of_a_hidden_matter_is_not_confirmed(client: Client, banner: Banner) -> None:
    number = report(banner, visibility="involved").number

    answer = client.get("/search/", {"q": number})

    assert answer.status_code == 200
    assert "无权查看" in answer.context["hint"]


def test_places_are_found_by_name(client: Client, banner: Banner) -> None:
    answer = client.get("/search/", {"q": "乙嘎查"})

    assert answer.context["places"] == [
        {"label": "乙嘎查", "href": f"/board/?place={banner.village.pk}"}
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_search_asks_the_database_as_often_for_one_row_as_for_three(
    client: Client, banner: Banner, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        report(banner, title="路灯不亮")
    folding.fold(at=MONDAY)
    client.get("/search/", {"q": "路灯"})

    with django_assert_num_queries(4):
        assert len(client.get("/search/", {"q": "路灯"}).context["rows"]) == count
