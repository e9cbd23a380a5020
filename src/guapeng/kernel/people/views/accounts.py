"""Accounts and posts, for the system administrator: who may sign in, as what, until when."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.kernel.people import actions
from guapeng.kernel.people.errors import (
    AccountRefused,
    HeldAlready,
    PrivacyRefused,
    SeparatedRoles,
)
from guapeng.kernel.people.forms import AccountForm, PostForm
from guapeng.kernel.people.hooks import keeps_accounts
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Account, Person, Post
from guapeng.kernel.people.queries import PAGE_ROWS, by_number, posts_of
from guapeng.kernel.people.queries import accounts as all_accounts
from guapeng.kernel.people.roles import roles
from guapeng.kernel.people.second_factor import has_one
from guapeng.kernel.people.views.me import post_in_words
from guapeng.kernel.people.views.refusals import refusals_as_pages
from guapeng.plain.unfit import Unfit
from guapeng.web import words
from guapeng.web.answers import page, say, sent

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_keepers(view: View[P]) -> View[P]:
    """Let nobody else in, keep nothing in the browser, and answer refusals in words."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not keeps_accounts(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(never_cache(refusals_as_pages(answer)))  # type: ignore[arg-type]


@require_GET
@for_keepers
def accounts(request: HttpRequest) -> HttpResponse:
    """List accounts with their posts, by log-in name."""
    text, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    now = timezone.now()
    rows = list(all_accounts(on=localdate(now), text=text, after=after)[: PAGE_ROWS + 1])
    told = {
        "title": _("账号和任职"),
        "q": text,
        "rows": [_row(account) for account in rows[:PAGE_ROWS]],
        "head": [{"label": label} for label in _head()],
        "older": _older(text, rows),
    }
    return page(request, "people/accounts.html", told, part="rows")


@require_http_methods(["GET", "POST"])
@for_keepers
def new(request: HttpRequest) -> HttpResponse:
    """Open an account with its first post, and invite the person."""
    form = AccountForm(sent(request))
    if form.is_valid():
        try:
            with transaction.atomic():
                return _invited(request, *_opened(request, form.cleaned_data))
        except (AccountRefused, PrivacyRefused, Unfit) as refusal:
            form.add_error(None, getattr(refusal, "message", str(refusal)))
    told = {"title": _("新开账号"), "form": form}
    return page(request, "people/account_new.html", told, status=422 if form.errors else 200)


@require_GET
@for_keepers
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account: posts, second factor, and what can be done."""
    found = get_object_or_404(Account, pk=pk)
    return _account_page(request, found, PostForm())


@require_POST
@for_keepers
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the old sign-in away and show the invitation, this once."""
    found = get_object_or_404(Account, pk=pk)
    key = actions.renew_sign_in(found, by=actor(request), at=timezone.now())
    return _invited(request, found, key)


@require_POST
@for_keepers
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nobody sign in by the account."""
    found = get_object_or_404(Account, pk=pk)
    actions.close_account(found, by=actor(request), at=timezone.now())
    say(request, _("账号已停用，已登录的设备已退出"))
    return redirect("people:account", pk=pk)


@require_POST
@for_keepers
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a post to the person of the account."""
    found, form = get_object_or_404(Account, pk=pk), PostForm(request.POST)
    if form.is_valid():
        try:
            given = form.cleaned_data
            actions.give_post(found.person, by=actor(request), at=timezone.now(), **given)
        except (HeldAlready, SeparatedRoles) as refusal:
            form.add_error(None, refusal.message)
        else:
            say(request, _("已任职"))
            return redirect("people:account", pk=pk)
    return _account_page(request, found, form)


@require_POST
@for_keepers
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post at once."""
    post = get_object_or_404(Post.objects.select_related("person", "division", "body"), pk=pk)
    actions.end_post(post, by=actor(request), at=timezone.now())
    say(request, _("已免职，即时生效"))
    return redirect("people:account", pk=post.person.account.pk)


def _opened(request: HttpRequest, given: dict[str, Any]) -> tuple[Account, str]:
    """Open the account of the person whose number is given, or of a new person."""
    by, now = actor(request), timezone.now()
    name, number, username = given.pop("name"), given.pop("phone"), given.pop("username")
    person = (number and by_number(number, on=localdate(now))) or None
    if person is None:
        person = actions.enrol(at=now, name=name, phone=number)
    opened = actions.open_account(person, by=by, at=now, username=username)
    actions.give_post(person, by=by, at=now, **given)
    return opened, actions.renew_sign_in(opened, by=by, at=now)


def _invited(request: HttpRequest, found: Account, key: str) -> HttpResponse:
    uid, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    told = {
        "title": _("登录邀请"),
        "account": found,
        "link": request.build_absolute_uri(path),
    }
    return page(request, "people/invited.html", told)


def _account_page(request: HttpRequest, found: Account, form: PostForm) -> HttpResponse:
    now = timezone.now()
    person: Person = found.person
    told = {
        "title": found.username,
        "account": found,
        "posts": [(post, post_in_words(post, at=now)) for post in posts_of(person, on=localdate())],
        "has_factor": has_one(found),
        "signed_in": words.moment(found.last_login, at=now) if found.last_login else "",
        "is_own": person.pk == actor(request).person_id,
        "form": form,
    }
    return page(request, "people/account.html", told, status=422 if form.errors else 200)


def _head() -> tuple[str, ...]:
    return _("登录名"), _("姓名"), _("岗位"), _("第二重验证"), _("状态")


def _row(account: Account) -> list[Any]:
    address = reverse("people:account", args=[account.pk])
    held = account.person.held  # type: ignore[attr-defined]  # prefetched by the query
    posts = words.listed(f"{p.body or p.division} {roles()[p.role].label}" for p in held)
    return [
        {"text": account.username, "href": address},
        account.person.name,
        posts or _("无"),
        _("已设置") if account.has_factor else _("未设置"),  # type: ignore[attr-defined]
        _state(account),
    ]


def _state(account: Account) -> str:
    if not account.is_active:
        return _("已停用")
    return _("可登录") if account.has_usable_password() else _("等待本人设置密码")


def _older(text: str, rows: list[Account]) -> str:
    if len(rows) <= PAGE_ROWS:
        return ""
    query = f"q={text}&" if text else ""
    return f"?{query}after={rows[PAGE_ROWS - 1].username}"
