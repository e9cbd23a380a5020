"""Addresses of the imports."""

from django.urls import path

from guapeng.kernel.exchange import views

app_name = "exchange"

urlpatterns = [
    path("import/", views.first, name="first"),
    path("import/<slug:importer>/", views.imports, name="imports"),
    path("import/<slug:importer>/<uuid:uid>/", views.run, name="run"),
    path("import/<slug:importer>/<uuid:uid>/words/", views.words, name="words"),
    path("import/<slug:importer>/<uuid:uid>/drop/", views.drop, name="drop"),
    path("import/<slug:importer>/<uuid:uid>/refused.xlsx", views.refused, name="refused"),
]
