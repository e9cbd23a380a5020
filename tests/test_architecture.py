"""What import-linter cannot see: the walls between apps, and the one door to a matter's state."""

import re
from pathlib import Path

from django.apps import apps

ENGINE = ("engine.py", "beginning.py")
SOURCE = Path(__file__).parents[1] / "src" / "guapeng"
APPS = [config for config in apps.get_app_configs() if config.name.startswith("guapeng.apps.")]


def test_no_foreign_key_leads_from_one_app_to_another() -> None:
    labels = {config.label for config in APPS}
    crossing = [
        f"{model.__name__}.{field.name}"
        for config in APPS
        for model in config.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.related_model
        and field.related_model._meta.app_label in labels - {config.label}
    ]

    assert crossing == []


def test_nobody_but_the_engine_sets_a_state() -> None:
    sets_state = re.compile(r"\.state\s*=[^=]|update\([^)]*\bstate=")
    culprits = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if sets_state.search(path.read_text("utf-8"))
        and path.name not in ("engine.py", "beginning.py")
    ]

    assert culprits == []


def test_every_model_of_the_loop_and_its_apps_is_in_the_glossary() -> None:
    glossary = (SOURCE.parents[1] / "docs" / "glossary.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", glossary))
    labels = {"matters", "people", "divisions", *(config.label for config in APPS)}
    models = [model for model in apps.get_models() if model._meta.app_label in labels]
    missing = [model.__name__ for model in models if model.__name__ not in named]

    assert [name for name in missing if "_" not in name] == []


def test_every_setting_is_documented() -> None:
    code = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    told = (SOURCE.parents[1] / "docs" / "operate" / "settings.md").read_text("utf-8")
    named = set(re.findall(r"environ[^\n]*[\"'](GUAPENG_[A-Z_]+)[\"']", code))

    assert named - set(re.findall(r"GUAPENG_[A-Z_]+", told)) == {"GUAPENG_TEST_HOME"}
