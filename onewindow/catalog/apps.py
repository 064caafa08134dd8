"""Application entry of the catalogue: items, their frozen versions, changes and the search over them."""

from django.apps import AppConfig

from onewindow.catalog import settings


class CatalogConfig(AppConfig):
    name = "onewindow.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ("ItemEvent", "ChangeOpinion", "ThemeVersion")
    never_deleted = (
        "Item", "ItemVersion", "CatalogueItem", "CatalogueVersion", "Change", "Reconciliation", "Synonym", "HotMark",
    )  # fmt: skip

    def ready(self) -> None:
        """A wrong setting of the rules stops the start, not the first editor who saves."""
        settings.check()
