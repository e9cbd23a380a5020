"""The code by which somebody without an account proves that a report is theirs.

``4839-2017-5`` is eight digits of an HMAC of the matter's client-made id, and Damm's check digit,
which tells a slip from a wrong code. Digits only: it is read over the telephone like the number.
Nothing is stored, so nothing can be stolen but the instance's key; guessing is held back by a
rule (``concerns.follow_rate``).
"""

import hashlib
import hmac
import re
from typing import Final
from uuid import UUID

from stdnum import damm

from guapeng.plain.unfit import Unfit, gettext_noop, squeeze
from guapeng.supervisor.secrets import instance_secret

_DIGITS: Final = 8


class NotACode(Unfit):
    """It has not nine digits that fit each other: misheard or mistyped."""

    code = "follow_code.form"
    wording = gettext_noop("查询码是9位数字，请对照回执核对")


def follow_code(uid: UUID) -> str:
    """Return the code of the matter ``uid``, in groups."""
    mac = hmac.digest(instance_secret("follow").encode(), uid.bytes, hashlib.sha256)
    digits = f"{int.from_bytes(mac) % 10**_DIGITS:0{_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}-{damm.calc_check_digit(digits)}"


def opens(typed: str, uid: UUID) -> bool:
    """Tell whether the code ``typed`` is that of the matter ``uid``.

    Raises:
        NotACode: it cannot be any matter's.
    """
    digits = squeeze(typed)
    if not re.fullmatch(r"[0-9]{9}", digits) or not damm.is_valid(digits):
        raise NotACode
    return hmac.compare_digest(digits, squeeze(follow_code(uid)))
