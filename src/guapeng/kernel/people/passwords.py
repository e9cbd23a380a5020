"""What a password must be: a dated rule (GB/T 22239-2019 leaves the numbers to the place)."""

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.rules import queries as rules

_KINDS: Final = ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")


class ByRule:
    """Django's validator for the rule ``people.password``: so long, of so many kinds."""

    def validate(self, password: str, _user: Any = None) -> None:
        """Raise ``ValidationError`` for what the rule of today refuses."""
        rule = _rule()
        if len(password) < rule["length"] or _kinds(password) < rule["kinds"]:
            raise ValidationError(self.get_help_text(), code="password_too_weak")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        rule = _rule()
        return _("密码至少%(length)s位，含大写字母、小写字母、数字、符号中的%(kinds)s种") % rule


def _rule() -> dict[str, int]:
    rule: dict[str, int] = rules.value("people.password", on=localdate())
    return rule


def _kinds(password: str) -> int:
    return sum(bool(re.search(kind, password)) for kind in _KINDS)
