"""Tables of notices: messages by channel, and what the stand-in of the SMS gateway was given."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One message to one person by one channel.

    The person is an account or, for whoever has none yet, the subject hash of the id number.
    ``body_sealed`` and ``address_sealed`` (number or e-mail, empty for the portal) are encrypted, bound to
    ``key`` and channel.
    ``key`` names what it was sent for, so that a fact delivered twice is told once. ``path`` is where it leads
    in the product; empty for what stands with the case.
    """

    CHANNELS = ("portal", "email", "sms")
    STATES = ("queued", "sent", "failed", "read")

    account = models.ForeignKey("base.Account", null=True, on_delete=models.PROTECT, db_index=False)
    subject_hash = models.BinaryField(null=True)
    kind = models.TextField()
    version = models.SmallIntegerField()
    title = models.TextField()
    body_sealed = models.BinaryField()
    address_sealed = models.BinaryField()
    case_no = models.TextField(blank=True, default="")
    path = models.TextField(blank=True, default="", db_default="")
    channel = models.TextField()
    state = models.TextField()
    attempts = models.SmallIntegerField(default=0)
    key = models.TextField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "channel"], name="notices_message_once"),
            models.CheckConstraint(
                condition=Q(channel__in=["portal", "email", "sms"]), name="notices_message_channel"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent", "failed", "read"]), name="notices_message_state"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(subject_hash__isnull=False),
                name="notices_message_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subject_hash", "-id"], name="notices_message_subject", condition=Q(channel="portal")
            ),
            models.Index(
                fields=["account", "-id"], name="notices_message_account", condition=Q(channel="portal")
            ),
            models.Index(fields=["id"], name="notices_message_queued", condition=Q(state="queued")),
        ]


class StandInSms(models.Model):
    """What the stand-in of the SMS gateway was given: shown in the console of the demonstration."""

    receipt = models.TextField(unique=True)
    phone_sealed = models.BinaryField()
    text_sealed = models.BinaryField()
    at = models.DateTimeField()


class Preference(models.Model):
    """What a person chose: see ``rules.Chosen``; who chose nothing has no row."""

    account = models.OneToOneField("base.Account", on_delete=models.PROTECT, primary_key=True)
    sms = models.TextField()
    email = models.TextField()
    quiet_from = models.SmallIntegerField()
    quiet_until = models.SmallIntegerField()
    language = models.TextField(blank=True)
    is_elder = models.BooleanField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sms__in=["all", "important", "none"], email__in=["all", "important", "none"]),
                name="notices_preference_ways",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__gte=0, quiet_from__lte=23, quiet_until__gte=0, quiet_until__lte=23),
                name="notices_preference_hours",
            ),
        ]
