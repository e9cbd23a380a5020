"""What the desk's suggestions are learned from."""

from pathlib import Path

import pytest
from django.utils import timezone
from tests.concerns.test_imports import ENDED, ended_row, table
from tests.concerns.test_imports import run as import_concerns
from tests.factories.world import LONG_AGO, Banner
from typer.testing import CliRunner, Result

from guapeng.apps.concerns import classify
from guapeng.apps.concerns.classify import model as classifier_model
from guapeng.apps.concerns.learning import closed_cases, known_of_categories
from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.command.app import app
from guapeng.kernel.matters.models import Urgency

TODAY = timezone.localdate()


@pytest.fixture
def tree(banner: Banner) -> Banner:
    """Water pipes and street lamps under one heading, pastures under another."""
    for code, name in (
        ("01000", "市政"),
        ("01002", "路灯照明"),
        ("03000", "农牧"),
        ("03001", "草场"),
    ):
        above = Category.objects.filter(code=f"{code[:2]}000").first()
        Category.objects.create(code=code, name=name, parent=above, urgency=Urgency.ORDINARY)
    banner.pipes.parent = Category.objects.get(code="01000")
    banner.pipes.save()
    CatalogueLine.objects.create(
        category=banner.pipes, lead=banner.water, basis="《城市供水条例》", valid=LONG_AGO
    )
    return banner


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the instance's model is kept for once, beside the files of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(classifier_model, "default_path", lambda: tmp_path / "model.npz")
    return tmp_path / "model.npz"


def retrain(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["concerns", "retrain", *map(str, arguments)])


def test_without_cases_each_category_that_can_be_had_is_told_by_its_words(tree: Banner) -> None:
    assert known_of_categories([], on=TODAY) == [
        ("供水管道\n市政 《城市供水条例》", "供水管道"),
        ("路灯照明\n市政", "路灯照明"),
        ("草场\n农牧", "草场"),
    ]


def test_category_that_no_case_has_speaks_for_the_one_above_if_cases_have_that(
    tree: Banner,
) -> None:
    told = [label for _, label in known_of_categories({"市政", "供水管道"}, on=TODAY)]

    assert told == ["市政", "供水管道", "市政", "草场"]


def test_labels_may_be_codes(tree: Banner) -> None:
    told = [label for _, label in known_of_categories({"01001"}, on=TODAY)]

    assert told == ["01001", "01002", "03001"]


def test_nothing_is_known_about_labels_of_others(tree: Banner) -> None:
    assert known_of_categories({"噪声扰民"}, on=TODAY) == []


def test_ended_line_of_the_catalogue_says_nothing(tree: Banner) -> None:
    before = LONG_AGO.lower.replace(year=2019)

    told = dict(known_of_categories([], on=before))

    assert told["供水管道\n市政"] == "供水管道"


def test_desk_has_suggestions_before_anything_was_closed(tree: Banner, path: Path) -> None:
    ended = retrain()

    assert ended.exit_code == 0, ended.output
    assert "另有说明类别的文字：3条" in ended.output
    suggested = classify.load(path).suggest(["路灯不亮", "供水", "草场围栏"])
    assert [one.label for one in suggested] == ["路灯照明", "供水管道", "草场"]


def test_desk_learns_from_closed_cases_and_files(tree: Banner, path: Path, tmp_path: Path) -> None:
    import_concerns(table([ENDED, ended_row()]))
    (case,) = closed_cases()
    (tmp_path / "more.csv").write_text("label,text\n路灯照明,夜里黑得很\n路灯照明,黑灯瞎火\n")

    ended = retrain(tmp_path / "more.csv")

    assert case[1] == "供水管道"
    assert "已从3条学习" in ended.output
    assert classify.load(path).suggest(["黑灯瞎火"])[0].label == "路灯照明"


def test_instance_with_one_category_has_nothing_to_tell_apart(banner: Banner, path: Path) -> None:
    ended = retrain()

    assert ended.exit_code == 1
    assert "至少要有两种类别" in ended.output
    assert not path.exists()
