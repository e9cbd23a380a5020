"""Reading what the environment sets, refusing what cannot be meant."""

import os

from django.core.exceptions import ImproperlyConfigured

from guapeng.plain.terminal import _


def whole_number(name: str, default: int) -> int:
    """Return the whole number, 0 or more, that the variable ``name`` holds.

    Raises:
        ImproperlyConfigured: it holds something else.
    """
    given = os.environ.get(name) or str(default)
    if not given.isdecimal():
        raise ImproperlyConfigured(
            _("{name} 须是整数，不能是“{given}”").format(name=name, given=given)
        )
    return int(given)


def one_of(name: str, *choices: str) -> str:
    """Return which of the choices the variable ``name`` holds; the first if it is not set.

    Raises:
        ImproperlyConfigured: it holds something else.
    """
    given = os.environ.get(name) or choices[0]
    if given not in choices:
        wording = _("{name} 不能是“{given}”；可用：{choices}")
        raise ImproperlyConfigured(
            wording.format(name=name, given=given, choices=", ".join(filter(None, choices)))
        )
    return given
