"""Tables of attendance, conduct and appraisal. All but the list of open shifts are append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

STAMPS = ("in", "out", "closed", "corrected")
KINDS = ("window", "person", "organ", "town")
STEPS = ("answered", "upheld", "withdrawn")


class Stamp(models.Model):
    """One fact of attendance: came, went, closed by the sweep, or corrected by another.

    ``in_at`` and ``out_at``: the instants that it tells (a correction may tell both, or neither);
    ``stands_in_for``: account ids of those whose deputy came.
    """

    staff = models.ForeignKey("org.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    shift = models.TextField()
    kind = models.TextField()
    in_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    late_minutes = models.IntegerField(default=0)
    early_minutes = models.IntegerField(default=0)
    window = models.BigIntegerField(null=True)
    stands_in_for = models.JSONField(default=list)
    by = models.TextField()
    at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        db_table = "supervision_stamp"
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "day", "shift", "kind"],
                name="supervision_stamp_once",
                condition=~Q(kind="corrected"),
            ),
            models.CheckConstraint(condition=Q(kind__in=STAMPS), name="supervision_stamp_kind"),
        ]
        indexes = [models.Index(fields=["day", "staff"], name="supervision_stamp_day")]


class OpenShift(models.Model):
    """Who is signed in now and when the sweep closes the shift; nothing but a list of what is to be done."""

    staff = models.OneToOneField("org.Staff", on_delete=models.PROTECT, primary_key=True, related_name="+")
    day = models.DateField()
    shift = models.TextField()
    in_at = models.DateTimeField()
    closes_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "supervision_openshift"


class Note(models.Model):
    """A conduct note (明察暗访): what was seen, where and when; the words are sealed to the row."""

    number = models.TextField(unique=True)
    kind = models.TextField()
    points = models.IntegerField()
    place = models.TextField()
    observed_at = models.DateTimeField()
    staff = models.ForeignKey("org.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, related_name="+", db_index=False)
    window = models.BigIntegerField(null=True)
    is_covert = models.BooleanField()
    text_sealed = models.BinaryField()
    file_ids = models.JSONField(default=list)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_note"
        indexes = [models.Index(fields=["observed_at", "organ"], name="supervision_note_seen")]


class NoteStep(models.Model):
    """What followed a note: the person's answer, then the ruling of another watcher; each once."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="steps", db_index=False)
    deed = models.TextField()
    place = models.SmallIntegerField()  # 1 the answer, 2 the ruling
    text_sealed = models.BinaryField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_notestep"
        constraints = [
            models.UniqueConstraint(fields=["note", "place"], name="supervision_notestep_once"),
            models.CheckConstraint(condition=Q(deed__in=STEPS), name="supervision_notestep_deed"),
        ]


class Appraisal(models.Model):
    """A published result: frozen with the weights it was counted by; a mistake makes a new version."""

    kind = models.TextField()
    period = models.TextField()  # 2026-09 or 2026
    version = models.IntegerField()
    scheme = models.JSONField()
    rows = models.JSONField()
    digest = models.TextField()
    reason = models.TextField(blank=True, default="")
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_appraisal"
        constraints = [
            models.UniqueConstraint(fields=["kind", "period", "version"], name="supervision_appraisal_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="supervision_appraisal_kind"),
            models.CheckConstraint(
                condition=Q(version=1) | (Q(version__gt=1) & ~Q(reason="")),
                name="supervision_appraisal_reason",
            ),
        ]


class Appeal(models.Model):
    """An appeal against a published result: one of each appraised in a period."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="appeals")
    kind = models.TextField()
    period = models.TextField()
    key = models.TextField()
    text_sealed = models.BinaryField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_appeal"
        constraints = [
            models.UniqueConstraint(fields=["kind", "period", "key"], name="supervision_appeal_once")
        ]


class Ruling(models.Model):
    """The answer to an appeal, by a watcher who did not publish the result."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, primary_key=True, related_name="ruling")
    is_upheld = models.BooleanField()
    text_sealed = models.BinaryField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_ruling"
