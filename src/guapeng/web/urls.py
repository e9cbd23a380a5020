"""The pages that belong to the look itself."""

from django.urls import path

from guapeng.web import views

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("look/", views.look, name="look"),
    path("offline/", views.offline, name="offline"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    # At the root, because a service worker governs the folder it is served from.
    path("sw.js", views.service_worker, name="service_worker"),
    path("_ui/", views.gallery, name="gallery"),
    path("_ui/print/", views.gallery_print, name="gallery_print"),
    path("_ui/error/<int:code>/", views.gallery_error, name="gallery_error"),
]
