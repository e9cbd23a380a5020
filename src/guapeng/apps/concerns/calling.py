"""Calling back whoever reported without an account: the number is opened once asked, and noted."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from guapeng.apps.concerns.models import Contact
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.matters import queries
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.views import refusals_as_pages
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.sealed import unseal
from guapeng.web.answers import page


@require_POST
@never_cache
@login_required
@refusals_as_pages
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Show the number that was left for calling back; the journal keeps who asked for it."""
    matter, by = queries.by_number(number), actor(request)
    contact = Contact.objects.filter(pk=matter.pk).first()
    if contact is None or not may_call(matter, by):
        raise Http404(_("没有这个编号，或您无权查看"))
    with transaction.atomic():
        journal.write(
            journal.Told(
                event="concern.phone_opened",
                subject=f"matter:{matter.pk}",
                at=timezone.now(),
                actor=by.known_person,
                acting_as=by.acting_as(by.keys),
                says=_("查看了回电号码"),
            )
        )
    told = {"title": _("回电号码"), "matter": matter, "phone": unseal(bytes(contact.phone_sealed))}
    return page(request, "concerns/call.html", told)


def may_call(matter: Matter, by: Actor) -> bool:
    """Tell whether the matter is in the actor's hands: awaited, or given to the actor's unit."""
    parts = {f"body:{part.body_id}" for part in matter.parts}
    awaited = matter.tasks.filter(done_at=None, holder__in=by.keys)
    return bool(by.posts) and (not parts.isdisjoint(by.keys) or awaited.exists())
