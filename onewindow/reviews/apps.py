"""Django's name for the room; what was said and done is never deleted."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "onewindow.reviews"
    append_only = ("Rater", "Complainant", "Step")
    never_deleted = ("Rating", "Ticket", "Complaint")
