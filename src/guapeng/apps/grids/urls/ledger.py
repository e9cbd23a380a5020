"""Addresses of the household ledger."""

from django.urls import path

from guapeng.apps.grids.ledger import views

urlpatterns = [
    path("households/", views.grids, name="ledger"),
    path("households/grid/<str:code>/", views.households, name="households"),
    path("households/grid/<str:code>/new/", views.add, name="household_new"),
    path("households/grid/<str:code>/file/", views.export, name="households_file"),
    path("households/<uuid:uid>/", views.household, name="household"),
    path("households/<uuid:uid>/change/", views.change, name="household_change"),
    path("households/<uuid:uid>/end/", views.end, name="household_end"),
    path("households/<uuid:uid>/members/", views.add_member, name="member_new"),
    path("households/<uuid:uid>/members/<uuid:member>/end/", views.end_member, name="member_end"),
    path("households/<uuid:uid>/care/", views.open_care, name="care_open"),
    path("households/<uuid:uid>/care/new/", views.enter_care, name="care_new"),
    path("households/<uuid:uid>/care/<uuid:entry>/end/", views.end_care, name="care_end"),
]
