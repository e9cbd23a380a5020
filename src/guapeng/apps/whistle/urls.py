"""Addresses of the whistle: its opening page is the kernel's, under a name of its own."""

from django.urls import path

from guapeng.apps.whistle import duties, services
from guapeng.kernel.matters import opening

app_name = "whistle"

urlpatterns = [
    path("new/whistle/", opening.new, {"workflow": "whistle"}, name="new"),
    path("services/", services.services, name="services"),
    path("services/offer/", services.offer, name="offer"),
    path("duties/", duties.duties, name="duties"),
]
