"""Addresses of requests."""

from django.urls import path

from guapeng.apps.rights import views

app_name = "rights"

urlpatterns = [
    path("me/requests/new/", views.ask, name="ask"),
    path("requests/counter/", views.counter, name="counter"),
    path("requests/<str:number>/copy/", views.copy, name="copy"),
]
