"""The dispatch catalogue (派单目录): whose job a category is, from when, by which text."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Body


@transaction.atomic
def route(
    category: Category,
    *,
    by: Actor,
    at: dt.datetime,
    lead: Body,
    assisting: Iterable[Body],
    basis: str,
) -> CatalogueLine:
    """Let ``lead`` have the category from today on, and say so in the journal.

    What held until yesterday stays as a line of its own; what was written today is written over.
    Concerns that are on their way keep their units.
    """
    today = timezone.localdate(at)
    line = _from_today(category, lead, today)
    line.lead, line.basis = lead, basis
    line.save()
    line.assisting.set(body for body in assisting if body != lead)
    journal.write(
        journal.Told(
            event="concerns.routed",
            subject=f"category:{category.code}",
            at=at,
            actor=by.person_id,
            says=_("派单目录：%(category)s由%(lead)s牵头") % {"category": category, "lead": lead},
            data={"line": line.pk, "lead": lead.pk},
        )
    )
    return line


def _from_today(category: Category, lead: Body, today: dt.date) -> CatalogueLine:
    """Return the line that begins today, after ending the one that held until now."""
    lines = CatalogueLine.objects.select_for_update().filter(category=category)
    held = lines.filter(valid__contains=today).first()
    if held and held.valid.lower == today:
        return held
    until = held.valid.upper if held else None
    if held:
        held.valid = DateRange(held.valid.lower, today)
        held.save(update_fields=["valid"])
    return CatalogueLine(category=category, lead=lead, valid=DateRange(today, until))
