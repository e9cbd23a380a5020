"""What every page has in common: what is refused before it looks, what is added after it."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def without_zero_bytes(get_response: Answer) -> Answer:
    """Answer 400 to an address whose query holds a zero byte: PostgreSQL knows no text with one.

    Forms refuse it by themselves; this is for what pages read from the address.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return get_response(request)

    return answer


def with_content_policy(get_response: Answer) -> Answer:
    """Tell the browser what pages may load: the same for all of them, so it is worked out once."""
    policy = build_policy()

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(HEADER, policy)
        return response

    return answer
