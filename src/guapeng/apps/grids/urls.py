"""Addresses of the grids."""

from guapeng.apps.grids.field.urls import urlpatterns as field

app_name = "grids"

urlpatterns = [*field]
