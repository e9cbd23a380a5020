"""Addresses of the loop."""

from django.urls import include, path

from guapeng.kernel.matters import api, lists, opening, views

app_name = "matters"

urlpatterns = [
    path("", include("guapeng.kernel.matters.statistics.urls")),
    path("", include("guapeng.kernel.matters.attachments.urls")),
    path("inbox/", lists.inbox, name="inbox"),
    path("inbox/raised/", lists.raised, name="raised"),
    path("inbox/area/", lists.area, name="area"),
    path("new/<slug:workflow>/", opening.new, name="new"),
    path("m/<str:number>/", views.matter, name="matter"),
    path("m/<str:number>/asker/", views.asker, name="asker"),
    path("m/<str:number>/<slug:step>/", views.step, name="step"),
    path("procedures/<slug:workflow>/", views.procedure, name="procedure"),
    path("api/v1/openapi.json", api.openapi, name="openapi"),
    path("api/v1/inbox/", api.inbox, name="api_inbox"),
    path("api/v1/<slug:workflow>/", api.open_new, name="api_open"),
    path("api/v1/<slug:workflow>/<str:number>/", api.matter, name="api_matter"),
    path("api/v1/<slug:workflow>/<str:number>/<slug:step>/", api.take, name="api_take"),
]
