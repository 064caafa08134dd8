"""Addresses of the supervision face; each section adds its own lines."""

from django.urls import path

from onewindow.faces.supervision import views

app_name = "supervision"

urlpatterns = [
    path("supervision", views.home, name="home"),
]
