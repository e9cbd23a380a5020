"""Every wording that people read is in the English catalogue, with all its places filled."""

import re
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


@pytest.fixture(scope="module")
def english() -> list[Message]:
    sys.path.insert(0, str(ROOT / "bin"))
    import wordings  # a tool of the tree, not of the package

    path = ROOT / "src" / "guapeng" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        kept = read_po(source)
    kept.update(wordings.catalogue("en"), no_fuzzy_matching=True)
    return [message for message in kept if message.id]


def test_nothing_is_left_in_chinese(english: list[Message]) -> None:
    assert [message.id for message in english if not all(texts(message.string))] == []


def test_places_of_a_wording_are_those_of_its_translation(english: list[Message]) -> None:
    wrong = [
        message.id
        for message in english
        if {*PLACE.findall(texts(message.id)[0])} != {*PLACE.findall(texts(message.string)[-1])}
    ]

    assert wrong == []


def texts(given: object) -> list[str]:
    return list(given) if isinstance(given, tuple | list) else [str(given)]
