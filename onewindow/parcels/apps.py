"""Application entry of parcels: papers sent by courier or put into a locker, service by what the carriers tell."""

from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "onewindow.parcels"
    label = "parcels"
    default_auto_field = "django.db.models.BigAutoField"
    never_deleted = ("Parcel", "ParcelEvent")
