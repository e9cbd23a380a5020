"""What the people bring to every page: who is signed in, and the lines of the navigation."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Account
from guapeng.kernel.people.signing import forget_failures
from guapeng.web import registry
from guapeng.web.registry import Entry, Identity


def register() -> None:
    """Enter everything; called once, when the models are ready."""
    manage = gettext_lazy("管理")
    registry.identify(who_is_signed_in)
    registry.enter(
        Entry(
            key="me",
            label=gettext_lazy("我的"),
            url_name="people:me",
            icon="me",
            order=50,
            tab=True,
        )
    )
    registry.enter(
        Entry(
            key="people",
            label=gettext_lazy("查询人员"),
            url_name="people:find",
            icon="people",
            order=60,
            shown=looks_up,
        )
    )
    registry.enter(
        Entry(
            key="accounts",
            label=gettext_lazy("账号和任职"),
            url_name="people:accounts",
            icon="key",
            order=90,
            group=manage,
            shown=keeps_accounts,
        )
    )
    registry.enter(
        Entry(
            key="lookups",
            label=gettext_lazy("调阅记录"),
            url_name="people:lookups",
            icon="seen",
            order=91,
            group=manage,
            shown=oversees,
        )
    )
    registry.enter(
        Entry(
            key="policy",
            label=gettext_lazy("登录规则"),
            url_name="people:policy",
            icon="shield",
            order=92,
            group=manage,
            shown=sets_policy,
        )
    )
    user_logged_in.connect(_signed_in, dispatch_uid="people.signed_in")


def who_is_signed_in(request: HttpRequest) -> Identity | None:
    """Return name and first post; a person with several posts reads how many more."""
    if not request.user.is_authenticated:
        return None
    posts = actor(request).posts
    more = gettext("等%(count)s个岗位") % {"count": len(posts)} if len(posts) > 1 else ""
    return Identity(name=request.user.person.name, post=posts[0].title + more if posts else "")


def looks_up(request: HttpRequest) -> bool:
    """Tell whether somebody's post opens people of an area."""
    return any(post.kind.sees_area("reporter_contact") for post in actor(request).posts)


def keeps_accounts(request: HttpRequest) -> bool:
    """Tell whether somebody's post keeps accounts."""
    return _may(request, "technical", "configuration")


def sets_policy(request: HttpRequest) -> bool:
    """Tell whether somebody's post sets the rules of signing in."""
    return _may(request, "policy", "configuration")


def oversees(request: HttpRequest) -> bool:
    """Tell whether somebody's post reads who looked at whom."""
    return _may(request, "c", "access_log")


def _may(request: HttpRequest, word: str, subject: str) -> bool:
    return any(post.kind.may(word, subject) for post in actor(request).posts)


def _signed_in(*, user: Account, **_given: Any) -> None:
    forget_failures(user)
