from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.factories.world import MONDAY, Banner
from typer.testing import CliRunner

from guapeng.kernel.people.actors import actor_of
from guapeng.kernel.people.commands import app
from guapeng.kernel.people.models import Account, Person
from guapeng.kernel.people.permissions import permissions_page
from guapeng.kernel.people.sealed import fingerprint, seal

PHONE = "13812341234"


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(
        name="某人", phone_sealed=seal(PHONE), phone_hash=fingerprint(PHONE), created_at=MONDAY
    )


def test_seal_anew_says_how_many_were_changed(person: Person) -> None:
    with override_settings(FIELD_KEY=2):
        outcome = CliRunner().invoke(app, ["seal-anew"])

    assert (outcome.exit_code, outcome.stdout) == (0, "已重新加密 1 人\n")


def test_seal_anew_with_a_wrong_key_fails_in_words_and_changes_nothing(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUAPENG_SECRET_FIELDS", "lost and made anew")

    with override_settings(FIELD_KEY=2):
        outcome = CliRunner().invoke(app, ["seal-anew"])

    assert outcome.exit_code == 1
    assert "密钥与数据不符" in outcome.stderr
    assert Person.objects.get().phone_hash == person.phone_hash


def test_permissions_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "permissions.md"

    assert CliRunner().invoke(app, ["permissions", "--out", str(page)]).exit_code == 0
    assert page.read_text("utf-8") == permissions_page()


def test_first_administrator_is_let_in_and_no_second_one(banner: Banner) -> None:
    first = CliRunner().invoke(app, ["administrator", "batu", "巴图"])
    second = CliRunner().invoke(app, ["administrator", "other", "另一人"])

    account = Account.objects.get()
    assert (first.exit_code, account.username) == (0, "batu")
    assert "/accounts/password/reset/key/" in first.stdout
    assert actor_of(account, on=timezone.localdate()).holds("system_admin")
    assert second.exit_code == 1
    assert "已有系统管理员" in second.stderr


def test_first_administrator_needs_a_county(db: None) -> None:
    outcome = CliRunner().invoke(app, ["administrator", "batu", "巴图"])

    assert outcome.exit_code == 1
    assert "guapeng import divisions" in outcome.stderr
    assert not Person.objects.exists()


@pytest.mark.parametrize(("username", "name"), [("", "巴图"), ("ba tu", "巴图"), ("batu", " ")])
def test_first_administrator_without_a_fit_name_is_refused(
    banner: Banner, username: str, name: str
) -> None:
    refused = CliRunner().invoke(app, ["administrator", username, name])

    assert refused.exit_code == 2
    assert not Account.objects.exists()
