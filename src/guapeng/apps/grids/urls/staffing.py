"""Addresses of staffing, and of who my grid worker is."""

from django.urls import path

from guapeng.apps.grids.staffing import views, who

urlpatterns = [
    path("who/", who.who, name="who"),
    path("who/sign/<str:code>/", who.sign, name="sign"),
    path("grids/coverage/", views.coverage, name="coverage"),
    path("grids/<str:code>/staffing/", views.grid, name="staffing"),
    path("grids/<str:code>/deputy/", views.deputy, name="deputy"),
    path("grids/<str:code>/leave/", views.leave, name="leave"),
    path("grids/leaves/<int:pk>/end/", views.end_leave, name="leave_end"),
    path("grids/<str:code>/phones/", views.phones, name="phones"),
    path("grids/<str:code>/hand-over/", views.hand_over, name="hand_over"),
    path("grids/hand-overs/<int:pk>/", views.handing_over, name="handing_over"),
]
