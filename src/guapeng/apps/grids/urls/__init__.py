"""Addresses of the grids, by part."""

from guapeng.apps.grids.urls import ledger, staffing

app_name = "grids"

urlpatterns = [*ledger.urlpatterns, *staffing.urlpatterns]
