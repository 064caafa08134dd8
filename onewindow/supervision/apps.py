"""Application entry of supervision (电子监察)."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "onewindow.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("Card",)
