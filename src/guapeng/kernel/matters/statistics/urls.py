"""Addresses of the statistics, the public board, the map and the search."""

from django.urls import path

from guapeng.kernel.matters import board, maps, search
from guapeng.kernel.matters.statistics import views

urlpatterns = [
    path("statistics/", views.statistics, name="statistics"),
    path("board/", board.board, name="board"),
    path("map/", maps.map_, name="map"),
    path("map/areas.json", maps.areas, name="map_areas"),
    path("map/points.json", maps.points, name="map_points"),
    path("search/", search.search, name="search"),
]
