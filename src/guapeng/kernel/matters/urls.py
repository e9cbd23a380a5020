"""Addresses of the loop."""

from django.urls import path

from guapeng.kernel.matters import api

app_name = "matters"

urlpatterns = [
    path("api/v1/openapi.json", api.openapi, name="openapi"),
    path("api/v1/inbox/", api.inbox, name="api_inbox"),
    path("api/v1/<slug:workflow>/<str:number>/", api.matter, name="api_matter"),
    path("api/v1/<slug:workflow>/<str:number>/<slug:step>/", api.take, name="api_take"),
]
