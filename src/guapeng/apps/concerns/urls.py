"""Addresses of the concerns."""

from django.urls import path

from guapeng.apps.concerns import calling, catalogue, desk, exports, hot
from guapeng.apps.concerns.reporting import following, views

app_name = "concerns"

urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/hints/", views.hints, name="hints"),
    path("report/places/", views.choose, name="places"),
    path("report/thanks/<str:number>/", views.thanks, name="thanks"),
    path("report/poster/<str:code>/", views.poster, name="poster"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<str:number>/", desk.desk_matter, name="desk_matter"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<str:code>/", catalogue.category, name="category"),
    path("concerns/<str:number>/call/", calling.call, name="call"),
    path("hot/", hot.hot, name="hot"),
    path("export/concerns/", exports.download, name="export"),
    path("follow/", following.follow, name="follow"),
    path("follow/<str:number>/", following.followed, name="followed"),
    path("me-too/", following.second, name="second"),
]
