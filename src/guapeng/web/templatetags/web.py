"""What templates need beyond Django's own tags; built in, so no page loads it."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import segno
from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from guapeng.web import hot, words
from guapeng.web.context import Group, Shell
from guapeng.web.look import Look
from guapeng.web.rows import Row

register = template.Library()


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """Return the item at ``index``, or nothing when there are fewer."""
    return items[index] if index < len(items) else ""


register.filter("named", words.named)


@register.simple_tag
def qr(text: str) -> SafeString:
    """Draw ``text`` as a QR code, an SVG without styles or scripts.

    Level M survives a thumb-print on a door sign; the quiet zone belongs to the figure around it.
    """
    drawing: str = segno.make(text, error="m", micro=False).svg_inline(
        border=0, omitsize=True, svgclass=None, lineclass=None
    )
    # Safe: segno writes modules as path data; the text itself is not in the drawing.
    return mark_safe(drawing)  # noqa: S308


@register.simple_tag
def sprite() -> str:
    """Return the address of the icon sprite."""
    return hot.icons()


@register.simple_tag
def hot_piece(name: str, **values: Any) -> SafeString:
    """Draw a piece that stands in ``jinja/``."""
    return hot.draw(name, **values)


@register.simple_tag(takes_context=True)
def top(context: template.Context) -> SafeString:
    """Draw the head of the page."""
    shell: Shell = context["shell"]
    return hot.draw(
        "top.html",
        **_addresses(),
        lines=shell.top,
        path=shell.path,
        elder=shell.look.elder == "on",
        identity=shell.identity,
        signed_in=context["request"].user.is_authenticated,
        csrf=context["csrf_token"],
    )


@cache
def _addresses() -> dict[str, str]:
    names = {"home": "web:home", "offline": "web:offline", "look": "web:look"}
    return {key: reverse(name) for key, name in names.items()} | {"login": reverse("account_login")}


@register.simple_tag
def rows(items: Iterable[Row], label: str) -> SafeString:
    """Draw a list of matters."""
    return hot.draw("rows.html", rows=items, label=label)


@register.simple_tag
def nav(groups: Iterable[Group]) -> SafeString:
    """Draw the navigation."""
    return hot.draw("nav.html", groups=groups)


@register.simple_tag(takes_context=True)
def head(context: template.Context) -> SafeString:
    """Draw what every page's head holds: style sheets as the visitor wants them, and scripts.

    Works without the shell too, for the page that says that everything is broken.
    """
    shell = context.get("shell")
    return _head(shell.look if shell else Look(), get_language())


@cache
def _head(look: Look, _language: str) -> SafeString:
    """Nothing in it changes while the process lives, and every page needs it."""
    return render_to_string("web/head.html", {"look": look})
