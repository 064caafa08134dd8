"""Application entry of the room of cases (办件)."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "onewindow.cases"
    label = "cases"
    append_only = ("Dossier",)
    # Function -> (table, column): what it overwrites on behalf of the platform, which may not itself.
    erasers = {"cases_erase(bigint)": ("cases_dossier", "sealed")}
    default_auto_field = "django.db.models.BigAutoField"
