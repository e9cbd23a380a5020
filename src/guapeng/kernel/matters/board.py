"""The public board: what was brought and what became of it, as a list for everybody."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import postings, shown, tables
from guapeng.kernel.matters.queries import PAGE_ROWS, Listed
from guapeng.kernel.matters.statistics import places
from guapeng.kernel.matters.statistics.meanings import CategoryName, categories
from guapeng.kernel.people.middleware import actor
from guapeng.web import words
from guapeng.web.answers import page
from guapeng.web.registry import file_of

_FIRST_FEW: Final = 3
_ALL: Final = {"before": "", "choose": "", "format": ""}  # a file begins at the first row
_LONGEST_NUMBER: Final = 18  # of what a big integer holds

STANDING: Final[dict[str, tuple[str | Promise, bool | None]]] = {
    "": (gettext_lazy("全部"), None),
    "open": (gettext_lazy("办理中"), False),
    "closed": (gettext_lazy("已办结"), True),
}
"""Which matters the board shows, by key: in words, and whether they are closed."""


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for; everything may be left open.

    Attributes:
        place: a division.
        standing: key of ``STANDING``.
        workflow: a kind of matter.
        category: code of a category, with those below it.
        square: a square of the map; then the others do not count.
        before: id of the last row that the reader has.
    """

    place: int | None
    standing: str
    workflow: str
    category: str
    square: int | None
    before: int | None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Read the address.

        Raises:
            Http404: a kind, category or standing that there is none of, or a word for a number.
        """
        asked = cls(
            place=_whole(given, "place"),
            standing=given.get("standing", ""),
            workflow=given.get("workflow", ""),
            category=given.get("category", ""),
            square=_whole(given, "square"),
            before=_whole(given, "before"),
        )
        kinds = {"", *(one.key for one in tables.workflows())}
        if asked.standing not in STANDING or asked.workflow not in kinds or not asked.knows_codes:
            raise Http404(_("没有这样的筛选"))
        return asked

    @cached_property
    def names(self) -> dict[str, CategoryName]:
        """The categories, asked for only where one is chosen or to be chosen."""
        return categories()

    @property
    def knows_codes(self) -> bool:
        """Whether the category is one, if any is chosen."""
        return not self.category or self.category in self.names

    @property
    def workflows(self) -> list[str]:
        """The chosen kind, or all of them."""
        return [self.workflow] if self.workflow else [one.key for one in tables.workflows()]

    @property
    def codes(self) -> list[str]:
        """The chosen category with those below it; none for all."""
        if not self.category:
            return []
        return [one.code for one in self.names.values() if self.category in {one.code, one.above}]

    @property
    def in_words(self) -> str:
        """The chosen kind and category as people read them."""
        kind = [str(tables.workflow(self.workflow).label)] if self.workflow else []
        return words.listed([*kind, self.names[self.category].name] if self.category else kind)


class Filters(forms.Form):
    """Kind and category to choose from; place and standing go with them."""

    place = forms.IntegerField(required=False, widget=forms.HiddenInput)
    standing = forms.CharField(required=False, widget=forms.HiddenInput)
    workflow = forms.ChoiceField(label=gettext_lazy("事项"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)

    def __init__(self, asked: Asked) -> None:
        super().__init__(initial=vars(asked))
        kinds = [(one.key, one.label) for one in tables.workflows()]
        names = [
            (one.code, f"　{one.name}" if one.above else one.name) for one in asked.names.values()
        ]
        self.fields["workflow"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("全部")), *names]  # type: ignore[attr-defined]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Public matters, the newest first, of the county or of a division in it."""
    now = timezone.now()
    asked = Asked.of(request.GET.dict())
    place = chosen_place(asked.place, on=timezone.localdate(now))
    rows = listed(asked, place, before=asked.before)
    told = {
        "title": _("公开栏"),
        "form": Filters(asked) if "choose" in request.GET else None,
        "choose": _with(request, choose="yes", before=""),
        "chosen": asked.in_words,
        "place": place,
        "tabs": _tabs(request, asked.standing),
        "rows": [shown.listed_row(row, at=now) for row in rows],
        "older": _older(request, rows),
        "file": file_of(request, "matters:board", **request.GET.dict() | _ALL),
    }
    return page(request, "matters/board.html", told, part="rows")


def latest(request: HttpRequest) -> dict[str, Any] | None:
    """Return the newest few matters of the board, for the front page of who holds no post."""
    if actor(request).posts:
        return None
    now = timezone.now()
    rows = listed(Asked.of({}), chosen_place(None, on=timezone.localdate(now)), rows=_FIRST_FEW)
    return {"rows": [shown.listed_row(row, at=now) for row in rows]}


def chosen_place(given: int | None, *, on: dt.date) -> Division | None:
    """Return the division that is asked for, or the county; None on an empty instance.

    Raises:
        Http404: there is no such division today.
    """
    if given is None:
        return places.county(on=on)
    place = divisions.at(on).filter(pk=given, level__gte=Level.COUNTY).first()
    if place is None:
        raise Http404(_("没有这个区划"))
    return place


def listed(
    asked: Asked, place: Division | None, *, before: int | None = None, rows: int = PAGE_ROWS
) -> list[Listed]:
    """Return the board's next rows after ``before``, an id; all of ``asked`` but its own."""
    closed = STANDING[asked.standing][1]
    if asked.square is not None:
        return postings.in_square(asked.square, closed=closed, before=before, rows=rows)
    if place is None:
        return []
    return postings.listed(
        [place.pk, *place.formerly],
        Level(place.level),
        closed=closed,
        workflows=asked.workflows,
        categories=asked.codes,
        before=before,
        rows=rows,
    )


def _tabs(request: HttpRequest, standing: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "href": _with(request, standing=key, before=""),
            "current": key == standing,
        }
        for key, (label, _closed) in STANDING.items()
    ]


def _older(request: HttpRequest, rows: list[Listed]) -> str:
    """Return the address of the rows after the last one; nothing if there can be none."""
    return _with(request, before=rows[-1].matter_id) if len(rows) == PAGE_ROWS else ""


def _with(request: HttpRequest, **changes: Any) -> str:
    asked = {**request.GET.dict(), **changes}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def _whole(given: Mapping[str, str], name: str) -> int | None:
    """Return a number of the address, None if it is not there.

    Raises:
        Http404: it is none, or too long for one.
    """
    text = given.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        raise Http404(_("没有这样的筛选"))
    return int(text)
