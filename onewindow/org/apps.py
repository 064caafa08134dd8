"""Application entry of the organisation: regions, organs, windows, staff and what they may do."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "onewindow.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("DutyChange",)
