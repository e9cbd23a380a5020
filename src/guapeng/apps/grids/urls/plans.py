"""Addresses of plans of grids."""

from django.urls import path

from guapeng.apps.grids.plans import late, pages

_PLAN = "grids/plans/<uuid:uid>/"

urlpatterns = [
    path("grids/plans/", pages.plans, name="plans"),
    path("grids/surveys/<int:survey>/begin/", pages.begin, name="begin"),
    path(_PLAN, pages.editor, name="editor"),
    path(f"{_PLAN}submit/", pages.submit, name="submit"),
    path(f"{_PLAN}compare/", pages.compare, name="compare"),
    path(f"{_PLAN}paper/", pages.paper, name="paper"),
    path(f"{_PLAN}export/", late.question, {"name": "export"}, name="export"),
    path(f"{_PLAN}ground/", late.question, {"name": "ground"}, name="ground"),
    path(f"{_PLAN}solve/", late.question, {"name": "solved"}, name="solve"),
    path(f"{_PLAN}split/", late.question, {"name": "cut"}, name="split"),
    path(f"{_PLAN}areas/", late.question, {"name": "drawn"}, name="areas"),
    path(f"{_PLAN}explain/", late.question, {"name": "explained"}, name="explain"),
    path(f"{_PLAN}versions/", late.question, {"name": "save"}, name="save"),
]
