"""Application entry of the room of cases (办件)."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "onewindow.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
