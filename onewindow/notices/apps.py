"""Application entry of notices: what the platform tells people, in the product, by e-mail and by SMS."""

from django.apps import AppConfig

from onewindow.notices import settings


class NoticesConfig(AppConfig):
    name = "onewindow.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A wrong setting stops the start, not the first message."""
        settings.staff_ways()
