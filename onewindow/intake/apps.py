"""Application entry of intake: one visitor or one application, from the first word to the case."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "onewindow.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
