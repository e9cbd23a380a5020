from pathlib import Path

import pytest

from guapeng.kernel.matters.procedures import pages

FOLDER = Path(__file__).parents[3] / "docs" / "procedures"


def test_committed_procedures_equal_the_tables(db: None) -> None:
    committed = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}

    assert pages() == committed, "run: guapeng workflows --out docs/procedures"


@pytest.mark.parametrize("name", ["concern.md", "whistle.md"])
def test_procedure_page_tells_who_until_when_and_by_which_rule(db: None, name: str) -> None:
    page = pages()[name]

    assert "| 现在 | 谁 | 做什么 | 须填 | 多久 | 之后 | 记录 |" in page
    assert "stateDiagram-v2" in page
    assert "None" not in page
    assert "{" not in page
