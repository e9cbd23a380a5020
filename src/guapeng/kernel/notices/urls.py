"""Addresses of the notices."""

from django.urls import path

from guapeng.kernel.notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.notices, name="list"),
    path("notices/read/", views.open_all, name="open_all"),
    path("notices/settings/", views.settings, name="settings"),
    path("notices/devices/", views.add_device, name="add_device"),
    path("notices/devices/<int:device_id>/remove/", views.remove_device, name="remove_device"),
    path("notices/<int:notice_id>/", views.open_one, name="open"),
]
