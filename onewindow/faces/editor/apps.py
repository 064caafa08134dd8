"""Django's name for the editor, so that its templates are found."""

from django.apps import AppConfig


class EditorConfig(AppConfig):
    name = "onewindow.faces.editor"
    label = "editor"
