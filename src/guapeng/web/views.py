"""The pages of the look itself: front page, display settings, offline page, gallery."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from guapeng.web import registry, samples
from guapeng.web.answers import kept_offline
from guapeng.web.look import YEAR, look_of

ASSETS: Final = Path(__file__).parent / "static"
ERRORS: Final = (400, 403, 404, 500)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page: the panels that apps have hung there."""
    panels = list(registry.panels("home", request=request))
    return render(request, "web/home.html", {"panels": panels})


@require_http_methods(["GET", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Show and keep theme, contrast, elder mode and language; back to ``next`` after a choice."""
    if request.method == "GET":
        context = {"look": look_of(request), "next": _next(request, request.GET.get("next", ""))}
        return render(request, "web/look.html", context)
    response = redirect(_next(request, request.POST.get("next", "")))
    look_of(request).changed(request.POST).keep(response)
    _keep_language(response, request.POST.get("language", ""))
    return response


def _next(request: HttpRequest, url: str) -> str:
    """Return ``url`` if it is an address of ours, else the front page."""
    ours = url.startswith("/") and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if ours else "/"


def _keep_language(response: HttpResponse, language: str) -> None:
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", httponly=True
        )


@require_GET
@kept_offline
def offline(request: HttpRequest) -> HttpResponse:
    """Show what waits in the browser to be sent; also what appears when there is no network."""
    return render(request, "web/offline.html")


@require_GET
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Tell a phone how to put the product on its home screen."""
    icons = [
        {"src": staticfiles_storage.url(f"web/mark-{size}.png"), "sizes": f"{size}x{size}"}
        for size in (192, 512)
    ]
    return JsonResponse(
        {
            "name": _("瓜棚"),
            "short_name": _("瓜棚"),
            "lang": request.LANGUAGE_CODE,
            "start_url": "/",
            "display": "standalone",
            "background_color": "#f8f4e9",
            "theme_color": "#2b6a3d",
            "icons": [icon | {"type": "image/png", "purpose": "any maskable"} for icon in icons],
        },
        content_type="application/manifest+json",
    )


@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker; its name changes with the assets it keeps."""
    assets = [staticfiles_storage.url(name) for name in _kept_assets()]
    version = hashlib.sha256("".join(assets).encode()).hexdigest()[:12]
    return render(
        request,
        "web/sw.js",
        {"assets": assets, "version": version, "static": settings.STATIC_URL},
        content_type="text/javascript",
    )


def _kept_assets() -> list[str]:
    """Return what the browser keeps from the first visit, so that it can work without network."""
    looks = ("web/*.css", "web/icons.svg", "web/scenes.svg", "web/mark.svg", "web/js/*.js")
    found = (path for pattern in looks for path in ASSETS.glob(pattern))
    return sorted(path.relative_to(ASSETS).as_posix() for path in found)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states. In demo mode only."""
    _only_in_demo()
    return render(request, "web/gallery.html", samples.gallery())


@require_GET
def gallery_print(request: HttpRequest) -> HttpResponse:
    """Show a printable page of invented content. In demo mode only."""
    _only_in_demo()
    return render(request, "web/gallery_print.html", samples.printed())


@require_GET
def gallery_error(request: HttpRequest, code: int) -> HttpResponse:
    """Show the page of an error without the error. In demo mode only."""
    _only_in_demo()
    if code not in ERRORS:
        raise Http404
    return render(request, f"{code}.html", status=HTTPStatus(code))


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
