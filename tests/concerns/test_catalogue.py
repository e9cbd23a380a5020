"""The dispatch catalogue: read at the desk, changed by its lead, brought by a file."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories.world import LONG_AGO, Banner
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.concerns import routing, suggesting
from guapeng.apps.concerns.catalogue_file import import_catalogue
from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people.unit_lists import BadRows

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = dt.timedelta(days=1)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "catalogue.csv"
    path.write_text("\n".join(("code,name,urgency,lead,assisting,basis", *lines)), encoding="utf-8")
    return path


def routed(banner: Banner, **given: Any) -> CatalogueLine:
    told = {"lead": banner.water, "assisting": [], "basis": ""} | given
    return routing.route(banner.pipes, by=banner.arbiter, at=NOW, **told)


def test_changed_line_begins_today_and_the_old_one_is_kept(banner: Banner) -> None:
    old = CatalogueLine.objects.create(category=banner.pipes, lead=banner.water, valid=LONG_AGO)

    routed(banner, lead=banner.housing, assisting=[banner.water, banner.housing], basis="条例")

    old.refresh_from_db()
    assert old.valid.upper == TODAY
    before, now = (suggesting.line_for(banner.pipes, on=day) for day in (TODAY - DAY, TODAY))
    assert before == old
    assert now is not None
    assert (now.lead, now.basis) == (banner.housing, "条例")
    assert list(now.assisting.all()) == [banner.water]
    assert Entry.objects.filter(event="concerns.routed").count() == 1


def test_line_changed_twice_on_a_day_is_one_line(banner: Banner) -> None:
    first, second = routed(banner), routed(banner, lead=banner.housing)

    assert first.pk == second.pk
    assert CatalogueLine.objects.get().lead == banner.housing


def test_lead_of_the_desk_changes_the_catalogue_and_dispatchers_read_it(banner: Banner) -> None:
    address = f"/catalogue/{banner.pipes.code}/"
    given = {"lead": banner.housing.pk, "assisting": [banner.water.pk], "basis": "条例第三条"}
    arbiter, dispatcher = signed_in(banner.arbiter), signed_in(banner.dispatcher)

    assert dispatcher.post(address, given).status_code == 403
    assert arbiter.post(address, given).status_code == 302

    shown = dispatcher.get("/catalogue/").content.decode()
    assert "条例第三条" in shown
    assert "即日起这样派" not in dispatcher.get(address).content.decode()
    assert "即日起这样派" in arbiter.get(address).content.decode()


def test_catalogue_is_for_the_desk(banner: Banner) -> None:
    assert signed_in(banner.grid_worker).get("/catalogue/").status_code == 403
    assert signed_in(banner.dispatcher).get("/catalogue/00000/").status_code == 404
    assert Client().get("/catalogue/").status_code == 302


def test_file_brings_categories_and_who_has_them_and_again_changes_nothing(
    banner: Banner, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "77000,井和路,,,,",
        f"77001,井盖,2,{banner.water.short_name},{banner.housing.name},条例",
    )

    assert import_catalogue(path, at=NOW) == (2, 0, 0)
    assert import_catalogue(path, at=NOW) == (0, 0, 2)

    cover = Category.objects.get(code="77001")
    line = suggesting.line_for(cover, on=TODAY)
    assert line is not None
    assert (cover.urgency, cover.parent.code, line.lead) == (2, "77000", banner.water)
    assert list(line.assisting.all()) == [banner.housing]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("7700,井,,,,", "5位数字"),
        ("77001,井,,,,", "77000要先列出"),
        ("77000,,,,,", "没有填"),
        ("77000,井,9,,,", "写的是“9”"),
        ("77000,井,,消失的单位,,", "没有单位“消失的单位”"),
    ],
)
def test_bad_row_is_told_with_its_number_and_nothing_is_taken(
    banner: Banner, tmp_path: Path, line: str, says: str
) -> None:
    with pytest.raises(BadRows) as refusal:
        import_catalogue(written(tmp_path, "66000,好的,,,,", line), at=NOW)

    assert "第3行" in str(refusal.value)
    assert says in str(refusal.value)
    assert not Category.objects.filter(code="66000").exists()
