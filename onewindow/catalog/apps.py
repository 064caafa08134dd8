"""Application entry of the catalogue: items, their frozen versions and the search over them."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "onewindow.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
