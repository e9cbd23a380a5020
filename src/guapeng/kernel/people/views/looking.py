"""Looking somebody up: found masked, opened for a purpose, seen by the person at once."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.kernel.people import actions
from guapeng.kernel.people.forms import FindForm, LookForm
from guapeng.kernel.people.hooks import looks_up, oversees
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Field, Person
from guapeng.kernel.people.queries import MOST_FOUND, card_of, people_found
from guapeng.kernel.people.views.me import lookups_page
from guapeng.kernel.people.views.refusals import refusals_as_pages
from guapeng.web.answers import page, sent


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Find persons of the actor's area, masked."""
    if not looks_up(request):
        raise PermissionDenied
    form = FindForm(sent(request))
    told: dict[str, Any] = {"title": _("查询人员"), "form": form}
    if form.is_valid():
        text = form.cleaned_data["text"]
        found = list(people_found(text, by=actor(request), on=localdate())[: MOST_FOUND + 1])
        told |= {"asked": True, "found": [_masked(person) for person in found[:MOST_FOUND]]}
        told |= {"more": len(found) > MOST_FOUND}
    return page(request, "people/find.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@refusals_as_pages
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person of the actor's area, masked; open what is asked for."""
    person = Person.objects.filter(pk=pk, deleted_at=None).select_related("home").first()
    if person is None or not actions.may_look(actor(request), person):
        raise Http404
    return look_page(request, person)


def look_page(request: HttpRequest, person: Person, *, met_in: str = "") -> HttpResponse:
    """Answer with the person's card and the form that opens it; after a POST, with it opened.

    For any page on which somebody meets a person. ``met_in`` is the subject in which they meet,
    e.g. ``matter:17``, which the caller has found in the actor's own scope. A second press is a
    second look, and is written down as one.

    Raises:
        PrivacyRefused: as ``actions.look_up``; ``refusals_as_pages`` answers it.
    """
    by = actor(request)
    may = actions.may_look(by, person, met_in=met_in)
    form = LookForm(sent(request), may=may)
    card, opened = card_of(person), list[Field]()
    if form.is_valid():
        opened = form.cleaned_data["fields_wanted"]
        card = actions.look_up(
            person,
            by=by,
            at=timezone.now(),
            purpose=form.cleaned_data["purpose"],
            basis=form.cleaned_data["basis"],
            fields=opened,
            met_in=met_in,
        )
    told = {
        "title": _("查看个人信息"),
        "form": form,
        "may": may,
        "opened": opened,
        "card": [_line(field, value, opened) for field, value in card.items() if value],
    }
    return page(request, "people/look.html", told, status=422 if form.errors else 200)


@require_GET
@never_cache
@login_required
def lookups(request: HttpRequest) -> HttpResponse:
    """List who looked at whom, for those who oversee: no content, no numbers."""
    if not oversees(request):
        raise PermissionDenied
    return lookups_page(request, "people/lookups.html", {"title": _("调阅记录")}, person=None)


def _masked(person: Person) -> dict[str, Any]:
    card = card_of(person)
    rest = [value for field, value in card.items() if field != Field.NAME and value.strip("*")]
    return {"pk": person.pk, "name": card[Field.NAME], "rest": " · ".join(rest)}


def _line(field: Field, value: str, opened: list[Field]) -> dict[str, Any]:
    return {"label": field.label, "value": value, "open": field in opened}
