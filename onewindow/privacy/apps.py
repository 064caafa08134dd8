"""Application entry of privacy: what a person may ask about the own personal data (个人信息保护法, chapter 4)."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "onewindow.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("Erasure", "Correction", "Disposal")
