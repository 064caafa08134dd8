"""Tables of custody: hand-over lists (交接单) and the bundles on them; originals that were lent (原件借还)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class HandOver(models.Model):
    """A list of paper bundles from the hall to a department (``out``) or ``back``; open while ``made_at`` is empty.

    ``outcome``: "" under way, "taken", or "withdrawn" by its maker.
    """

    direction = models.TextField()
    organ_id = models.BigIntegerField()
    maker = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    taker = models.ForeignKey(
        "base.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=["out", "back"]), name="custody_handover_ways"),
            models.CheckConstraint(
                condition=Q(outcome="", taker=None, ended_at=None)
                | Q(outcome="withdrawn", made_at__isnull=False, taker=None, ended_at__isnull=False)
                | Q(outcome="taken", made_at__isnull=False, taker__isnull=False, ended_at__isnull=False),
                name="custody_handover_ends",
            ),
            # Whoever hands over does not sign for the other side.
            models.CheckConstraint(
                condition=Q(taker=None) | ~Q(taker=models.F("maker")), name="custody_handover_two"
            ),
            # One open list a person, direction and department: a scan finds its list by itself.
            models.UniqueConstraint(
                fields=["maker", "direction", "organ_id"],
                condition=Q(made_at=None),
                name="custody_handover_open",
            ),
        ]
        indexes = [
            models.Index(fields=["organ_id", "-id"], name="custody_handover_organ"),
            models.Index(
                fields=["direction", "organ_id"],
                condition=Q(outcome="", made_at__isnull=False),
                name="custody_handover_waits",
            ),
        ]


class Bundle(models.Model):
    """The folder of one case on a list. ``state``: listed, there, missing, or extra (not on the list, yet there)."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, db_index=False)
    case_no = models.TextField()
    item = models.TextField()
    state = models.TextField(default="listed")
    is_away = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["listed", "there", "missing", "extra"]), name="custody_bundle_states"
            ),
            models.UniqueConstraint(fields=["hand_over", "case_no"], name="custody_bundle_once"),
            # A folder is on one way at a time.
            models.UniqueConstraint(
                fields=["case_no"], condition=Q(is_away=True), name="custody_bundle_away"
            ),
        ]
        indexes = [models.Index(fields=["case_no", "-id"], name="custody_bundle_case")]


class Original(models.Model):
    """An original that the counter kept for a while: from whom, how many sheets, until when, signed for both ways.

    Names and note are sealed and may be erased; the signatures are files of the case. ``token`` comes with the form,
    so that a deed sent twice is done once. ``kept_reason``: why the case may end although it is still here.
    """

    token = models.TextField(unique=True)
    case_no = models.TextField()
    material = models.TextField()
    name = models.TextField()
    sheets = models.IntegerField()
    due_on = models.DateField()
    lender = models.TextField()
    lender_sealed = models.BinaryField(null=True)
    note_sealed = models.BinaryField(null=True)
    signature = models.ForeignKey(
        "documents.File", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    receiver = models.TextField(default="")
    receiver_sealed = models.BinaryField(null=True)
    back_signature = models.ForeignKey(
        "documents.File", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    back_by = models.ForeignKey(
        "base.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    back_at = models.DateTimeField(null=True)
    kept_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sheets__gte=1), name="custody_original_sheets"),
            models.CheckConstraint(
                condition=Q(back_at=None, back_by=None, back_signature=None)
                | Q(back_at__isnull=False, back_by__isnull=False, back_signature__isnull=False),
                name="custody_original_back",
            ),
        ]
        indexes = [
            models.Index(fields=["case_no"], name="custody_original_case"),
            models.Index(fields=["due_on", "id"], condition=Q(back_at=None), name="custody_original_out"),
        ]
