"""Application entry of the base: tables that every room stands on."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "onewindow.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
    # Tables that the platform's role may only add to (see site.grants).
    append_only = ("Fact", "Leaf", "Head")
