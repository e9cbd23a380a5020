"""The public board and the map: what everybody may see, and where about it was."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.factories.world import MONDAY, Banner, take
from tests.stories.test_concern import report

from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.statistics import folding


def fold() -> None:
    folding.fold(at=MONDAY)


def settled(banner: Banner, **changes: object) -> Matter:
    return take("settle", report(banner, **changes), banner.grid_worker, summary="已修好")


def numbers(client: Client, **asked: object) -> list[str]:
    rows = client.get("/board/", asked).context["rows"]
    return [row.number for row in rows]


def test_board_shows_public_matters_to_everybody(client: Client, banner: Banner) -> None:
    first, second = report(banner), settled(banner)
    fold()

    assert numbers(client) == [second.number, first.number]
    assert numbers(client, standing="open") == [first.number]
    assert numbers(client, standing="closed") == [second.number]


def test_board_never_shows_what_is_not_public(client: Client, banner: Banner) -> None:
    report(banner, visibility="involved")
    fold()

    assert numbers(client) == []
    assert client.get("/map/points.json", {"box": "100,40,120,50"}).json()["features"] == []


def test_board_never_shows_the_askers_words(client: Client, banner: Banner) -> None:
    report(banner)
    fold()

    assert "门口水管漏水" not in client.get("/board/").content.decode()


def test_board_of_a_place_shows_what_lies_inside(client: Client, banner: Banner) -> None:
    inside = report(banner)
    fold()

    for storey in (banner.county, banner.township, banner.village, banner.grid):
        assert numbers(client, place=storey.pk) == [inside.number]
    assert client.get("/board/", {"place": 999_999}).status_code == 404


def test_board_by_category_takes_those_below_it(client: Client, banner: Banner) -> None:
    banner.pipes.parent = type(banner.pipes).objects.create(code="01000", name="水务", urgency=3)
    banner.pipes.save()
    pipes = report(banner, category=banner.pipes.code)
    report(banner)
    fold()

    assert numbers(client, category="01000") == [pipes.number]
    assert numbers(client, category="01001", place=banner.grid.pk) == [pipes.number]
    assert numbers(client, workflow="whistle") == []


def test_board_pages_are_disjoint(client: Client, banner: Banner) -> None:
    for _ in range(31):
        report(banner)
    fold()

    answer = client.get("/board/")
    first = [row.number for row in answer.context["rows"]]
    older = client.get("/board/" + answer.context["older"]).context
    second = [row.number for row in older["rows"]]

    assert (len(first), len(second), older["older"]) == (30, 1, "")
    assert not set(first) & set(second)


@pytest.mark.parametrize("count", [1, 3])
def test_board_asks_the_database_as_often_for_one_row_as_for_three(
    client: Client, banner: Banner, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        report(banner)
    fold()
    client.get("/board/")

    with django_assert_num_queries(3):
        client.get("/board/")


def test_map_counts_divisions_far_out_and_squares_close_by(client: Client, banner: Banner) -> None:
    type(banner.grid).objects.filter(pk=banner.grid.pk).update(lon=107.1, lat=40.9)
    alone = report(banner, lon=107.1011, lat=40.9001)
    settled(banner, lon=107.1011, lat=40.9001)
    fold()

    (grid,) = client.get("/map/points.json", {"box": "100,38,115,45"}).json()["features"]
    near = {"box": "107.05,40.88,107.12,40.92"}
    (square,) = client.get("/map/points.json", near).json()["features"]

    assert grid["properties"]["count"] == 1
    assert (
        grid["properties"]["href"]
        == f"/board/?{urlencode({'place': banner.grid.pk, 'standing': 'open'})}"
    )
    assert square["properties"]["href"] == f"/m/{alone.number}/"
    assert (
        len(client.get("/map/points.json", near | {"standing": "closed"}).json()["features"]) == 1
    )


def test_map_never_shows_the_very_point(client: Client, banner: Banner) -> None:
    report(banner, lon=107.10111, lat=40.90011)
    report(banner, lon=107.10199, lat=40.90099)
    fold()

    (mark,) = client.get("/map/points.json", {"box": "107.05,40.88,107.12,40.92"}).json()[
        "features"
    ]

    assert mark["properties"]["count"] == 2
    assert mark["geometry"]["coordinates"] == [107.10125, 40.901]
    rows = client.get(mark["properties"]["href"]).context["rows"]
    assert len(rows) == 2


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "20,0,10,5"])
def test_box_that_is_none_is_refused(client: Client, banner: Banner, box: str) -> None:
    assert client.get("/map/points.json", {"box": box}).status_code == 404


def test_map_page_leads_to_the_list(client: Client, banner: Banner) -> None:
    answer = client.get("/map/", {"place": banner.township.pk, "standing": "closed"})

    assert answer.context["list"] == f"/board/?standing=closed&place={banner.township.pk}"
    assert client.get("/map/", {"standing": "x"}).status_code == 404
