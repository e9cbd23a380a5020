"""Numbers as they are spoken."""

import pytest

from guapeng.plain.numerals import numeral


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"),
     (101, "一百零一"), (110, "一百一十"), (115, "一百一十五"), (269, "二百六十九")],
)  # fmt: skip
def test_numerals_are_as_people_write_them(number: int, words: str) -> None:
    assert numeral(number) == words
