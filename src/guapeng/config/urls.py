"""All addresses of the product, one line a part; tried in turn, so the most asked come first."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("guapeng.apps.concerns.urls")),
    path("", include("guapeng.kernel.matters.urls")),
    path("", include("guapeng.web.urls")),
    path("", include("guapeng.kernel.people.urls")),
    path("", include("guapeng.kernel.notices.urls")),
    path("", include("guapeng.apps.whistle.urls")),
    path("", include("guapeng.apps.rights.urls")),
    path("", include("guapeng.apps.grids.urls")),
    path("", include("guapeng.kernel.exchange.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("guapeng.demo.urls")),
]
