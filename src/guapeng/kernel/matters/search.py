"""One box for numbers, words and places; everybody finds what everybody may see of it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters import queries, search_keys, shown
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.queries import PAGE_ROWS, Listed
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.plain.numbers import Misread
from guapeng.plain.unfit import Unfit
from guapeng.web.answers import page

_LONGEST: Final = 100
_MOST_PLACES: Final = 5
_LIKE_A_NUMBER: Final = re.compile(r"[\d０-９\s\-－—–]{6,}")
_LAST_ID: Final = 2**63 - 1

# Row-level security decides which matters are seen at all; the words of those involved are
# searched only where it would also show them (``search_walk``).
_FOUND: Final = f"""
select {", ".join(queries.LISTED)}
from matters_found(%(wanted)s, %(telling)s, %(who)s, %(before)s, %(rows)s)
"""  # noqa: S608  # our own names


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find matters and places by one text; a whole number leads straight to its matter."""
    text = request.GET.get("q", "").strip()[:_LONGEST]
    number, hint = _number(text)
    if number:
        return redirect("matters:matter", number=number)
    before = request.GET.get("before", "")
    rows = found(text, by=actor(request), before=int(before) if before.isdecimal() else None)
    told = {
        "title": _("搜索"),
        "text": text,
        "hint": hint,
        "places": _places(text),
        "rows": [shown.listed_row(row, at=timezone.now()) for row in rows],
        "older": _older(text, rows),
    }
    return page(request, "matters/search.html", told, part="rows")


def found(
    text: str, *, by: Actor, before: int | None = None, rows: int = PAGE_ROWS
) -> list[Listed]:
    """Return matters whose title, place, outcome or division hold all words of ``text``.

    For those involved, also those whose own words do: ``by`` is for whom the connection acts. The
    newest first; ``before`` is the id of the last row that the caller has. A single ideograph finds
    nothing: it stands in every text.
    """
    keys = search_keys.wanted_keys(text)
    if not keys:
        return []
    given: dict[str, Any] = {
        "wanted": keys,
        "telling": search_keys.telling(keys),
        "who": search_keys.keys_of_actor(by),
        "before": before or _LAST_ID,
        "rows": rows,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        return [Listed(*row) for row in cursor.fetchall()]


def _number(text: str) -> tuple[str, str]:
    """Return the number if there is a matter of it, else what is wrong with what looks like one."""
    if not _LIKE_A_NUMBER.fullmatch(text):
        return "", ""
    try:
        return queries.by_number(text).number, ""
    except Misread:
        return "", _("编号“%(text)s”的数字不对，最后一位是核对位：请对照回执，逐位再核对一遍。") % {
            "text": text
        }
    except Unfit as fault:
        return "", str(fault)
    except Matter.DoesNotExist:
        return "", _("没有编号“%(text)s”的事项，或您无权查看。") % {"text": text}


def _places(text: str) -> list[dict[str, str]]:
    """Return divisions by name or code, each with the address of its board."""
    inside = divisions.search(text, on=timezone.localdate()).filter(level__gte=Level.COUNTY)
    board = reverse("matters:board")
    return [
        {"label": name, "href": f"{board}?{urlencode({'place': pk})}"}
        for pk, name in inside.values_list("pk", "name")[:_MOST_PLACES]
    ]


def _older(text: str, rows: Sequence[Listed]) -> str:
    if len(rows) < PAGE_ROWS:
        return ""
    asked: dict[str, Any] = {"q": text, "before": rows[-1].matter_id}
    return f"?{urlencode(asked)}"
