"""Django's name for the kiosk, so that its templates are found."""

from django.apps import AppConfig


class KioskConfig(AppConfig):
    name = "onewindow.faces.kiosk"
    label = "kiosk"
