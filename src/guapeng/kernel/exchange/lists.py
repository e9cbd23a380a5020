"""The lists of the loop as files: what waits, what one brought, what one's area holds, the board.

A file holds what its page shows, all of it, and nothing that the page does not.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guapeng.kernel.exchange import downloads
from guapeng.kernel.exchange.exports import Column, Listing
from guapeng.kernel.matters import board, lists, queries, shown, tables
from guapeng.kernel.matters.models import Urgency
from guapeng.kernel.matters.queries import Listed, Waiting
from guapeng.kernel.people.middleware import actor
from guapeng.plain.unfit import Unfit
from guapeng.web import words

_AT_ONCE: Final = 1_000


def _state(row: Listed | Waiting) -> str:
    state = tables.of(row).state(row.state)
    return str(state.public or state.label)


_WHAT: Final = (
    Column("number", gettext_lazy("编号")),
    Column("title", gettext_lazy("标题"), value=lambda row: words.named(row.title)),
    Column("workflow", gettext_lazy("事项"), value=lambda row: str(tables.of(row).label)),
    Column("state", gettext_lazy("状态"), value=_state),
    Column("urgency", gettext_lazy("紧急程度"), value=lambda row: str(Urgency(row.urgency).label)),
    Column("place", gettext_lazy("地点")),
)
_DUE: Final = Column("due_at", gettext_lazy("期限"), dt.datetime)
LISTED: Final = (
    *_WHAT,
    Column("opened_at", gettext_lazy("提出时间"), dt.datetime),
    _DUE,
    Column("closed_at", gettext_lazy("结案时间"), dt.datetime),
)
WAITING: Final = (
    *_WHAT,
    Column("steps", gettext_lazy("待办"), value=shown.awaited),
    _DUE,
)


@require_GET
@login_required
def inbox(request: HttpRequest) -> FileResponse:
    """What waits for the actor, the soonest due first."""
    by = actor(request)

    def read(last: Waiting | None) -> list[Waiting]:
        after = (last.due_at, last.task_id) if last else None
        return queries.waiting_for(by, after=after, rows=_AT_ONCE)

    return _file(request, Listing("inbox", _("待办"), WAITING, _all(read)))


@require_GET
@login_required
def raised(request: HttpRequest) -> FileResponse:
    """What the actor has brought, the newest first."""
    by = actor(request)

    def read(last: Listed | None) -> list[Listed]:
        return queries.raised_by(by, before=last and last.matter_id, rows=_AT_ONCE)

    return _file(request, Listing("raised", _("我提出的"), LISTED, _all(read)))


@require_GET
@login_required
def area(request: HttpRequest) -> FileResponse:
    """What happens in the divisions of the actor's posts, the newest first."""
    storey, mine = lists.widest_areas(actor(request))

    def read(last: Listed | None) -> list[Listed]:
        return queries.in_areas(mine, storey, before=last and last.matter_id, rows=_AT_ONCE)

    return _file(request, Listing("area", _("本辖区"), LISTED, _all(read)))


@require_GET
@login_required
def public(request: HttpRequest) -> FileResponse:
    """The public board as its address filters it; for accounts only, for it may be long."""
    asked = board.Asked.of(request.GET.dict())
    place = board.chosen_place(asked.place, on=timezone.localdate())

    def read(last: Listed | None) -> list[Listed]:
        return board.listed(asked, place, before=last and last.matter_id, rows=_AT_ONCE)

    return _file(request, Listing("board", _("公开栏"), LISTED, _all(read)))


def _all(read: Callable[[Any], list[Any]]) -> Iterator[Any]:
    """Yield the rows of all pages; ``read`` gives those after a row."""
    rows = read(None)
    while rows:
        yield from rows
        rows = read(rows[-1]) if len(rows) == _AT_ONCE else []


def _file(request: HttpRequest, listing: Listing) -> FileResponse:
    try:
        return downloads.download(request, listing)
    except Unfit as fault:
        raise Http404(str(fault)) from None
