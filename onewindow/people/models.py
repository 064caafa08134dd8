"""Tables of natural and legal persons and of who acts for whom; private to this room."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

ASSURANCE = (
    "none",
    "counter",
    "verified",
)  # self-declared; seen at a window; confirmed by the identity service
MANDATE_KINDS = ("operator", "agent")
MANDATE_STATES = ("declared", "active", "ended")


class NaturalPerson(models.Model):
    """Somebody known by the id number's keyed hash; name, number and phone are encrypted."""

    account = models.OneToOneField("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    id_type = models.TextField()
    subject_hash = models.BinaryField(unique=True)
    name_sealed = models.BinaryField()
    id_number_sealed = models.BinaryField()
    phone_sealed = models.BinaryField(null=True)
    assurance = models.TextField(default="none")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(assurance__in=ASSURANCE), name="people_natural_assurance"),
            models.CheckConstraint(
                condition=~Q(assurance="verified") | Q(verified_at__isnull=False),
                name="people_natural_verified",
            ),
        ]


class LegalPerson(models.Model):
    """A firm or another organisation; its name and code are public."""

    name = models.TextField()
    id_type = models.TextField(default="uscc")
    uscc = models.TextField(unique=True)
    override_reason = models.TextField(blank=True, default="")
    subject_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()


class Mandate(models.Model):
    """授权委托: from a firm to its operator, or from anyone to an agent; it always ends.

    ``scope`` lists task codes, empty for all. Only an ``active`` one opens the principal's matters;
    ``declared`` is what somebody merely says of himself, for one application.
    """

    firm = models.ForeignKey(LegalPerson, on_delete=models.PROTECT, null=True, related_name="mandates")
    principal = models.ForeignKey(NaturalPerson, on_delete=models.PROTECT, null=True, related_name="given")
    agent = models.ForeignKey(NaturalPerson, on_delete=models.PROTECT, related_name="held")
    kind = models.TextField()
    scope = models.JSONField(default=list)
    from_on = models.DateField()
    until_on = models.DateField()
    file_sha256 = models.BinaryField(null=True)
    state = models.TextField()
    ended_on = models.DateField(null=True)
    created_by = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MANDATE_KINDS), name="people_mandate_kind"),
            models.CheckConstraint(condition=Q(state__in=MANDATE_STATES), name="people_mandate_state"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="people_mandate_dates"),
            models.CheckConstraint(
                condition=Q(firm__isnull=False, principal__isnull=True)
                | Q(firm__isnull=True, principal__isnull=False),
                name="people_mandate_one_principal",
            ),
            models.CheckConstraint(
                condition=Q(kind="agent") | Q(firm__isnull=False), name="people_mandate_operator_of_firm"
            ),
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(principal=F("agent")),
                name="people_mandate_for_another",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False)
                | (~Q(state="ended") & Q(ended_on__isnull=True)),
                name="people_mandate_ended",
            ),
            models.UniqueConstraint(
                fields=["firm", "principal", "agent", "kind"],
                condition=Q(state="active"),
                name="people_mandate_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["agent"], name="people_mandate_agent", condition=~Q(state="ended"))]


class Consent(models.Model):
    """One word on one purpose: given or withdrawn, under the edition of the notice shown then; never changed.

    The last word counts; the row names nobody but the account, and stays as proof (个人信息保护法 art. 14).
    """

    account = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.TextField()
    is_given = models.BooleanField()
    edition = models.TextField()
    way = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["page", "api", "before"]), name="people_consent_way"),
        ]
        indexes = [models.Index(fields=["account", "purpose", "-id"], name="people_consent_last")]


class Former(models.Model):
    """What a person was called and numbered until a correction; never changed, emptied only with the person.

    ``subject_hash`` still finds the cases that were applied for under the former number.
    """

    person = models.ForeignKey(NaturalPerson, on_delete=models.PROTECT, related_name="former")
    subject_hash = models.BinaryField(db_index=True)
    id_type = models.TextField()
    name_sealed = models.BinaryField()
    id_number_sealed = models.BinaryField()
    is_number_changed = models.BooleanField()
    until_at = models.DateTimeField()
