"""Refusals of the grids as pages: what was wrong, in plain words, and where to go on."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from guapeng.apps.grids.ledger.errors import LedgerRefused, NoSuchHousehold
from guapeng.apps.grids.staffing.errors import StaffingRefused
from guapeng.kernel.people.errors import AccountRefused, PrivacyRefused
from guapeng.web.answers import page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def private(view: View[P]) -> View[P]:
    """For whoever has signed in; nothing stays in the browser, refusals are answered in words."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NoSuchHousehold as missing:
            raise Http404(missing.message) from missing
        except (LedgerRefused, StaffingRefused, AccountRefused, PrivacyRefused) as refusal:
            told = {"title": _("没有办成"), "says": refusal.message}
            return page(request, "grids/refused.html", told, status=refusal.status)

    return login_required(never_cache(answer))  # type: ignore[return-value]  # wraps keeps the signature
