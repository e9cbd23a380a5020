"""Addresses of imports and exports."""

from django.urls import path

from guapeng.kernel.exchange import lists, views

app_name = "exchange"

urlpatterns = [
    path("export/inbox/", lists.inbox, name="inbox"),
    path("export/raised/", lists.raised, name="raised"),
    path("export/area/", lists.area, name="area"),
    path("export/board/", lists.public, name="board"),
    path("import/", views.first, name="first"),
    path("import/<slug:importer>/", views.imports, name="imports"),
    path("import/<slug:importer>/<uuid:uid>/", views.run, name="run"),
    path("import/<slug:importer>/<uuid:uid>/words/", views.words, name="words"),
    path("import/<slug:importer>/<uuid:uid>/drop/", views.drop, name="drop"),
    path("import/<slug:importer>/<uuid:uid>/refused.xlsx", views.refused, name="refused"),
]
