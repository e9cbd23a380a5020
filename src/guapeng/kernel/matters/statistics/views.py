"""The statistics page, and the same numbers as a file."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters.statistics import places, rates, reading, shown
from guapeng.kernel.matters.statistics.forms import Filters
from guapeng.kernel.matters.statistics.periods import Period
from guapeng.kernel.matters.statistics.places import Sight
from guapeng.kernel.matters.statistics.reading import Asked
from guapeng.kernel.matters.statistics.shown import Group
from guapeng.kernel.people import ledger
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.rules import queries as rules
from guapeng.plain.rates import suppress
from guapeng.web import words
from guapeng.web.answers import page

_TEMPLATE = "matters/statistics.html"
_PART_HEAD = [
    {"label": gettext_lazy("区划")},
    *({"label": label, "end": True} for label in map(gettext_lazy, ("提出", "已结案", "未结案"))),
]


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The counts of a place: of the actor's own exactly, of others without the small ones."""
    now = timezone.localtime()
    form = Filters(request.GET, today=now.date())
    if not form.is_valid():
        return page(request, _TEMPLATE, {"title": _("统计"), "form": form}, status=422)
    told = _told(request, form, now=now)
    if request.GET.get("format") == "csv" and "groups" in told:
        return _as_csv(told)
    return page(request, _TEMPLATE, told)


def _told(request: HttpRequest, form: Filters, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the page shows; without a place or a first counting, the filters alone."""
    told: dict[str, Any] = {"title": _("统计"), "form": form}
    actor: Actor = request.actor  # type: ignore[attr-defined]  # ActorMiddleware sets it
    place = _place(actor, form.cleaned_data["place"], on=now.date())
    as_of = reading.as_of()
    if place is None:
        return told
    told |= {"place": place, "ledger": _ledger(actor, place, on=now.date())}
    if as_of is None:
        return told
    is_public = places.sight(actor, place) is not Sight.EXACT
    minimum = rules.value("matters.statistics.smallest", on=now.date())["count"]
    during: Period = form.cleaned_data["during"]
    asked = Asked(
        place,
        during.whole_months() if is_public else during,
        workflow=form.cleaned_data["workflow"],
        categories=form.cleaned_data["codes"],
    )
    told |= {"above": _above(actor, place), "is_public": is_public}
    told |= {
        "as_of": words.moment(as_of, at=now),
        "period": _days(asked.period),
        "minimum": minimum,
    }
    told["export"] = f"?{urlencode(request.GET.dict() | {'format': 'csv'})}"
    return told | _numbers(actor, asked, form, minimum=minimum if is_public else 1, on=now.date())


def _ledger(actor: Actor, place: Division, *, on: dt.date) -> Group | None:
    """Return the households of the place, where the actor's posts open them or count them."""
    if ledger.keeps_exactly(actor, place):
        return shown.households(ledger.counted(place), minimum=1)
    if ledger.reads_counts(actor, place):
        minimum = rules.value("matters.statistics.smallest", on=on)["count"]
        return shown.households(ledger.counted(place), minimum=minimum)
    return None


def _numbers(
    actor: Actor, asked: Asked, form: Filters, *, minimum: int, on: dt.date
) -> dict[str, Any]:
    found = reading.sums(asked)
    total = rates.everything(found).opened
    below = places.parts(asked.place, on=on)
    if not total or suppress(total, minimum) is None or _is_withheld_above(asked, minimum, on=on):
        return {"is_empty": not total}
    chosen = form.cleaned_data["category"]
    kinds = reading.by_category(asked)
    counted = reading.by_part(asked, below)
    return {
        "groups": shown.groups(found, minimum, today=on),
        "lines": shown.course_of_time(asked, minimum),
        "bars": shown.categories(kinds, form.names, minimum, chosen=chosen),
        "head": _PART_HEAD,
        "parts": _parts(actor, below, shown.parts(counted, below, minimum), form),
    }


def _is_withheld_above(asked: Asked, minimum: int, *, on: dt.date) -> bool:
    """Tell whether a township's count is withheld on its county's page, lest it be told here."""
    if minimum == 1 or asked.place.level != Level.TOWNSHIP or asked.place.parent is None:
        return False
    siblings = places.parts(asked.place.parent, on=on)
    counted = reading.by_part(replace(asked, place=asked.place.parent), siblings)
    rows = shown.parts(counted, siblings, minimum)
    mine = rows[[one.pk for one in siblings].index(asked.place.pk)]
    return shown.WITHHELD in mine[0]


def _parts(
    actor: Actor, below: Sequence[Division], rows: list[list[str]], form: Filters
) -> list[list[Any]]:
    """Return the rows of the table of parts; a part that the actor may see leads to its page."""
    return [[_link(actor, part, form), *row] for part, row in zip(below, rows, strict=True)]


def _link(actor: Actor, place: Division, form: Filters) -> dict[str, str] | str:
    if places.sight(actor, place) is None:
        return place.name
    asked = {name: value for name, value in form.data.items() if value and name in form.fields}
    return {"text": place.name, "href": f"?{urlencode(asked | {'place': place.pk})}"}


def _place(actor: Actor, given: int | None, *, on: dt.date) -> Division | None:
    """Return the place that is asked for, or the one to begin with.

    Raises:
        Http404: there is none today, or its numbers are not for the actor.
    """
    if given is None:
        return places.first_place(actor, on=on)
    place = divisions.at(on).filter(pk=given).select_related("parent").first()
    if place is None or places.sight(actor, place) is None:
        raise Http404(_("没有这个区划，或它的统计不公开"))
    return place


def _above(actor: Actor, place: Division) -> list[dict[str, str]]:
    above = Division.objects.filter(pk__in=place.lineage, level__gte=Level.COUNTY)
    rows = above.defer("outline").order_by("level")
    return [
        {"label": one.name}
        | ({"href": f"?place={one.pk}"} if one != place and places.sight(actor, one) else {})
        for one in rows
    ]


def _days(period: Period) -> str:
    return _("%(first)s 至 %(last)s") % {"first": period.first, "last": period.last}


def _as_csv(told: dict[str, Any]) -> HttpResponse:
    """Answer with the page's own numbers as CSV; Excel needs the mark of byte order."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    csv.writer(response).writerows(_lines(told))
    return response


def _lines(told: dict[str, Any]) -> Iterator[list[str]]:
    yield [
        _("区划"),
        told["place"].name,
        told["period"],
        _("统计至 %(at)s") % {"at": told["as_of"]},
    ]
    yield [_("组"), _("项目"), _("数值"), _("件数"), _("含义")]
    for group in told["groups"]:
        yield from ([group.title, *stat] for stat in group.stats)
        if group.note:
            yield [group.title, group.note]
    for bar in told["bars"].bars:
        yield [_("类别"), bar.label, bar.parts[0].text]
    if told["lines"]:
        names = [line.name for line in told["lines"].lines]
        yield from (
            [_("时间"), f"{row.moment} {name}", text]
            for row in told["lines"].rows
            for name, text in zip(names, row.texts, strict=True)
        )
    for part, *counts in told["parts"]:
        yield [_("下级区划"), part["text"] if isinstance(part, dict) else part, *counts]
