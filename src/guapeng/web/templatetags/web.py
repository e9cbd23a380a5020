"""What templates need beyond Django's own tags; built in, so no page loads it."""

from collections.abc import Sequence
from typing import Any

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """Return the item at ``index``, or nothing when there are fewer."""
    return items[index] if index < len(items) else ""


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
