"""Application entry of the shared interface: look, login, words, refusals as pages."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "onewindow.ui"
    label = "ui"
