"""Addresses that belong to every face."""

from django.urls import path

from onewindow.ui import views

app_name = "ui"

urlpatterns = [
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("password", views.password, name="password"),
    path("language", views.switch_language, name="language"),
    path("display", views.switch_display, name="display"),
]
