"""Addresses of the grids, by part."""

from guapeng.apps.grids.urls import field, ledger, staffing

app_name = "grids"

urlpatterns = [*ledger.urlpatterns, *staffing.urlpatterns, *field.urlpatterns]
