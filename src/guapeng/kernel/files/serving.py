"""Answering with a content: typed by what it is, never guessed at, in part where asked."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from guapeng.kernel.files.models import Blob
from guapeng.kernel.files.store import store

_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
# Browsers draw a picture or film that stands alone with a style of their own.
_HARMLESS: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_SHOWN: Final = ("image/", "video/", "audio/")


def is_rest(request: HttpRequest) -> bool:
    """Tell whether a later part of the content is asked for, as players do again and again."""
    return _asked(request)[0] > 0


def answer(
    request: HttpRequest, blob: Blob, *, name: str, fresh_seconds: int = 0
) -> HttpResponseBase:
    """Return the content, or the part that ``Range`` asks for (RFC 9110 section 14).

    Pictures, films and sounds are shown; all else is saved. ``fresh_seconds`` is how long the
    visitor's own browser may keep it; no other cache may. Whatever a browser makes of it, it runs
    nothing and loads nothing.

    Raises:
        Http404: the content is gone from the store.
    """
    start, last = _asked(request)
    if start >= blob.bytes:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{blob.bytes}"})
    stop = blob.bytes if last is None else min(last + 1, blob.bytes)
    is_part = "Range" in request.headers and stop - start < blob.bytes
    response = StreamingHttpResponse(
        _pieces(blob, start, stop),
        status=206 if is_part else 200,
        content_type=blob.media_type,
        headers={
            "Content-Length": str(stop - start),
            "Content-Disposition": _disposition(blob, name),
            "Accept-Ranges": "bytes",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": _HARMLESS,
        },
    )
    if is_part:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{blob.bytes}"
    fresh = {"max_age": fresh_seconds} if fresh_seconds else {"no_store": True}
    patch_cache_control(response, private=True, **fresh)
    return response


def _asked(request: HttpRequest) -> tuple[int, int | None]:
    """Return first and last byte; anything but one plain range asks for the whole."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None:
        return 0, None
    start, last = int(found[1]), int(found[2]) if found[2] else None
    return (0, None) if last is not None and last < start else (start, last)


def _pieces(blob: Blob, start: int, stop: int) -> Iterator[bytes]:
    """Return the pieces, the first of them fetched, so that a missing content is a missing page."""
    pieces = store().read(blob.sha256, start, stop)
    try:
        first = next(pieces, b"")
    except FileNotFoundError as missing:
        raise Http404(_("文件内容不在存储里，请告诉管理员")) from missing
    return chain([first], pieces)


def _disposition(blob: Blob, name: str) -> str:
    how = "inline" if blob.media_type.startswith(_SHOWN) else "attachment"
    return f"{how}; filename*=UTF-8''{quote(name, safe='')}"
