"""Whose job is it? A look into the power and duty lists before units are called."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guapeng.kernel.people.models import Duty
from guapeng.web.answers import page

_MOST: Final = 50


@require_GET
@login_required
def duties(request: HttpRequest) -> HttpResponse:
    """Lines of the duty lists that hold every word asked for, with unit, clause and telephone."""
    asked = request.GET.get("q", "").strip()
    found = Duty.objects.filter(body__ended_on=None).select_related("body")
    for word in asked.split():
        found = found.filter(title__icontains=word)
    lines = found.order_by("body__short_name", "number")[:_MOST] if asked else []
    told = {
        "title": _("权责清单"),
        "asked": asked,
        "head": [{"label": label} for label in (_("单位"), _("事项"), _("依据"), _("值班电话"))],
        "rows": [[line.body.short_name, line.title, line.basis, line.body.phone] for line in lines],
    }
    return page(request, "whistle/duties.html", told, part="found")
