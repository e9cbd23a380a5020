"""All addresses of the product, one line a part."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("", include("guapeng.kernel.matters.urls")),
    path("", include("guapeng.web.urls")),
]
