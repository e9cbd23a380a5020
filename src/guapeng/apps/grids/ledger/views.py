"""The pages of the ledger: a grid's households, one household, and every change of it."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.apps.grids.field.reading import visits_of
from guapeng.apps.grids.ledger import access, care, changes, queries, shown, values
from guapeng.apps.grids.ledger.changes import FIELDS, Draft, Newcomer, Writing
from guapeng.apps.grids.ledger.dictionary import care_groups, groups
from guapeng.apps.grids.ledger.errors import Conflict, NoSuchHousehold, NotFit, NotYourLedger
from guapeng.apps.grids.ledger.exports import listing
from guapeng.apps.grids.ledger.forms import (
    CareForm,
    CarePurpose,
    HouseholdForm,
    LastDay,
    MemberForm,
)
from guapeng.apps.grids.ledger.forms import Writing as WritingForm
from guapeng.apps.grids.models import CareEntry
from guapeng.apps.grids.refusals import private
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange import downloads
from guapeng.kernel.people.errors import PrivacyRefused
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Household
from guapeng.plain.unfit import Unfit
from guapeng.web import words
from guapeng.web.answers import page, say, sent
from guapeng.web.rows import Row

_HISTORY: Final = 20
Written = TypeVar("Written")
_FEW: Final = 5
_LONGEST_ID: Final = 18


@require_GET
@private
def grids(request: HttpRequest) -> HttpResponse:
    """The grids whose ledgers one reads; with one alone, its households."""
    found = queries.grids_of(actor(request), on=localdate())
    if len(found) == 1:
        return redirect("grids:households", code=found[0].code)
    kept = queries.counts(found)
    rows = [
        Row(
            href=reverse("grids:households", args=[grid.code]),
            title=grid.name,
            number=grid.code,
            meta=_("%(count)s户") % {"count": kept.get(grid.pk, 0)},
        )
        for grid in found
    ]
    return page(request, "grids/ledger/grids.html", {"title": _("住户台账"), "rows": rows})


@require_GET
@private
def households(request: HttpRequest, code: str) -> HttpResponse:
    """The households of a grid by address, page by page."""
    grid = _grid(request, code)
    text, gone = request.GET.get("q", "").strip(), request.GET.get("gone") == "yes"
    found = queries.households(grid, text=text, gone=gone, after=_after(request))
    rows, now = list(found[: queries.PAGE_ROWS + 1]), timezone.now()
    few = rows[: queries.PAGE_ROWS]
    here = reverse("grids:households", args=[code])
    told = {
        "title": _("住户台账"),
        "grid": grid,
        "q": text,
        "gone": gone,
        "rows": [shown.row(one, at=now) for one in few],
        "older": _older(few[-1], text, gone) if len(rows) > len(few) else "",
        "count": queries.counts([grid]).get(grid.pk, 0),
        "keeps": access.keeping_post(actor(request), grid) is not None,
        "tabs": [
            {"label": _("在住"), "href": here, "current": not gone},
            {"label": _("已迁出"), "href": f"{here}?gone=yes", "current": gone},
        ],
    }
    return page(request, "grids/ledger/households.html", told, part="rows")


@require_GET
@private
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The households of a grid as a file: ``?format=``; the journal keeps who took it."""
    try:
        return downloads.download(request, listing(_grid(request, code)))
    except Unfit as fault:
        raise Http404(_(fault.wording) % fault.given) from None


