"""Who must have a second factor, and until when they may do without: the rule people.second_factor.

Asked of everybody who sees other people's data or administers the instance (GB/T 22239-2019,
level 3: two factors, one of them cryptographic); not in the demo, where everything is invented.
"""

import datetime as dt
from collections.abc import Callable
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Account
from guapeng.kernel.rules import queries as rules

_RULE: Final = "people.second_factor"
_SEEN: Final = "second_factor"
_LEFT_OPEN: Final = ("/accounts/", "/look/", "/offline/", "/static/", "/sw.js", "/manifest")


class SecondFactorMiddleware:
    """Leads those whose time is over to the page where a second factor is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or lead away from it."""
        if request.path.startswith(_LEFT_OPEN) or not _is_overdue(request):
            return self.get_response(request)
        messages.warning(request, _("您的岗位能看到他人信息，须先设置第二重验证"))
        return redirect("mfa_index")


def must_have(who: Actor) -> bool:
    """Tell whether some post of ``who`` needs a second factor under the rule of today."""
    if settings.DEMO or not any(post.kind.sees_others for post in who.posts):
        return False
    return bool(rules.value(_RULE, on=localdate())["required"])


def due_on(account: Account) -> dt.date:
    """Return the first day on which ``account`` no longer works without a second factor.

    The days of grace run from the making of the account, or from the rule, whichever is later.
    """
    rule = rules.in_force(_RULE, on=localdate())
    begun = max(localdate(account.created_at), rule.valid.lower or dt.date.min)
    return begun + dt.timedelta(days=rule.value["grace_days"])


def has_one(account: Account) -> bool:
    """Tell whether ``account`` has a second factor; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user=account)
    return bool(factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _is_overdue(request: HttpRequest) -> bool:
    if not request.user.is_authenticated or request.session.get(_SEEN):
        return False
    if not must_have(actor(request)):
        return False
    if has_one(request.user):
        request.session[_SEEN] = True  # one question to the database a session
        return False
    return localdate(timezone.now()) >= due_on(request.user)
