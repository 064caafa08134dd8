"""Django's name for the face, so that its templates are found."""

from django.apps import AppConfig


class SupervisionFaceConfig(AppConfig):
    name = "onewindow.faces.supervision"
    label = "supervision_face"  # the room below it is called supervision
