"""Django's name for the room; what was said and done is never deleted."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "onewindow.reviews"
    append_only = ("Rater", "Complainant", "Step")
    # Function -> (table, columns): what it overwrites on behalf of the platform, which may not itself.
    erasers = {
        "reviews_erase_rater(bigint)": ("reviews_rater", "sealed"),
        "reviews_erase_complainant(bigint)": ("reviews_complainant", "sealed, found_by"),
    }
    never_deleted = ("Rating", "Ticket", "Complaint")
