"""Concerns as a list: what was said, where, and how far it is; never who said it.

No post may take out people's data in bulk: the words lose every number that leads to a person.
"""

import datetime as dt
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange import downloads, places
from guapeng.kernel.exchange.exports import Column, Listing
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Channel, Urgency
from guapeng.kernel.people.middleware import actor
from guapeng.plain.masking import scrub
from guapeng.plain.moments import read_moment
from guapeng.plain.unfit import Unfit

_AT_ONCE: Final = 1_000


def _of_matter(key: str, label: Any, kind: type = str) -> Column:
    return Column(key, label, kind, lambda concern: getattr(concern.matter, key))


COLUMNS: Final = (
    _of_matter("number", _("编号")),
    _of_matter("title", _("标题")),
    Column("text", _("内容"), value=lambda one: scrub(one.text)),
    Column("category", _("类别"), value=lambda one: one.category.name if one.category else ""),
    Column("category_code", _("类别代码"), value=lambda one: one.matter.category),
    Column("urgency", _("紧急程度"), value=lambda one: str(Urgency(one.matter.urgency).label)),
    Column("channel", _("来源渠道"), value=lambda one: str(Channel(one.matter.channel).label)),
    Column("division", _("区划"), value=lambda one: one.matter.division.name),
    Column("division_code", _("区划代码"), value=lambda one: one.matter.division.code),
    _of_matter("place", _("地点")),
    _of_matter("lon", _("经度"), float),
    _of_matter("lat", _("纬度"), float),
    Column("state", _("状态"), value=lambda one: _state(one.matter)),
    _of_matter("opened_at", _("提出时间"), dt.datetime),
    _of_matter("due_at", _("期限"), dt.datetime),
    _of_matter("closed_at", _("结案时间"), dt.datetime),
    _of_matter("outcome", _("办理结果摘要")),
)


def listing(
    *, division: Division | None = None, since: dt.date | None = None, until: dt.date | None = None
) -> Listing:
    """Return the concerns whose words the connection's scope shows, in order of their arrival.

    Args:
        division: only those in it and below.
        since: raised on that day or later.
        until: raised on that day or earlier.
    """
    found = Concern.objects.select_related("matter__division", "category").defer(
        "matter__division__outline"
    )
    if division:
        found = found.filter(matter__division__lineage__contains=[division.pk])
    if since:
        found = found.filter(matter__opened_at__gte=_start(since))
    if until:
        found = found.filter(matter__opened_at__lt=_start(until + dt.timedelta(days=1)))
    return Listing("concerns", _("诉求"), COLUMNS, _read(found))


@require_GET
@login_required
def download(request: HttpRequest) -> FileResponse:
    """The concerns of one's area as a file: ``?format=``, and perhaps division, from and until."""
    if not actor(request).areas:
        raise PermissionDenied
    try:
        today = timezone.localdate()
        code = request.GET.get("division", "")
        wanted = listing(
            division=places.root(code, on=today) if code else None,
            since=_day(request.GET.get("from", "")),
            until=_day(request.GET.get("until", "")),
        )
        return downloads.download(request, wanted)
    except Unfit as fault:
        raise Http404(str(fault)) from None


def _day(text: str) -> dt.date | None:
    return timezone.localdate(read_moment(text)) if text else None


def _read(found: QuerySet[Concern]) -> Any:
    return found.order_by("matter_id").iterator(_AT_ONCE)


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _state(matter: Any) -> str:
    return str(tables.of(matter).state(matter.state).label)
