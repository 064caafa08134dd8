"""Tables of ratings, tickets and complaints; who said it lies sealed in tables of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from onewindow.reviews.rules import complaints, ratings, tickets


class Rating(models.Model):
    """One rating of a case at one link. ``text_sealed`` holds the words after redaction."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    link = models.TextField()
    grade = models.SmallIntegerField()
    tags = models.JSONField(default=list)
    text_sealed = models.BinaryField(null=True)
    is_anonymous = models.BooleanField()
    way = models.TextField()
    standing = models.TextField(default="valid")
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    task_code = models.TextField()
    region = models.TextField()
    window = models.BigIntegerField(null=True)
    person = models.TextField(blank=True, default="")
    rated_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "link"], name="reviews_rating_once"),
            models.CheckConstraint(condition=Q(link__in=ratings.LINKS), name="reviews_rating_link"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="reviews_rating_grade"),
            models.CheckConstraint(condition=Q(way__in=ratings.WAYS), name="reviews_rating_way"),
            models.CheckConstraint(
                condition=Q(standing__in=ratings.STANDINGS), name="reviews_rating_standing"
            ),
        ]
        indexes = [
            models.Index(fields=["rated_on", "organ"], name="reviews_rating_day"),
            models.Index(fields=["organ", "id"], name="reviews_rating_organ"),
        ]


class Rater(models.Model):
    """Who gave a rating that is not anonymous: sealed, and bound to the rating."""

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, primary_key=True)
    sealed = models.BinaryField()


class Ticket(models.Model):
    """A bad rating on its way to being made good."""

    number = models.TextField()
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT)
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    version = models.IntegerField(default=1)
    state = models.TextField()
    due_on = models.DateField(null=True)
    is_overdue = models.BooleanField(default=False)
    verdict = models.TextField(null=True)
    verified_by = models.TextField(blank=True, default="")
    has_appealed = models.BooleanField(default=False)
    appeal_by = models.DateField(null=True)
    round = models.SmallIntegerField(default=1)
    rectify_due_on = models.DateField(null=True)
    rectified_on = models.DateField(null=True)
    called = models.TextField(null=True)
    second_grade = models.SmallIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="reviews_ticket_number"),
            models.CheckConstraint(condition=Q(state__in=tickets.STATES), name="reviews_ticket_state"),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True) | Q(verdict__in=tickets.VERDICTS),
                name="reviews_ticket_verdict",
            ),
            models.CheckConstraint(
                condition=Q(second_grade__isnull=True) | Q(second_grade__gte=1, second_grade__lte=5),
                name="reviews_ticket_second",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="reviews_ticket_due",
                condition=Q(closed_at__isnull=True, is_overdue=False),
            ),
        ]


class Complaint(models.Model):
    """A complaint of how an organ or a person works. The complainant stands in ``Complainant``."""

    number = models.TextField()
    code_hash = models.BinaryField()
    way = models.TextField()
    about = models.TextField()
    text_sealed = models.BinaryField()
    is_anonymous = models.BooleanField()
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    person = models.TextField(blank=True, default="")
    case_no = models.TextField(blank=True, default="")
    card_no = models.TextField(blank=True, default="")
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    entered_by = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)
    state = models.TextField()
    due_on = models.DateField(null=True)
    is_overdue = models.BooleanField(default=False)
    is_extended = models.BooleanField(default=False)
    verdict = models.TextField(null=True)
    filed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="reviews_complaint_number"),
            models.CheckConstraint(condition=Q(state__in=complaints.STATES), name="reviews_complaint_state"),
            models.CheckConstraint(condition=Q(way__in=complaints.WAYS), name="reviews_complaint_way"),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="reviews_complaint_due",
                condition=Q(closed_at__isnull=True, is_overdue=False),
            ),
        ]


class Complainant(models.Model):
    """Who complains: sealed and bound to the complaint; ``found_by`` is a keyed hash that links repeats."""

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, primary_key=True)
    sealed = models.BinaryField()
    found_by = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["found_by"], name="reviews_complainant_found")]


class Step(models.Model):
    """One deed in the life of a ticket or complaint, with its words sealed; never changed."""

    matter = models.TextField()
    subject = models.BigIntegerField()
    seq = models.IntegerField()
    deed = models.TextField()
    actor = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    text_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "subject", "seq"], name="reviews_step_once"),
            models.CheckConstraint(
                condition=Q(matter__in=["ticket", "complaint"]), name="reviews_step_matter"
            ),
        ]
