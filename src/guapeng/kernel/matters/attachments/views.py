"""Opening a file of a matter, seeing a picture small, publishing it."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guapeng.kernel.files import actions as files
from guapeng.kernel.files import images, serving
from guapeng.kernel.matters.attachments import actions, queries
from guapeng.kernel.matters.models import Attachment
from guapeng.kernel.matters.views import refusals_as_pages
from guapeng.kernel.people.middleware import actor
from guapeng.web.answers import say

_FRESH_SECONDS: Final = 3600


@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was given, to those involved; the journal notes who opened it."""
    found = _found(pk)
    if not queries.involves(found.matter):
        raise _missing()
    answer = serving.answer(request, found.blob, name=found.name)
    by, now = actor(request), timezone.now()
    if not (serving.is_rest(request) and queries.opened_lately(found, by=by, at=now)):
        actions.note_opening(found, by=by, at=now)
    return answer


@require_GET
def thumb(request: HttpRequest, pk: int, longest: int) -> HttpResponseBase:
    """The picture drawn anew and small: to those involved, and to all once it is published.

    Anything larger than in a list counts as opening the file, until it is published.
    """
    found, now = _found(pk), timezone.now()
    if not found.blob.is_image or longest not in images.SIZES:
        raise _missing()
    small = files.copy_of(found.blob, longest, at=now)
    answer = serving.answer(request, small, name=f"{longest}.webp", fresh_seconds=_FRESH_SECONDS)
    if longest > images.SMALL and found.published_at is None:
        actions.note_opening(found, by=actor(request), at=now)
    return answer


@require_POST
@refusals_as_pages
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a picture, or take it back (``undo``)."""
    found, by, now = _found(pk), actor(request), timezone.now()
    if "undo" in request.POST:
        actions.withhold(found, by=by, at=now)
        say(request, _("这张照片已不再公开"))
    else:
        actions.publish(found, by=by, at=now)
        say(request, _("这张照片已公开"))
    return redirect("matters:matter", number=found.matter.number)


def _found(pk: int) -> Attachment:
    try:
        return queries.find(pk)
    except Attachment.DoesNotExist:
        raise _missing() from None


def _missing() -> Http404:
    return Http404(_("没有这个文件，或您无权查看"))
