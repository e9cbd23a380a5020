"""The suggestions that the demo's desk has from the start."""

from pathlib import Path

import pytest

from guapeng.apps.concerns import classify
from guapeng.apps.concerns.models import Category
from guapeng.demo import teaching
from tests.demo.conftest import AT


def test_desk_suggests_every_category_that_a_case_can_have(
    demo: None, db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(teaching, "default_path", lambda: tmp_path / "model.npz")

    teaching.teach(at=AT, progress=lambda *_: None)

    model = classify.load(tmp_path / "model.npz")
    leaves = Category.objects.filter(parent__isnull=False)
    names = [one.name for one in leaves]
    assert set(names) <= set(model.labels)
    suggested = [one.label for one in model.suggest(names)]
    right = sum(one == name for one, name in zip(suggested, names, strict=True))
    assert right / len(names) > 0.8  # most were in no case
