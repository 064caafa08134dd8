"""Application entry of documents: files that people hand in and papers that organs issue."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "onewindow.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ("DetachedSignature", "PaperTemplate")
