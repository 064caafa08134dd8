"""Application entry of the people: natural and legal persons, and who acts for whom."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "onewindow.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ("Consent",)
    never_deleted = ("Former",)
