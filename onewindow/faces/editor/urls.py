"""Addresses of the editor."""

from django.urls import path

from onewindow.faces.editor import changes, views

app_name = "editor"

urlpatterns = [
    path("editor", views.home, name="home"),
    path("editor/changes", changes.listing, name="changes"),
    path("editor/changes/<str:number>", changes.one, name="change"),
]
