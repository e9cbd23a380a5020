"""What is refused before any page looks at it."""

from collections.abc import Callable

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
