"""What grids refuse by design, by the number of the refusal."""

import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.utils.timezone import localdate

from guapeng.apps.grids import copies, staffing
from guapeng.apps.grids.ledger import changes, dictionary, queries, values
from guapeng.apps.grids.ledger.exports import COLUMNS
from guapeng.apps.grids.models import (
    CareEntry,
    Deputy,
    GridContact,
    HandOver,
    Leave,
    PatrolPlace,
)
from guapeng.kernel.people.models import Household, HouseholdMember
from guapeng.kernel.people.roles import roles

PEOPLE_ON_GRIDS = ("ledger", "staffing")
GRIDS = [
    model
    for model in apps.get_app_config("grids").get_models()
    if model.__module__.endswith(PEOPLE_ON_GRIDS)
]
LEDGER = [Household, HouseholdMember, CareEntry]
TECHNICAL = {"id", "uid", "version", "household", "division"}
PROVENANCE = {"source", "entered_by", "entered_at", "ended_by", "ended_at", "clause"}


def words_of(model: type[models.Model]) -> set[str]:
    return {
        word.lower()
        for field in model._meta.get_fields()
        for word in (field.name, str(getattr(field, "verbose_name", "")))
    }


@pytest.mark.parametrize(
    "word",
    [
        "check_in",
        "clock",
        "sign_in",
        "attend",
        "online",
        "duration",
        "签到",
        "打卡",
        "考勤",
        "在线",
    ],
)
def test_2_no_check_in_and_no_attendance(word: str) -> None:
    assert [model.__name__ for model in GRIDS for name in words_of(model) if word in name] == []


@pytest.mark.parametrize("word", ["track", "trace", "lon", "lat", "route", "steps", "轨迹", "定位"])
def test_3_no_tracks_of_residents_or_staff(word: str) -> None:
    ours = [model for model in GRIDS if model is not PatrolPlace]  # it stands where it stands
    parts = {part for model in ours for name in words_of(model) for part in name.split("_")}
    assert word not in parts


def test_2_no_counter_of_anybodys_activity() -> None:
    counters = [
        f"{model.__name__}.{field.name}"
        for model in (Deputy, Leave, HandOver, GridContact)
        for field in model._meta.local_fields
        if isinstance(field, models.IntegerField) and not field.primary_key
    ]
    assert counters == []
    told = Path(inspect.getfile(staffing)).with_name("views.py").read_text("utf-8")
    assert not re.search(r"Count\(|annotate\(|order_by\([^)]*count", told)


def test_2_leave_has_no_reason() -> None:
    assert {field.name for field in Leave._meta.local_fields} == {
        "id", "grid", "person", "valid", "deputy", "cover",
    }  # fmt: skip


def test_1_no_field_of_the_ledger_without_a_basis(db: None) -> None:
    fields = (
        {field.name for model in LEDGER for field in model._meta.local_fields}
        - TECHNICAL
        - PROVENANCE
        - {"group"}
    )
    spans = {"valid"}  # since and until
    based = {name for group in dictionary.groups(on=localdate()) for name in group.fields}

    assert fields - spans == based - {"since", "until"}
    assert set(values.CHANGEABLE) <= based
    assert set(changes.FIELDS) == (based - {"person"}) | {"member"}


def test_8_every_care_group_names_a_law_or_asks_the_household(db: None) -> None:
    for group in dictionary.care_groups(on=localdate()).values():
        assert re.match(r"《[^》]+法》第[一二三四五六七八九十百]+条", group.clause), group.key
        if group.by_consent:
            assert "单独同意" in group.clause


@pytest.mark.parametrize(
    "word", ["key_person", "petition", "drug", "mental", "重点", "上访", "吸毒", "精神", "社区矫正"]
)
def test_1_nobody_is_a_key_person(db: None, word: str) -> None:
    told = [
        text
        for group in dictionary.care_groups(on=localdate()).values()
        for text in (group.key, group.label)
    ]
    assert [text for text in told if word in text] == []


def test_5_care_is_read_through_one_door_alone() -> None:
    """Outside the door nothing that reads care entries asks the database to trust it."""
    readers = [queries.own_care, queries.openings, copies.care_section, copies.openings_section]

    assert [one.__name__ for one in readers if "trusted" in inspect.getsource(one)] == []


def test_5_no_address_of_the_ledger_exports_people() -> None:
    assert {column.key for column in COLUMNS} == {
        "grid", "code", "address", "kind", "members", "since",
    }  # fmt: skip


def test_17_administrators_have_no_ledger() -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        assert not roles()[role].cells["household_ledger"]
