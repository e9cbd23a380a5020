"""Addresses of field work."""

from django.urls import path

from guapeng.apps.grids.field import placing, views

urlpatterns = [
    path("field/", views.field, name="field"),
    path("field/sw.js", views.worker, name="field_worker"),
    path("field/carried/", views.carried, name="field_carried"),
    path("field/sync/", views.sync, name="field_sync"),
    path("field/photos/<uuid:photo>/<int:start>/", views.part, name="field_part"),
    path("field/places/", placing.places, name="field_places"),
    path("field/places/<int:pk>/end/", placing.end, name="field_place_end"),
    path("field/pictures/<int:pk>/", views.picture, name="field_picture"),
]
