"""Hints that somebody told of the same thing already."""

import datetime as dt
import re
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.concerns.test_reporting import SQUARE, send, told
from tests.factories.world import Banner, take

from guapeng.apps.concerns.models import Category
from guapeng.apps.concerns.reporting import duplicates
from guapeng.apps.concerns.reporting.places import Where
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.models import Matter, Urgency
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.plain.geo import Position


@pytest.fixture
def outlined(banner: Banner) -> Banner:
    Division.objects.filter(pk=banner.grid.pk).update(outline=shapely.to_wkb(SQUARE))
    return banner


HERE = {"lon": "107.05", "lat": "40.05"}
ACROSS = {"lon": "107.0515", "lat": "40.05"}  # 128 m east
FAR = {"lon": "107.06", "lat": "40.05"}  # 852 m east


def hints(client: Client, **given: object) -> str:
    answer = client.post("/report/hints/", told(**given))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_like_words_in_the_same_village_are_shown(client: Client, outlined: Banner) -> None:
    matter = send(client, text="广场南口的路灯不亮三天了", **HERE)

    shown = hints(Client(), text="路灯不亮", **FAR)

    assert matter.number in shown
    assert re.search("相距约[789]00米", shown)  # 852 m, told by squares
    assert "广场南口" not in shown


def test_same_category_counts_near_by_only(client: Client, outlined: Banner) -> None:
    pipes = outlined.pipes.code
    matter = send(client, text="", category=pipes, **HERE)

    assert matter.number in hints(Client(), text="", category=pipes, **ACROSS)
    assert matter.number not in hints(Client(), text="", category=pipes, **FAR)


def test_category_below_the_same_heading_is_the_same(client: Client, outlined: Banner) -> None:
    below = Category.objects.create(
        code="01002", name="爆管", urgency=Urgency.OUTAGE, parent=outlined.pipes
    )
    matter = send(client, text="", category=below.code, **HERE)

    assert matter.number in hints(Client(), text="", category=outlined.pipes.code, **ACROSS)


def test_without_a_point_the_same_grid_counts(client: Client, banner: Banner) -> None:
    poster = f"/report/hints/?grid={banner.grid.code}"
    given = told(text="", category=banner.pipes.code)
    number = client.post(f"/report/?grid={banner.grid.code}", given)["Location"].split("/")[3]

    shown = Client().post(poster, told(text="", category=banner.pipes.code)).content.decode()

    assert number in shown


def test_asking_from_many_places_tells_no_more_than_the_square(
    client: Client, outlined: Banner
) -> None:
    for lon in ("107.0501", "107.0524"):  # the same square
        send(client, text=f"路灯不亮{lon}", lon=lon, lat="40.0501")

    where = Where(outlined.grid, Position(107.0601, 40.0501))
    with scope.acting(SYSTEM):
        found = duplicates.hints(where, text="路灯不亮", category=None, at=timezone.now())

    assert len({hint.metres for hint in found}) == 1


def test_what_is_closed_hidden_or_old_is_not_shown(client: Client, outlined: Banner) -> None:
    hidden = Category.objects.create(
        code="02000", name="家庭纠纷", urgency=Urgency.ORDINARY, is_public=False
    )
    send(client, category=hidden.code, **HERE)
    closed = send(client, **HERE)
    take("settle", closed, outlined.grid_worker, timezone.now(), summary="已修好")
    old = send(client, **HERE)
    with scope.acting(SYSTEM):
        Matter.objects.filter(pk=old.pk).update(opened_at=timezone.now() - dt.timedelta(days=31))

    assert "<section" not in hints(Client(), text="门口路灯不亮", **HERE)


def test_nothing_is_shown_for_nothing_or_for_other_words(client: Client, outlined: Banner) -> None:
    send(client, **HERE)

    assert "<section" not in hints(Client(), text="", **HERE)
    assert "<section" not in hints(Client(), text="自来水停了", **HERE)


def test_three_are_shown_at_most_the_likest_first(client: Client, outlined: Banner) -> None:
    for text in ("路灯不亮", "东门路灯不亮", "路灯坏了不亮", "南门路灯又不亮了"):
        send(client, text=text, **HERE)
    likest = send(client, text="西门路灯不亮", **HERE)

    shown = hints(Client(), text="西门路灯不亮", **HERE)

    found = re.findall(r'number">([\d-]+)<', shown)
    assert len(found) == 3
    assert found[0] == likest.number


def test_queries_do_not_grow_with_what_is_found(client: Client, outlined: Banner) -> None:
    def queries(**given: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            hints(Client(), text="路灯不亮", **given)
        return len(seen)

    send(client, text="路灯不亮", **HERE)
    hints(Client(), text="路灯不亮", **HERE)  # rules and outlines are read once
    one = queries(**HERE)
    for _ in range(2):
        send(client, text="路灯不亮", **HERE)

    assert queries(**HERE) == one


def test_without_scripts_likely_ones_are_an_extra_step(client: Client, outlined: Banner) -> None:
    first = send(client, text="门口路灯不亮", **HERE)
    given = told(text="门口路灯不亮", **HERE)
    given["made"] = given.pop("uid")

    asked = client.post("/report/", given)
    sent = client.post("/report/", given | {"asked_before": "yes"})

    assert asked.status_code == 200
    assert first.number in asked.content.decode()
    assert "不是同一件，照样提交" in asked.content.decode()
    assert sent.status_code == 302


def test_with_scripts_nothing_stands_between_writing_and_sending(
    client: Client, outlined: Banner
) -> None:
    send(client, text="门口路灯不亮", **HERE)

    assert send(client, text="门口路灯不亮", **HERE)


def test_candidates_around_a_point_come_from_the_index(outlined: Banner) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("drop index matter_open_of_county")  # as good, while the table is empty
        cursor.execute(
            "explain select id from matters_matter where workflow = 'concern' and closed_at is null"
            " and lat between 40.0 and 40.1 and lon between 107.0 and 107.1"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "concern_open_by_place" in plan