@require_GET
@private
def household(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One household: what is entered, by what basis, what changed, and what one may do."""
    found, by = queries.household(uid), actor(request)
    if not access.lives_there(by, found) and not access.reading_post(by, found.division):
        raise NoSuchHousehold  # they lived there once
    return _household_page(request, found)


@require_http_methods(["GET", "POST"])
@private
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a household in a grid."""
    grid = _grid(request, code)
    if access.keeping_post(actor(request), grid) is None:
        raise NotYourLedger
    form = HouseholdForm(sent(request), initial={"uid": uuid.uuid4(), "kind": "ordinary"})
    if form.is_valid():
        given = form.cleaned_data
        draft = Draft(
            given["address"], kind=given["kind"], members=given["members"], since=given["since"]
        )

        def write() -> Household:
            return changes.add(grid, draft, _writing(request, form))

        if entered := _tried(form, write):
            say(request, _("已登记"), clears="household")
            return redirect("grids:household", uid=entered.uid)
    told = {"title": _("登记住户"), "form": form, "grid": grid, "draft": "household"}
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@private
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change what is entered about a household; a stale form meets both sides."""
    found, own = _open_for_writing(request, uid)
    form = HouseholdForm(sent(request), own=own, initial=_initial(found))
    if form.is_valid():
        given, writing = _touched(form, found), partial(_writing, request, form)
        if not given:
            say(request, _("和现在的一样，没有要改的"))
            return redirect("grids:household", uid=uid)
        try:
            if _tried(form, lambda: changes.change(uid, given, writing(), version=_seen(form))):
                say(request, _("已更改"))
                return redirect("grids:household", uid=uid)
        except Conflict as conflict:
            return _conflict_page(request, conflict, form)
    told = {"title": _("更改登记"), "form": form, "household": found, "grid": found.division}
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@private
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a household move away."""
    found, own = _open_for_writing(request, uid)
    form = LastDay(sent(request), own=own, initial=_seen_now(found))
    if form.is_valid():
        last, writing = form.cleaned_data["last"], partial(_writing, request, form)
        try:
            if _tried(form, lambda: changes.end(uid, last, writing(), version=_seen(form))):
                say(request, _("已登记迁出"))
                return redirect("grids:household", uid=uid)
        except Conflict as conflict:
            return _conflict_page(request, conflict, form)
    told = {
        "title": _("登记迁出"),
        "form": form,
        "household": found,
        "grid": found.division,
        "lead": _("迁出后不能再更改，按规定保存到期后自动删除。"),
        "danger": True,
    }
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@private
def add_member(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter who lives in a household."""
    found, own = _open_for_writing(request, uid)
    if own:
        raise NotYourLedger
    form = MemberForm(sent(request), initial=_seen_now(found))
    if form.is_valid():

        def write() -> Household:
            given, writing = form.cleaned_data, _writing(request, form)
            who = Newcomer(given["name"], given["phone"])
            return changes.add_member(uid, who, given["since"], writing, version=_seen(form))

        try:
            if _tried(form, write):
                say(request, _("已登记"))
                return redirect("grids:household", uid=uid)
        except Conflict as conflict:
            return _conflict_page(request, conflict, form)
    told = {"title": _("登记成员"), "form": form, "household": found, "grid": found.division}
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@private
def end_member(request: HttpRequest, uid: UUID, member: UUID) -> HttpResponse:
    """Let a member leave."""
    found, own = _open_for_writing(request, uid)
    form = LastDay(sent(request), own=own, initial=_seen_now(found))
    if form.is_valid():
        last, writing = form.cleaned_data["last"], partial(_writing, request, form)

        def write() -> Household:
            return changes.end_member(uid, member, last, writing(), version=_seen(form))

        try:
            if _tried(form, write):
                say(request, _("已登记迁出"))
                return redirect("people:me") if own else redirect("grids:household", uid=uid)
        except Conflict as conflict:
            return _conflict_page(request, conflict, form)
    told = {"title": _("成员迁出"), "form": form, "household": found, "grid": found.division}
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


@require_POST
@private
def open_care(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open the care entries of a household for a purpose, on this page alone."""
    found, form = queries.household(uid), CarePurpose(request.POST)
    if not form.is_valid():
        return _household_page(request, found, purpose=form)
    opened = care.open_care(
        [found], by=actor(request), at=timezone.now(), purpose=form.cleaned_data["purpose"]
    )
    return _household_page(request, found, opened=opened.get(found.pk, []))


@require_http_methods(["GET", "POST"])
@private
def enter_care(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter a care group, by law; or as the household itself, by one's own wish."""
    found, own = _open_for_writing(request, uid)
    offered = [one for one in care_groups(on=localdate()).values() if own or not one.by_consent]
    form = CareForm(sent(request), own=own, groups=offered, initial=_seen_now(found))
    if form.is_valid():
        given, writing = form.cleaned_data, partial(_writing, request, form)
        if _tried(form, lambda: care.enter_care(uid, given["group"], given["since"], writing())):
            say(request, _("已登记，住户在“我的”页面可以看到"))
            return redirect("grids:household", uid=uid)
    told = {
        "title": _("登记关爱对象"),
        "form": form,
        "household": found,
        "grid": found.division,
        "lead": _("只登记有法律依据的，或者住户自己愿意登记的。"),
    }
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@private
def end_care(request: HttpRequest, uid: UUID, entry: UUID) -> HttpResponse:
    """End a care entry."""
    found, own = _open_for_writing(request, uid)
    form = LastDay(sent(request), own=own, initial=_seen_now(found))
    if form.is_valid():
        last, writing = form.cleaned_data["last"], partial(_writing, request, form)
        if _tried(form, lambda: care.end_care(uid, entry, last, writing())):
            say(request, _("已结束"))
            return redirect("grids:household", uid=uid)
    told = {"title": _("结束关爱登记"), "form": form, "household": found, "grid": found.division}
    return page(request, "grids/ledger/form.html", told, status=422 if form.errors else 200)


def own_home(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the panel on the person's own page shows: their household, and who looked."""
    homes = queries.own_homes(actor(request))
    if not homes:
        return None
    now = timezone.now()
    known = care_groups(on=localdate(now))
    return {
        "homes": [
            {
                "address": f"{home.division.name} {home.address}",
                "href": reverse("grids:household", args=[home.uid]),
                "care": [shown.care(one, known) for one in queries.own_care(home)],
                "openings": [shown.opening(one, at=now) for one in queries.openings(home)[:_FEW]],
            }
            for home in homes
        ]
    }


def reads_ledgers(request: HttpRequest) -> bool:
    """Tell whether somebody's post reads a ledger."""
    return bool(access.areas_of(actor(request)))


def _household_page(
    request: HttpRequest,
    found: Household,
    *,
    purpose: CarePurpose | None = None,
    opened: list[CareEntry] | None = None,
) -> HttpResponse:
    by, now = actor(request), timezone.now()
    own = access.lives_there(by, found)
    keeps = access.keeping_post(by, found.division) is not None
    reads = access.reading_post(by, found.division) is not None
    history = list(queries.history(found)[:_HISTORY])
    known = care_groups(on=localdate(now))
    entries = queries.own_care(found) if own else opened
    status = 422 if purpose and purpose.errors else 200
    told = {
        "title": found.address,
        "household": found,
        "grid": found.division,
        "facts": shown.facts(found, at=now),
        "groups": groups(on=localdate(now)),
        "members": [
            {"one": one, "since": words.day(one.since, at=now) if one.since else ""}
            for one in queries.members(found, by=by)
        ],
        "living": found.valid.upper is None,
        "own": own,
        "keeps": keeps,
        "reads": reads,
        "purpose": purpose or CarePurpose(),
        "care": None if entries is None else [shown.care(one, known) for one in entries],
        "openings": [shown.opening(one, at=now) for one in queries.openings(found)[:_FEW]],
        "entries": [shown.entry(one, at=now) for one in history],
        "visits": [
            {"one": one, "on": words.day(one.on, at=now)} for one in visits_of(found.pk)[:_HISTORY]
        ],
    }
    return page(request, "grids/ledger/household.html", told, status=status)


def _conflict_page(request: HttpRequest, conflict: Conflict, form: WritingForm) -> HttpResponse:
    """Show both sides; one writes on the present version, or leaves it as it is."""
    now, found = timezone.now(), conflict.household
    again = {name: form[name].value() for name in form.fields if name not in ("uid", "version")}
    as_it_stands = values.told(found)  # of what the writer left alone
    again |= {
        name: as_it_stands[name]
        for name in again.keys() & as_it_stands.keys() - conflict.wanted.keys()
    }
    told = {
        "title": _("两边不一样"),
        "household": found,
        "grid": found.division,
        "says": conflict.message,
        "sides": [
            {
                "label": FIELDS[field],
                "base": shown.value_in_words(field, conflict.base[field]),
                "present": shown.value_in_words(field, conflict.present[field]),
                "wanted": shown.value_in_words(field, wanted),
            }
            for field, wanted in conflict.wanted.items()
            if conflict.present[field] != wanted
        ],
        "between": [shown.entry(one, at=now) for one in conflict.between],
        "again": {name: value for name, value in again.items() if value is not None},
        "uid": uuid.uuid4(),
    }
    return page(request, "grids/ledger/conflict.html", told, status=conflict.status)


def _tried(form: WritingForm, write: Callable[[], Written]) -> Written | None:
    """Return what was written; None with the fault on the form, where a value does not fit."""
    try:
        return write()
    except NotFit as fault:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
    except Unfit as fault:
        form.add_error(None, _(fault.wording) % fault.given)
    except PrivacyRefused as fault:
        form.add_error(None, fault.message)
    return None


def _open_for_writing(request: HttpRequest, uid: UUID) -> tuple[Household, bool]:
    """Return a household that one may change, and whether as the one who lives there.

    Raises:
        NoSuchHousehold, NotYourLedger: one may not.
    """
    found, by = queries.household(uid), actor(request)
    if access.keeping_post(by, found.division):
        return found, False
    if access.lives_there(by, found):
        return found, True
    raise NotYourLedger


def _writing(request: HttpRequest, form: WritingForm) -> Writing:
    return Writing(
        uid=form.cleaned_data["uid"],
        by=actor(request),
        at=timezone.now(),
        source=form.source_given,
    )


def _touched(form: WritingForm, found: Household) -> dict[str, Any]:
    """Return what the writer changed of the version that the form showed."""
    base = changes.told_at(found, _seen(form))
    given = values.checked(
        {name: form.cleaned_data[name] for name in values.CHANGEABLE}, on=localdate()
    )
    return {name: value for name, value in given.items() if value != base[name]}


def _seen(form: WritingForm) -> int:
    return form.cleaned_data["version"] or 0


def _seen_now(found: Household) -> dict[str, Any]:
    """Return what every form of a household carries: its own id, and the version that is shown."""
    return {"uid": uuid.uuid4(), "version": found.version}


def _initial(found: Household) -> dict[str, Any]:
    return _seen_now(found) | {
        "address": found.address,
        "kind": found.kind,
        "members": found.members,
        "since": found.valid.lower if isinstance(found.valid.lower, dt.date) else None,
    }


def _grid(request: HttpRequest, code: str) -> Division:
    """Return the grid of that code, if one reads its ledger.

    Raises:
        PermissionDenied: one reads none at all.
        Http404: it is not among them.
    """
    if not reads_ledgers(request):
        raise PermissionDenied
    mine = queries.grids_of(actor(request), on=localdate())
    found = next((grid for grid in mine if grid.code == code), None)
    if found is None:
        raise Http404(_("没有这个网格，或者不在您的范围"))
    return found


def _after(request: HttpRequest) -> int | None:
    """Return the id of the last row that was seen; no address of a home stands in ours."""
    id_ = request.GET.get("after", "")
    return int(id_) if id_.isdecimal() and len(id_) <= _LONGEST_ID else None


def _older(last: Household, text: str, gone: bool) -> str:  # noqa: FBT001  # of the address
    chosen = {"q": text, "gone": "yes" if gone else "", "after": last.pk}
    return f"?{urlencode({name: value for name, value in chosen.items() if value})}"
