"""Signing in to the demo by role, with one press."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from guapeng.demo.signing_in import BACKEND, account


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo's account of that name; 404 where there is no demo."""
    chosen = account(request.POST.get("role", ""))
    if chosen is None:
        raise Http404
    login(request, chosen, backend=BACKEND)
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts)
    return redirect(wanted if ours else "/")
