"""Small answers that views share: a page or its fragment, a word to the visitor, a kept page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

KEEP_HEADER: Final = "Guapeng-Keep"
P = ParamSpec("P")


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the whole page, or with its partial ``part`` when htmx asks for a piece.

    A boosted link wants the whole page. An invalid form answers with ``status=422``.
    """
    # HtmxMiddleware sets the attribute; Django's own request type does not know it.
    htmx = getattr(request, "htmx", None)
    piece = part and htmx and not htmx.boosted
    response = render(request, f"{template}#{part}" if piece else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def sent(request: HttpRequest) -> QueryDict | None:
    """Return the form that was sent, be it empty; None where one is only asked for."""
    return request.POST if request.method == "POST" else None


def say(request: HttpRequest, text: str, *, clears: str = "") -> None:
    """Tell the visitor on the next page that something was done.

    ``clears`` names the draft (``data-draft`` of the form) that the browser may now forget.
    """
    messages.success(request, text, extra_tags=f"clears:{clears}" if clears else "")


def kept_offline(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let the browser keep this page for use without network.

    For pages that hold nothing personal, such as an empty form; other pages are never kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response[KEEP_HEADER] = "yes"
        return response

    return answer  # type: ignore[return-value]  # wraps keeps the signature
