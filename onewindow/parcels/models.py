"""Tables of parcels: one paper on its way, and the events that its carrier told of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

OPEN = ("asked", "ordered", "moving", "ready", "refused", "expired")


class Parcel(models.Model):
    """A paper given to a carrier. ``reference`` is ours, ``number`` the carrier's (waybill, locker order).

    ``receiver_sealed`` (name, telephone, address; bound to the reference) is emptied when the parcel has ended.
    ``settled_at``: what its arrival means for the case has been done.
    """

    reference = models.TextField(unique=True)
    carrier = models.TextField()
    number = models.TextField(default="")
    case_no = models.TextField()
    document_no = models.TextField()
    title = models.TextField()
    receiver_sealed = models.BinaryField()
    state = models.TextField()
    why = models.TextField(default="")
    sent_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, db_index=False)
    asked_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    heard_at = models.DateTimeField()  # on the real clock: when the carrier was last heard of
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(carrier__in=["courier", "locker"])
                & Q(state__in=[*OPEN, "delivered", "returned", "failed"]),
                name="parcels_parcel_words",
            ),
            models.UniqueConstraint(
                fields=["document_no"], condition=Q(state__in=OPEN), name="parcels_parcel_open"
            ),
            models.UniqueConstraint(
                fields=["carrier", "number"], condition=~Q(number=""), name="parcels_parcel_number"
            ),
        ]
        indexes = [
            models.Index(fields=["case_no"], name="parcels_parcel_case"),
            models.Index(fields=["heard_at"], name="parcels_parcel_heard", condition=Q(state__in=OPEN)),
        ]


class ParcelEvent(models.Model):
    """One thing that a carrier told, once by its own ``event_no``; ``detail_sealed`` holds place, code and term."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, db_index=False)
    event_no = models.TextField()
    kind = models.TextField()
    at = models.DateTimeField()
    detail_sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "event_no"], name="parcels_event_once"),
        ]
