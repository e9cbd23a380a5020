"""What a telephone in the field asks of the server, and the page that it keeps."""

import datetime as dt
import gzip
import hashlib
import uuid as uuids
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

import orjson
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.apps.grids.field import bundle, photos, reading, taking
from guapeng.apps.grids.field.posts import Beat, beats, does_field_work
from guapeng.apps.grids.field.records import RecordRefused
from guapeng.apps.grids.field.wordings import words
from guapeng.apps.grids.models import VisitPhoto
from guapeng.kernel.files.serving import answer
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.rules import queries as rules
from guapeng.web.answers import page
from guapeng.web.context import Shell
from guapeng.web.views import ASSETS

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_MOST_BYTES: Final = 1_000_000
FIRST: Final = tuple(
    f"web/js/{name}.js"
    for name in (
        "ids",
        "field/store",
        "field/carried",
        "field/clock",
        "field/records",
        "field/days",
        "field/dom",
        "field/pieces",
        "field/sync",
        "field/waiting",
        "field/today",
        "field/field",
    )
)
"""What the list of the day needs, named in the head: a slow network is asked once for all."""


def sees_field(request: HttpRequest) -> bool:
    """Tell whether field work stands in the navigation of whoever asks."""
    return does_field_work(actor(request))


@require_GET
def field(request: HttpRequest) -> HttpResponse:
    """The page of field work: the same for everybody, for what it shows is in the telephone."""
    told = {"title": _("外勤"), "tiles": settings.MAP_TILES, "words": words(), "first": FIRST}
    return page(request, "grids/field/field.html", told | {"part": _no_part()})


@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the page; it changes with what the page is made of.

    ``?module`` asks for one that is a module, and so can send what waits without a page.
    """
    assets = sorted({staticfiles_storage.url(name) for name in _assets()})
    told = {
        "assets": assets,
        "version": hashlib.sha256("".join(assets).encode()).hexdigest()[:12],
        "static": settings.STATIC_URL,
        "part": _no_part(),
        "module": "module" in request.GET,
    }
    return render(request, "grids/field/sw.js", told, content_type="text/javascript")


def _no_part() -> str:
    """Return the address of a piece of no photograph, in which the page puts the real one."""
    return reverse("grids:field_part", args=[uuids.UUID(int=0), 0])


def _assets() -> Iterator[str]:
    """Yield what the page is made of: the look, its own modules, and those that it shares."""
    for pattern in ("*.css", "*.svg", "mark-*.png", "js/field/*.js"):
        for path in (ASSETS / "web").glob(pattern):
            yield path.relative_to(ASSETS).as_posix()
    yield from (f"web/js/{name}.js" for name in ("ids", "photos", "places", "status"))


def for_workers(view: View[P]) -> View[P]:
    """Answer a telephone whose person is not signed in, or has no grid any more, as it can read.

    ``sign_in`` keeps what is there until the person is back; ``wiped`` deletes it all. What one
    person wrote is never taken from another: ``Guapeng-Whose`` says whose the telephone's store is,
    and ``other`` that it is not theirs.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _json({"state": "sign_in"}, 401)
        whose = Shell(request).visitor
        if not does_field_work(actor(request)):
            return _json({"state": "wiped", "whose": whose}, 403)
        if request.headers.get("Guapeng-Whose", whose) != whose:
            return _json({"state": "other", "whose": whose}, 409)
        return view(request, *args, **kwargs)

    return answer  # type: ignore[return-value]  # wraps keeps the signature


@require_GET
@ensure_csrf_cookie
@for_workers
def carried(request: HttpRequest) -> HttpResponse:
    """All that the telephone carries of the person's grids, as far as it has not got it yet.

    ``Guapeng-Has`` names the sections that it has with their tags; ``If-None-Match`` all at once.
    """
    by, now = actor(request), timezone.now()
    held = beats(by, on=timezone.localdate(now))
    found = bundle.sections(by, held, at=now)
    tag = f'"{bundle.whole_tag(found)}"'
    if request.headers.get("If-None-Match") == tag:
        return _unkept(HttpResponse(status=304, headers={"ETag": tag}))
    if held and not _has(request):
        _note_carrying(by, held, at=now)
    told = {
        "state": "ok",
        "whose": Shell(request).visitor,
        "grids": [one.division.code for one in held],
        "token": get_token(request),
        "tags": {one.name: one.tag for one in found},
        "sections": bundle.changed(found, _has(request)),
    }
    response = _json(told, packed="gzip" in request.headers.get("Accept-Encoding", ""))
    response["ETag"] = tag
    return response


@transaction.atomic
def _note_carrying(by: Actor, held: list[Beat], *, at: dt.datetime) -> None:
    """Write into the journal that a ledger is carried to a device that had nothing of it yet."""
    journal.write_all(
        [
            journal.Told(
                event="field.carried",
                subject=f"division:{beat.division.pk}",
                at=at,
                actor=by.person_id,
                acting_as=beat.post.key,
                says=_("外勤资料下载到一台设备"),
            )
            for beat in held
        ]
    )


@require_POST
@for_workers
def sync(request: HttpRequest) -> HttpResponse:
    """Take a batch of records; the answer has one for each."""
    now = timezone.now()
    most = rules.value("field.phone", on=timezone.localdate(now))["records"]
    records = _records(request)
    if records is None or len(records) > most:
        return _json({"state": "unreadable"}, 400)
    answers = taking.take_all(records, by=actor(request), at=now)
    return _json({"state": "ok", "whose": Shell(request).visitor, "answers": answers})


@require_http_methods(["PUT"])
@for_workers
def part(request: HttpRequest, photo: uuids.UUID, start: int) -> HttpResponse:
    """Take a piece of a photograph; say how many bytes are here in a row."""
    now = timezone.now()
    if len(request.body) > photos.piece_bytes(on=timezone.localdate(now)) or not request.body:
        return _json({"state": "unreadable"}, 413)
    if start > photos.MOST_BYTES:
        return _json({"state": "refused"}, 422)
    try:
        have = photos.keep_part(photo, start, request.body, by=actor(request), at=now)
    except RecordRefused as refusal:
        return _json({"state": "refused", "says": refusal.message}, 422)
    return _json({"state": "ok", "have": have})


@require_GET
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture of a visit, for whoever may read the visit."""
    try:
        found = reading.photo(pk)
    except VisitPhoto.DoesNotExist:
        raise Http404(_("没有这个文件，或您无权查看")) from None
    return answer(request, found.blob, name=found.name)


def _records(request: HttpRequest) -> list[Any] | None:
    """Return the records of a batch; None if there are none to be read."""
    if len(request.body) > _MOST_BYTES:
        return None
    try:
        found = orjson.loads(request.body)["records"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return None
    return found if isinstance(found, list) else None


def _has(request: HttpRequest) -> dict[str, str]:
    """Return the tags that the telephone has, by section."""
    given = filter(None, request.headers.get("Guapeng-Has", "").split(","))
    pairs = (one.partition("=") for one in given)
    return {name.strip(): tag for name, _equals, tag in pairs}


def _json(content: dict[str, Any], status: int = 200, *, packed: bool = False) -> HttpResponse:
    raw = orjson.dumps(content)
    response = HttpResponse(
        gzip.compress(raw, 6, mtime=0) if packed else raw,
        content_type="application/json",
        status=status,
    )
    if packed:
        response["Content-Encoding"] = "gzip"
    return _unkept(response)


def _unkept(response: HttpResponse) -> HttpResponse:
    """Let nothing but the telephone's own store keep it."""
    patch_cache_control(response, private=True, no_store=True)
    return response
