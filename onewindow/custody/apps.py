"""Application entry of custody: where paper lies, who gave it and who took it. Nothing of it is ever deleted."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "onewindow.custody"
    label = "custody"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("HandOver", "Original")
