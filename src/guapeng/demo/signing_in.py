"""Signing in to the demo, which nobody can do anywhere else.

The accounts have no password of their own: only this backend, which the settings name in demo mode
alone, takes the one that all know, and only for accounts that the demo itself has opened. Served
in another mode, the same data let nobody in, and sessions begun before are over.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.urls import reverse

from guapeng.demo import banner, logins
from guapeng.kernel.people.models import Account

BACKEND = "guapeng.demo.signing_in.DemoBackend"


class DemoBackend(ModelBackend):
    """Lets the demo's own accounts in."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  # Django gives it
        username: str | None = None,
        password: str | None = None,
        **_others: Any,
    ) -> Account | None:
        """Return the demo account of that name, if the password is the demo's."""
        return account(username or "") if password == logins.PASSWORD else None


def account(username: str) -> Account | None:
    """Return the account that the demo opened under this name; None in any other mode."""
    if not settings.DEMO:
        return None
    opened = (banner.loaded() or {}).get("accounts", {})
    return Account.objects.filter(pk=opened.get(username), is_active=True).first()


def offered_roles(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return what the log-in page offers; nothing outside the demo."""
    if not settings.DEMO or not banner.loaded():
        return None
    roles = [
        {
            "key": login.username,
            "label": logins.label(login),
            "says": login.says,
            "icon": login.icon,
        }
        for login in logins.LOGINS
    ]
    return {
        "roles": roles,
        "action": reverse("demo:sign_in"),
        "next": request.GET.get("next", ""),
    }
