"""Tables of ratings, tickets, complaints, file reviews and follow-up calls; who said it lies sealed apart."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from onewindow.reviews.rules import calls, complaints, files, ratings, rounds, tickets

# All that figures ask of ratings, so that no row of the table itself is read for them.
_GIVEN = ["standing", "grade", "window", "region", "task_code", "person"]
_RATED = ["rated_on", "link", "organ", "received_window", "region", "task_code", "person"]

MATTERS = ("ticket", "complaint", "round", "file", "call")


class Rating(models.Model):
    """One rating of a case at one link. ``text_sealed`` holds the words after redaction.

    Where the rating belongs, and when and at which window its case came in (as far as that was known when it was
    given), never changes: it stands here, so that no figure of ratings asks a case.
    """

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
    window = models.BigIntegerField(null=True)  # where it was rated
    person = models.TextField(blank=True, default="")
    received_on = models.DateField()
    received_window = models.BigIntegerField(null=True)
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
            models.Index(fields=["rated_on", "organ"], include=_GIVEN, name="reviews_rating_day"),
            # Both links of a case stand side by side: cases with a rating are counted as they are read.
            models.Index(
                fields=["received_on", "case"],
                include=_RATED,
                name="reviews_rating_received",
                condition=Q(standing="valid"),
            ),
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
    """One deed in the life of a matter (ticket, complaint, round, file, call), with its words sealed; never changed."""

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
            models.CheckConstraint(condition=Q(matter__in=MATTERS), name="reviews_step_matter"),
        ]


class Round(models.Model):
    """A sample that was drawn: its seed, its population by digest, its sheet as it stood. Drawn once."""

    number = models.TextField()
    purpose = models.TextField()
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    since = models.DateField()
    until = models.DateField()
    asked = models.JSONField()
    seed = models.TextField()
    population = models.IntegerField()
    population_digest = models.TextField()
    layers = models.JSONField()
    sheet = models.JSONField(default=list)
    bound = models.SmallIntegerField(default=0)
    state = models.TextField(default="drawn")
    totals = models.JSONField(null=True)
    drawn_by = models.TextField()
    drawn_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="reviews_round_number"),
            models.CheckConstraint(
                condition=Q(purpose__in=list(rounds.PURPOSES)), name="reviews_round_purpose"
            ),
            models.CheckConstraint(condition=Q(state__in=list(rounds.STATES)), name="reviews_round_state"),
            models.CheckConstraint(
                condition=Q(state="drawn", totals__isnull=True) | Q(state="published", totals__isnull=False),
                name="reviews_round_frozen",
            ),
        ]


class File(models.Model):
    """One case of a file review. Scores in tenths of a point."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT)
    case_no = models.TextField()
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    layer = models.SmallIntegerField()
    state = models.TextField(default="drawn")
    first_by = models.TextField(blank=True, default="")
    second_by = models.TextField(blank=True, default="")
    third_by = models.TextField(blank=True, default="")
    settle_by = models.TextField(blank=True, default="")
    first_score = models.SmallIntegerField(null=True)
    second_score = models.SmallIntegerField(null=True)
    score = models.SmallIntegerField(null=True)
    has_appealed = models.BooleanField(default=False)
    appeal_by = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "case_no"], name="reviews_file_once"),
            models.CheckConstraint(condition=Q(state__in=list(files.STATES)), name="reviews_file_state"),
            models.CheckConstraint(
                condition=Q(second_by="") | ~Q(second_by=models.F("first_by")),
                name="reviews_file_two_readers",
            ),
            models.CheckConstraint(
                condition=Q(third_by="")
                | (~Q(third_by=models.F("first_by")) & ~Q(third_by=models.F("second_by"))),
                name="reviews_file_third_reader",
            ),
        ]


class Call(models.Model):
    """One applicant to be called. ``grade`` is what the person said, never a default."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT)
    case_no = models.TextField()
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    layer = models.SmallIntegerField()
    state = models.TextField(default="open")
    version = models.IntegerField(default=1)
    attempts = models.SmallIntegerField(default=0)
    grade = models.SmallIntegerField(null=True)
    problems = models.JSONField(default=list)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, null=True)
    called_by = models.TextField(blank=True, default="")
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "case_no"], name="reviews_call_once"),
            models.CheckConstraint(condition=Q(state__in=list(calls.STATES)), name="reviews_call_state"),
            models.CheckConstraint(
                condition=Q(state="reached", grade__gte=1, grade__lte=5)
                | (~Q(state="reached") & Q(grade__isnull=True)),
                name="reviews_call_grade",
            ),
        ]
