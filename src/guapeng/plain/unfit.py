"""What people type: how it is cleaned, and how it is refused."""

import re
import unicodedata
from typing import ClassVar

_SPACES_AND_DASHES = re.compile(r"[\s\u200b\ufeff\-\u2010-\u2015\u2212]+")


def gettext_noop(wording: str) -> str:
    """Mark a wording for the message catalogue; whoever shows it translates it."""
    return wording


class Unfit(ValueError):
    """What was typed cannot be what it claims to be.

    Every subclass is one fault. Pages and the command line show ``str(fault)`` (Chinese) or
    ``gettext(fault.wording) % fault.given``; a form raises
    ``ValidationError(gettext(fault.wording), code=fault.code, params=fault.given)``.

    Attributes:
        code: what API clients and tests compare; never changes once released.
        wording: the sentence for the person, with ``%(name)s`` places.
        given: what fills the places.
    """

    code: ClassVar[str]
    wording: ClassVar[str]

    def __init__(self, **given: object) -> None:
        super().__init__(self.wording % given)
        self.given = given


def squeeze(text: str) -> str:
    """Return ``text`` half-width, in capitals, without spaces and dashes.

    >>> squeeze(" １５２２２４－00 01x")
    '1522240001X'
    """
    return _SPACES_AND_DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()
