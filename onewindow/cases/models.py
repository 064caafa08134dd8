"""Tables of cases: the row that is the fold of its facts, and the append-only dossiers of personal values."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from onewindow.cases.rules.state import CHANNELS, KINDS, NEVER, STATES


class Case(models.Model):
    """One case. Everything but the derived columns (``waits_for`` … ``wake_at``) is the fold of its facts."""

    id = models.BigIntegerField(primary_key=True)
    case_no = models.TextField()
    query_code = models.TextField()
    version = models.IntegerField()
    state = models.TextField()
    kind = models.TextField()
    disposition = models.TextField(null=True)
    # Without constraints of the database: versions and organs are never deleted (their rooms have no such deed),
    # and each check would lock the same row of an organ in every deed that begins one of its cases.
    item_version = models.ForeignKey(
        "catalog.ItemVersion", on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    region = models.TextField()
    channel = models.TextField()
    dossier_no = models.IntegerField()
    received_at = models.DateTimeField(null=True)
    materials_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)
    is_deemed = models.BooleanField(default=False)
    decided_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    holder = models.TextField(null=True)
    last_at = models.DateTimeField()
    materials = models.JSONField()
    life = models.JSONField()

    # Personal, but not readable: keyed hashes to find a case by, and a masked name for lists.
    subject_hash = models.BinaryField()
    name_hash = models.BinaryField()
    applicant_mask = models.TextField()

    # Derived (rules.clocks.outlook).
    waits_for = models.TextField(null=True)
    due_on = models.DateField()
    promised_due_on = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    wake_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_no"], name="cases_case_no_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="cases_case_state"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="cases_case_kind"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="cases_case_channel"),
            models.CheckConstraint(
                condition=Q(disposition__isnull=True) | Q(disposition__in=["supplement", "return"]),
                name="cases_case_disposition",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="cases_case_version"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(received_at__isnull=False),
                name="cases_case_received",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        "accepted",
                        "in_review",
                        "paused",
                        "granted",
                        "denied",
                        "produced",
                        "delivered",
                    ]
                )
                | Q(accepted_on__isnull=False),
                name="cases_case_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "denied", "produced", "delivered"])
                | Q(decided_on__isnull=False),
                name="cases_case_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("accepted_on")),
                name="cases_case_order",
            ),
        ]
        indexes = [
            # The inbox of a department and of the hall: what waits, earliest due first, no Sort.
            models.Index(
                fields=["organ", "waits_for", "due_on", "id"],
                name="cases_case_office",
                condition=Q(waits_for__in=["examiner", "approver"]),
            ),
            models.Index(
                fields=["waits_for", "due_on", "id"],
                name="cases_case_hall",
                condition=Q(waits_for__in=["clerk", "issuer"]),
            ),
            models.Index(fields=["wake_at"], name="cases_case_wake", condition=Q(wake_at__isnull=False)),
            # Read backwards for the newest first; written forwards, so that pages fill.
            models.Index(fields=["subject_hash", "id"], name="cases_case_subject"),
            models.Index(fields=["name_hash", "id"], name="cases_case_name"),
            models.Index(
                fields=["holder", "due_on", "id"], name="cases_case_holder", condition=Q(holder__isnull=False)
            ),
            # Periods over all cases (draws, participation): cases lie in the order of time, so that a summary of
            # pages is enough and costs a deed nothing.
            BrinIndex(
                fields=["received_at"], name="cases_case_received", pages_per_range=32, autosummarize=True
            ),
            BrinIndex(
                fields=["decided_on"], name="cases_case_decided", pages_per_range=32, autosummarize=True
            ),
        ]


class Dossier(models.Model):
    """What an applicant told at one moment: applicant, agent, answers, form, delivery; sealed, never changed."""

    pk = models.CompositePrimaryKey("case_id", "no")
    # Written in one statement with its case; verification reports a dossier too many or too few.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    no = models.IntegerField()
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(no__gte=1), name="cases_dossier_no")]


__all__ = ["NEVER", "Case", "Dossier"]
