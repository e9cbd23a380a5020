"""Pieces that every page or every row of a list needs, drawn by Jinja2.

Pages are Django templates. These few pieces are drawn so often that the difference counts: thirty
rows take a quarter of the time. They stand in ``jinja/`` and get values formatted already.
"""

from functools import cache
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from jinja2 import Environment, PackageLoader


def draw(name: str, **values: Any) -> SafeString:
    """Draw the piece ``name`` with ``values``, all of them escaped."""
    drawn = _environment().get_template(name).render(values, icons=icons())
    return mark_safe(drawn)  # noqa: S308  # Jinja2 has escaped every value


@cache
def icons() -> str:
    """Return the address of the icon sprite."""
    return static("web/icons.svg")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("guapeng.web", "jinja"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["_"] = gettext
    return environment
