"""Drawing pictures anew: upright, smaller, and without what the camera wrote into them."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from PIL import Image, ImageOps

SMALL: Final = 320
"""Pixels of the longer side in lists."""
MEDIUM: Final = 1280
"""On a page."""
LARGE: Final = 2560
"""To read what is written on a sign, or to print."""
SIZES: Final = (SMALL, MEDIUM, LARGE)
TYPE: Final = "image/webp"

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 80
# What Pillow is known to raise for contents that are broken or made to break it.
_FAULTS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class NotDrawable(ValueError):
    """The content cannot be drawn; nothing more is known."""


def size(content: BinaryIO) -> tuple[int, int]:
    """Return width and height in pixels, from the head of the content alone.

    Raises:
        NotDrawable: it is no picture of a kind that we draw.
    """
    with _picture(content) as picture:
        return picture.size


def draw(content: BinaryIO, longest: int) -> bytes:
    """Return the picture as WebP with at most ``longest`` pixels a side.

    Only the pixels are taken over: no EXIF, no place, no device, no colour profile, no comment.

    Raises:
        NotDrawable: it is no picture, or only the beginning of one.
    """
    with _picture(content) as picture:
        picture.thumbnail((longest, longest), reducing_gap=2.0)
        drawn = _on_white(ImageOps.exif_transpose(picture))
    clean = Image.frombytes("RGB", drawn.size, drawn.tobytes())
    buffer = io.BytesIO()
    clean.save(buffer, "WEBP", quality=_QUALITY)
    return buffer.getvalue()


@contextmanager
def _picture(content: BinaryIO) -> Iterator[Image.Image]:
    content.seek(0)
    try:
        with Image.open(content, formats=_FORMATS) as picture:
            yield picture
    except _FAULTS as fault:
        raise NotDrawable from fault


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    above = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", above.size, "white"), above).convert("RGB")
