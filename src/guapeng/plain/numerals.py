"""Numbers as they are spoken in Chinese: 十二, 一百零五."""

from typing import Final

_DIGITS: Final = "一二三四五六七八九"


def numeral(number: int) -> str:
    """Return a number from 1 to 999 as people write it.

    >>> numeral(12), numeral(105), numeral(110)
    ('十二', '一百零五', '一百一十')
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds - 1]}百" if hundreds else ""
    if hundreds and rest and not tens:
        words += "零"
    if tens > 1 or (tens and hundreds):
        words += _DIGITS[tens - 1]
    return words + ("十" if tens else "") + (_DIGITS[ones - 1] if ones else "")
