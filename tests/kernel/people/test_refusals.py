"""What the product refuses to hold or do about persons; every model of the project is walked."""

import re

import pytest
from django.apps import apps
from django.db import models

from guapeng.kernel.people.models import Field, Person
from guapeng.kernel.people.permissions import WORDS

OURS = [model for model in apps.get_models() if model.__module__.startswith("guapeng.")]

REFUSED = {
    "ethnicity": r"ethnic|nationality|民族|族别",
    "religion": r"religio|faith|宗教|信仰",
    "political view": r"politic|政治面貌|政治观点",
    "health label": r"health|disease|illness|disab|健康|疾病|病史|残疾",
    "key person": r"key_person|focus_person|blacklist|重点人|稳控|黑名单",
    "score": r"score|(?<!end)points?$|credit_(?!code)|积分|得分|信用分",
    "rank": r"rank|league|排名|名次",
    "attendance": r"streak|clock_in|online_time|打卡|在线时长",
    "biometrics": r"face|voiceprint|fingerprint|人脸|声纹|指纹",
    "tracks": r"track|trajectory|轨迹",
}


def words_of(model: type[models.Model]) -> set[str]:
    """Return every word by which a model or a field, a label or a choice of it is called."""
    words = {model.__name__.lower(), str(model._meta.verbose_name)}
    for field in model._meta.get_fields():
        words |= {field.name, str(getattr(field, "verbose_name", ""))}
        words |= {str(word) for pair in getattr(field, "choices", None) or () for word in pair}
    return words


@pytest.mark.parametrize("what", REFUSED)
def test_no_model_has_a_field_for(what: str) -> None:
    refused = re.compile(REFUSED[what], re.IGNORECASE)
    found = {
        f"{model.__name__}: {word}"
        for model in OURS
        for word in words_of(model)
        if refused.search(word)
    }

    assert found == set()


def test_the_walk_finds_what_a_model_would_be_called() -> None:
    assert {"person", "人员", "phone_sealed", "姓名"} <= words_of(Person)


def test_person_holds_a_name_a_way_to_be_reached_a_home_and_nothing_else() -> None:
    held = {field.name for field in Person._meta.local_fields}

    assert held == {
        *("id", "name", "name_keys", "home", "created_at", "deleted_at"),
        *("phone_sealed", "phone_hash", "identity_sealed", "identity_hash"),
    }
    assert set(Field.values) == {"name", "phone", "identity", "home"}


def test_phone_and_identity_number_stand_nowhere_in_the_open() -> None:
    plain_text = {
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
        and re.search(r"phone|mobile|identity|id_number", field.name)
    }

    assert plain_text == {
        "Body.phone",
        "GridContact.service_phone",
        "GridContact.complaint_phone",
    }, "an office's telephone is public; a person's is sealed"


def test_there_is_no_bulk_export_of_persons() -> None:
    assert not {"export", "download", "bulk"} & WORDS.keys()
