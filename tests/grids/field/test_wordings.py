"""The page's scripts and the sentences they put together agree."""

import re
from pathlib import Path

from guapeng.apps.grids.field.wordings import words

SCRIPTS = Path(__file__).parents[3] / "src" / "guapeng" / "web" / "static" / "web" / "js" / "field"
PUT_TOGETHER = ("state_", "why_", "field_", "sync_", "empty_", "kind_")


def test_every_sentence_is_said_and_no_other() -> None:
    code = "".join(path.read_text("utf-8") for path in SCRIPTS.glob("*.js"))
    said = set(re.findall(r'word\("(\w+)"', code))
    known = {key for key in words() if not key.startswith(PUT_TOGETHER)}

    assert {key for key in known if f'"{key}"' not in code} == set()
    assert said <= words().keys()
