"""What field work refuses by design (domain §6): each refusal with its test."""

import re
from pathlib import Path

import pytest
from django.db import models
from tests.factories import accounts
from tests.factories.world import Banner
from tests.grids.field.scene import Phone, household, patrol_place, report, visit, visits, worker

from guapeng.apps.grids.field.records import KINDS
from guapeng.apps.grids.models import PatrolPlace, Visit, VisitPhoto
from guapeng.kernel.people.models import Person

SCRIPTS = Path(__file__).parents[3] / "src" / "guapeng" / "web" / "static" / "web" / "js"


@pytest.fixture
def phone(banner: Banner) -> Phone:
    return Phone(worker(banner))


@pytest.mark.parametrize(
    "track",
    [
        {"lon": 120.0, "lat": 43.0},
        {"track": [[120.0, 43.0], [120.1, 43.1]]},
        {"positions": []},
        {"at": "2026-03-02T10:00:00+08:00"},
        {"steps": 12000},
    ],
)
def test_no_track_or_position_or_hour_of_a_visit(
    banner: Banner, phone: Phone, track: dict[str, object]
) -> None:
    home = household(banner.grid)

    assert phone.states(visit(home) | track) == ["refused"]
    assert visits() == []


def test_no_visit_knows_person_position_or_hour() -> None:
    kinds = {type(field) for field in Visit._meta.get_fields()}
    related = {field.related_model for field in Visit._meta.get_fields() if field.is_relation}

    assert kinds.isdisjoint({models.FloatField, models.DateTimeField, models.TimeField})
    assert Person not in related


def test_position_is_told_of_a_report_alone_and_of_one_point() -> None:
    placed = {kind for kind, form in KINDS.items() if {"lon", "lat"} & form.base_fields.keys()}

    assert placed == {"report"}


def test_no_position_is_asked_for_unless_somebody_presses() -> None:
    asking = {
        path.name: path.read_text("utf-8").count("geolocation")
        for path in SCRIPTS.rglob("*.js")
        if "geolocation" in path.read_text("utf-8")
    }

    assert asking == {"places.js": 1, "map.js": 1}
    assert not any("watchPosition" in path.read_text("utf-8") for path in SCRIPTS.rglob("*.js"))
    shows = (SCRIPTS / "field" / "map.js").read_text("utf-8")
    assert 'addEventListener("click", () => showHere(' in shows


def test_no_check_in(banner: Banner, phone: Phone) -> None:
    assert "check_in" not in KINDS
    place = patrol_place(banner.grid)

    assert phone.states(visit(place, found="")) == ["taken"]

    named = {field.name for model in (Visit, PatrolPlace) for field in model._meta.get_fields()}
    assert not [name for name in named if re.search("check|arriv|left_at|began|ended_at|by", name)]


def test_no_photo_duty(banner: Banner, phone: Phone) -> None:
    assert phone.states(visit(household(banner.grid)), report(banner.grid)) == ["taken", "taken"]
    assert VisitPhoto.objects.count() == 0


def test_no_counter_of_anybodys_activity(banner: Banner, phone: Phone) -> None:
    phone.sync(*[visit(household(banner.grid, f"{n}号")) for n in range(7)])
    secretary = Phone(accounts.enter("secretary", "village_secretary", banner.village))

    for page in ("/", "/statistics/", "/inbox/", "/me/"):
        told = secretary.client.get(page).content.decode()
        assert "走访" not in told
    assert {
        key for key in phone.carried()["sections"] if re.search("count|total|score", key)
    } == set()
