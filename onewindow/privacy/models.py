"""Tables of privacy: requests to erase personal data."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Erasure(models.Model):
    """A request to erase what is held of one applicant: by the person, or for them on a written request.

    ``reason_sealed`` (empty for a person's own) is bound to the account; ``confirmed_by`` is the second
    administrator; the outcome is counts and the numbers of cases, nothing personal.
    """

    STATES = ("asked", "done", "refused")

    account = models.ForeignKey("base.Account", on_delete=models.PROTECT)
    is_own = models.BooleanField()
    is_with_account = models.BooleanField()
    state = models.TextField()
    asked_by = models.TextField()
    reason_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    confirmed_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "done", "refused"]), name="privacy_erasure_state"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at__isnull=True)
                | (~Q(state="asked") & Q(ended_at__isnull=False)),
                name="privacy_erasure_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(is_own=True)
                | (~Q(confirmed_by="") & ~Q(confirmed_by=F("asked_by"))),
                name="privacy_erasure_two_people",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="asked"), name="privacy_erasure_open"
            ),
        ]
