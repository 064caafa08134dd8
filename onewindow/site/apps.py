"""Application entry of the site: ties the rooms together once all of them are loaded."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "onewindow.site"
    label = "site"

    def ready(self) -> None:
        from onewindow.site import wiring  # the rooms' models exist only now

        wiring.wire()
