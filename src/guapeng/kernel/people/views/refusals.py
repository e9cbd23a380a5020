"""Refusals as pages: what was wrong, in plain words, and where to go on."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guapeng.kernel.people.errors import AccountRefused, PrivacyRefused
from guapeng.web.answers import page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def refusals_as_pages(view: View[P]) -> View[P]:
    """Answer every foreseen refusal with a page of its own."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (PrivacyRefused, AccountRefused) as refusal:
            told = {"title": _("没有办成"), "says": refusal.message}
            return page(request, "people/refused.html", told, status=refusal.status)

    return answer  # type: ignore[return-value]  # wraps keeps the signature
