"""Django's name for the console, so that its templates are found."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "onewindow.faces.console"
    label = "console"
