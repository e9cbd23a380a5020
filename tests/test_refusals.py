"""What the product refuses by design, each refusal with its test."""

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.matters.models import Matter, StepTaken
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS
from guapeng.kernel.people.roles import roles
from tests.factories.world import Banner, actor
from tests.stories.test_concern import dispatch, report

OURS = [model for model in apps.get_models() if model.__module__.startswith("guapeng.")]


def _fields() -> set[str]:
    named = {(model, field) for model in OURS for field in model._meta.get_fields()}
    return {
        word
        for _model, field in named
        for word in (field.name, str(getattr(field, "verbose_name", "")))
    }


@pytest.mark.parametrize(
    "word",
    [
        "ethnic",
        "nation_group",
        "religio",
        "politic",
        "health",
        "disease",
        "key_person",
        "民族",
        "宗教",
        "信仰",
        "病",
        "重点人",
    ],
)
def test_no_ethnicity_religion_health_or_key_person_field(word: str) -> None:
    assert [name for name in _fields() if word in name] == []


@pytest.mark.parametrize(
    "word", ["score", "points", "rank", "star_of", "streak", "online_time", "积分", "排名", "得分"]
)
def test_no_score_or_rank_of_people_or_villages(word: str) -> None:
    assert [name for name in _fields() if word in name] == []


def test_no_place_of_people_but_where_they_press_here() -> None:
    placed = {
        model.__name__
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
    }

    # a matter where somebody pressed; a division and a patrol place where they themselves are
    assert placed == {"Matter", "Division", "PatrolPlace"}


def test_reporters_are_never_shown_to_the_reported_side(banner: Banner) -> None:
    dispatch(banner, report(banner))

    with scope.acting(banner.police_officer):
        assert Concern.objects.count() == 0
        assert StepTaken.objects.count() == 0


def test_anonymous_report_is_accepted(banner: Banner) -> None:
    matter = report(banner, by=ANONYMOUS)

    assert matter.raised_by is None
    assert matter.state == "reported"


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_cannot_read_content(banner: Banner, role: str) -> None:
    report(banner)
    administrator = actor(role, banner.county)

    with scope.acting(administrator):
        assert Concern.objects.count() == 0
    assert not roles()[role].cells["case_text"]


def test_connection_without_a_scope_sees_no_words_and_changes_nothing(banner: Banner) -> None:
    matter = report(banner)

    scope.leave()

    assert Concern.objects.count() == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(title="x")
