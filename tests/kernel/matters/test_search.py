"""One box: numbers, words and places, each as far as the searcher's scope reaches."""

import uuid

import pytest
from django.test import Client
from tests.factories.world import MONDAY, Banner, take
from tests.stories.test_concern import dispatch, report

from guapeng.kernel.matters import engine, search
from guapeng.kernel.matters.models import Matter, SearchKeys
from guapeng.kernel.matters.statistics import folding
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, Actor


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


def test_keys_tell_a_reader_nothing(banner: Banner, settings: object) -> None:
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

    with django_assert_num_queries(4):
        assert len(client.get("/search/", {"q": "路灯"}).context["rows"]) == count
