"""Tables of privacy: requests to erase personal data, and to correct name and number, and disposals of files
whose time is over."""

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


class Correction(models.Model):
    """A person asks to have name or number put right: with proof, checked by a clerk, carried out by a second.

    What is asked for and why lies sealed, bound to the account; ``file_id`` names the proof, which is attached
    to the subject ``correction-<id>``. ``note_sealed``: what whoever ended it wrote.
    """

    STATES = ("asked", "checked", "done", "refused", "withdrawn")

    account = models.ForeignKey("base.Account", on_delete=models.PROTECT)
    state = models.TextField()
    name_sealed = models.BinaryField()
    id_number_sealed = models.BinaryField()
    reason_sealed = models.BinaryField()
    file_id = models.TextField()
    asked_at = models.DateTimeField()
    checked_by = models.TextField(blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    note_sealed = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "checked", "done", "refused", "withdrawn"]),
                name="privacy_correction_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "checked"], ended_at__isnull=True)
                | (~Q(state__in=["asked", "checked"]) & Q(ended_at__isnull=False)),
                name="privacy_correction_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(checked_by="") & ~Q(checked_by=F("ended_by"))),
                name="privacy_correction_two_people",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=["asked", "checked"]),
                name="privacy_correction_open",
            ),
        ]


class Disposal(models.Model):
    """A list of cases whose files need be kept no longer (销毁清册): proposed by one person, approved by another.

    ``cases`` holds [key, number] of each as proposed, ``digest`` their SHA-256, which the facts name; the outcome
    counts what went and what had to stay after all.
    """

    STATES = ("proposed", "approved", "done", "declined", "withdrawn")

    as_of = models.DateField()
    state = models.TextField()
    cases = models.JSONField()
    digest = models.BinaryField()
    reason = models.TextField()
    proposer = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    second = models.ForeignKey("base.Account", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "done", "declined", "withdrawn"]),
                name="privacy_disposal_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "done"])
                | (Q(second__isnull=False) & ~Q(second=F("proposer"))),
                name="privacy_disposal_two_people",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="proposed"), name="privacy_disposal_open"
            ),
        ]
