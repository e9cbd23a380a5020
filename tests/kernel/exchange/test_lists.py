"""The lists of the loop as files, for those who see them as pages."""

import csv
from typing import Any

import pytest
from django.test import Client
from tests.factories.world import Banner
from tests.kernel.matters.test_api import signed_in
from tests.stories.test_concern import dispatch, report

from guapeng.kernel.exchange import lists
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.models import Matter


def rows(client: Client, address: str) -> list[dict[str, str]]:
    answer: Any = client.get(f"{address}format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_each_list_holds_what_its_page_shows(
    banner: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_AT_ONCE", 2)
    matters: list[Matter] = [dispatch(banner, report(banner)) for _ in range(3)]
    numbers = [matter.number for matter in matters]

    waiting = rows(signed_in(banner.water_officer), "/export/inbox/?")
    assert [row["编号"] for row in waiting] == numbers
    assert {row["待办"] for row in waiting} == {"签收"}
    raised = rows(signed_in(banner.resident), "/export/raised/?")
    assert [row["编号"] for row in raised] == numbers[::-1]
    in_area = rows(signed_in(banner.dispatcher), "/export/area/?")
    assert [row["编号"] for row in in_area] == numbers[::-1]
    assert Entry.objects.filter(event="exchange.exported").count() == 3


def test_file_is_of_ones_own_and_of_a_known_format(banner: Banner) -> None:
    report(banner)

    assert rows(signed_in(banner.water_officer), "/export/inbox/?") == []
    assert signed_in(banner.resident).get("/export/area/?format=csv").status_code == 404
    assert signed_in(banner.resident).get("/export/raised/?format=exe").status_code == 404
    for page in ("inbox", "raised", "area", "board"):
        assert Client().get(f"/export/{page}/?format=csv").status_code == 302


def test_pages_lead_to_their_files_and_the_boards_keeps_its_filters(banner: Banner) -> None:
    report(banner)
    client = signed_in(banner.resident)

    assert "/export/raised/?format=parquet" in client.get("/inbox/raised/").content.decode()
    assert client.get("/board/?standing=open").context["file"] == "/export/board/?standing=open&"
    assert Client().get("/board/").context["file"] == ""
