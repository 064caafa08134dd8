"""Application entry of the portal: what citizens and firms see."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "onewindow.faces.portal"
    label = "portal"
