"""Django's name for the workbench, so that its templates and static files are found."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "onewindow.faces.workbench"
    label = "workbench"
