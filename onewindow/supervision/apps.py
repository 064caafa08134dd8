"""Application entry of supervision (电子监察)."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "onewindow.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("Card",)

    def ready(self) -> None:
        """A wrong convention stops the start, not the first case that is looked at."""
        from onewindow.supervision import settings  # it reads a table: models are not there earlier

        settings.check()
