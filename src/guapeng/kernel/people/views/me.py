"""The person's own page: what is held about me, by what right, and who looked."""

import datetime as dt
from typing import Any, Final

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from guapeng.kernel.people import actions, copies, second_factor
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.bases import Basis, bases
from guapeng.kernel.people.errors import named
from guapeng.kernel.people.forms import ConsentForm
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Field, HouseholdMember, Lookup, Person, Post
from guapeng.kernel.people.queries import (
    PAGE_ROWS,
    Held,
    account_story,
    held_about,
    lives_in,
    posts_of,
    who_looked,
)
from guapeng.kernel.people.roles import roles
from guapeng.kernel.people.views.refusals import refusals_as_pages
from guapeng.web import registry, words
from guapeng.web.answers import page, say

_FEW: Final = 5


@require_GET
@never_cache
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show everything about the person who is signed in."""
    person, now = _person(request), timezone.now()
    held = held_about(person, on=localdate(now))
    told = {
        "title": _("我的"),
        "person": person,
        "account": request.user,
        "posts": [post_in_words(post, at=now) for post in posts_of(person, on=localdate(now))],
        "warned": _warning(request, at=now),
        "panels": list(registry.panels("me", request=request)),
        "held": [_held(one) for one in held],
        "homes": [_home(one, at=now) for one in lives_in(person)],
        "held_panels": list(registry.panels("held", request=request)),
        "consents": _consents(held, by=actor(request), at=now),
        "looked": [in_words(one, at=now) for one in who_looked(person)[:_FEW]],
        "story": [
            {"says": entry.says, "at": words.moment(entry.at, at=now)}
            for entry in account_story(person)[:_FEW]
        ],
        "providers": settings.SOCIALACCOUNT_PROVIDERS,
    }
    return page(request, "people/me.html", told)


@require_GET
@never_cache
@login_required
def looked(request: HttpRequest) -> HttpResponse:
    """List who looked at the person's fields, page by page."""
    return lookups_page(
        request,
        "people/looked.html",
        {"title": _("谁看过我的信息")},
        person=_person(request),
    )


@require_POST
@login_required
@refusals_as_pages
def consent(request: HttpRequest) -> HttpResponse:
    """Agree to a use of a field, or withdraw it: one press each."""
    person, form = _person(request), ConsentForm(request.POST)
    if form.is_valid():
        given = {"purpose": form.cleaned_data["purpose"], "field": form.cleaned_data["field"]}
        if form.cleaned_data["wish"] == "give":
            actions.give_consent(person, by=actor(request), at=timezone.now(), **given)
            say(request, _("已记下您的同意，随时可以撤回"))
        else:
            actions.withdraw_consent(person, by=actor(request), at=timezone.now(), **given)
            say(request, _("已撤回，从现在起不再这样使用"))
    return redirect("people:me")


@require_POST
@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth is untyped
def copy(request: HttpRequest) -> HttpResponse:
    """Hand over a copy of everything, as a spreadsheet or as JSON, to who has just signed in."""
    person, now = _person(request), timezone.now()
    actions.tell_copied(person, by=actor(request), at=now)
    found = copies.sections(person, at=now)
    if request.POST.get("as") == "json":
        return _file(copies.as_json(found, at=now), "json", "application/json")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(copies.as_xlsx(found), "xlsx", kind)


def lookups_page(
    request: HttpRequest, template: str, told: dict[str, Any], *, person: Person | None
) -> HttpResponse:
    """Answer with a keyset page of look-ups: of one person, or of all that the scope shows."""
    before = request.GET.get("before", "")
    found = who_looked(person, before=int(before) if before.isdecimal() else None)
    rows, now = list(found[: PAGE_ROWS + 1]), timezone.now()
    older = f"?before={rows[PAGE_ROWS - 1].pk}" if len(rows) > PAGE_ROWS else ""
    shown = [in_words(one, at=now) for one in rows[:PAGE_ROWS]]
    return page(request, template, {"rows": shown, "older": older, **told}, part="rows")


def in_words(lookup: Lookup, *, at: dt.datetime) -> dict[str, str]:
    """Return a look-up as the person reads it."""
    return {
        "id": str(lookup.pk),
        "who": f"{lookup.title} {lookup.by.name}",
        "what": named(map(Field, lookup.fields)),
        "why": lookup.purpose,
        "clause": lookup.clause,
        "at": words.moment(lookup.at, at=at),
        "iso": lookup.at.isoformat(),
        "whose": lookup.person.name,
    }


def post_in_words(post: Post, *, at: dt.datetime) -> dict[str, str]:
    """Return a post as people read it: where, as what, from when until when."""
    return {
        "title": f"{post.body.short_name if post.body else post.division.name}",
        "role": roles()[post.role].label,
        "span": span_in_words(post.valid, at=at),
    }


def span_in_words(valid: DateRange, *, at: dt.datetime) -> str:
    """Return from when until when, the last day included."""
    until = valid.upper - dt.timedelta(days=1) if valid.upper else None
    since = words.day(valid.lower, at=at) if valid.lower else ""
    return _("%(since)s起") % {"since": since} + (
        _("，至%(until)s") % {"until": words.day(until, at=at)} if until else ""
    )


def _person(request: HttpRequest) -> Person:
    return Person.objects.select_related("home").get(pk=actor(request).known_person)


def _warning(request: HttpRequest, *, at: dt.datetime) -> str:
    """Return until when a second factor must be set up, or nothing."""
    account: Any = request.user
    if not second_factor.must_have(actor(request)) or second_factor.has_one(account):
        return ""
    return words.day(second_factor.due_on(account), at=at)


def _held(held: Held) -> dict[str, Any]:
    return {
        "label": held.field.label,
        "value": held.value,
        "laws": held.by_law,
        "consents": [basis for basis, _at in held.by_consent],
    }


def _home(one: HouseholdMember, *, at: dt.datetime) -> dict[str, str]:
    """Return a household of the person as a line: where, what kind, how many, from when on."""
    home = one.household
    members = _("%(count)s人") % {"count": home.members} if home.members else ""
    return {
        "address": f"{home.division.name} {home.address}",
        "more": words.listed(filter(None, [home.get_kind_display(), members])),
        "span": span_in_words(one.valid, at=at),
    }


def _consents(held: list[Held], *, by: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """Return what the person can agree to, and has: a line a use and field that is held."""
    return [
        {
            "basis": basis,
            "field": one.field,
            "label": one.field.label,
            "given": _given(one, basis, at=at),
        }
        for basis in bases(on=localdate(at))
        for one in held
        if basis.by_consent and one.field in basis.fields and _meant(basis, by)
    ]


def _meant(basis: Basis, by: Actor) -> bool:
    return not basis.roles or any(post.role in basis.roles for post in by.posts)


def _given(held: Held, basis: Basis, *, at: dt.datetime) -> str:
    return next(
        (words.moment(given, at=at) for one, given in held.by_consent if one.key == basis.key), ""
    )


def _file(content: bytes, ending: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="my-data.{ending}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
