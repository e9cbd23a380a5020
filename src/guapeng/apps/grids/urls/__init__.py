"""Addresses of the grids, by part."""

from guapeng.apps.grids.urls import field, ledger, plans, staffing

app_name = "grids"

urlpatterns = [
    *plans.urlpatterns,
    *ledger.urlpatterns,
    *staffing.urlpatterns,
    *field.urlpatterns,
]
