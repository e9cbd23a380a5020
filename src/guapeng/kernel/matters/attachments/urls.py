"""Addresses of the files of matters."""

from django.urls import path

from guapeng.kernel.matters.attachments import views

urlpatterns = [
    path("files/<int:pk>/", views.original, name="file"),
    path("files/<int:pk>/<int:longest>.webp", views.thumb, name="thumb"),
    path("files/<int:pk>/publish/", views.publish, name="publish"),
]
