"""Addresses of the editor."""

from django.urls import path

from onewindow.faces.editor import views

app_name = "editor"

urlpatterns = [
    path("editor", views.home, name="home"),
]
