"""The address by which a role of the demo is taken."""

from django.urls import path

from guapeng.demo import views

app_name = "demo"
urlpatterns = [path("demo/sign-in/", views.sign_in, name="sign_in")]
