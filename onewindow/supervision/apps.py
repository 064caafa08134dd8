"""Application entry of supervision (电子监察)."""

from django.apps import AppConfig

from onewindow.supervision import settings


class SupervisionConfig(AppConfig):
    name = "onewindow.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("Card",)
    append_only = ("Stamp", "Note", "NoteStep", "Appraisal", "Appeal", "Ruling", "Bulletin")

    def ready(self) -> None:
        """A wrong convention stops the start, not the first case that is looked at."""
        settings.check()
