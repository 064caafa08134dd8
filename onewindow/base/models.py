"""Tables without business: accounts, tokens, facts and their tree, outbox, calendar, kept answers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Account(models.Model):
    """A way to log in. What the person may do stands in ``org`` (staff) or ``people`` (applicants)."""

    KINDS = [("staff", "工作人员"), ("applicant", "申请人")]

    username = models.TextField()
    password = models.TextField()
    kind = models.TextField(choices=KINDS)
    name = models.TextField()
    email = models.TextField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    failed_logins = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    last_login_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Not `unique=True`: that would add a second index for LIKE, which nobody asks.
            models.UniqueConstraint(fields=["username"], name="base_account_username"),
            models.CheckConstraint(condition=Q(kind__in=["staff", "applicant"]), name="base_account_kind"),
        ]


class Token(models.Model):
    """A session of a page or of an API client; only the digest of the secret is kept."""

    digest = models.BinaryField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    purpose = models.TextField(default="api")  # api | page | step (password given, second factor not yet)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_seconds = models.IntegerField(default=1800)
    revoked_at = models.DateTimeField(null=True)
    device = models.TextField(blank=True, default="")  # browser and system, never the whole user agent
    address = models.TextField(blank=True, default="")  # masked before it is kept
    factor = models.TextField(blank=True, default="", db_default="")  # totp | recovery | passkey, "" without

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="base_token_account"),
            models.Index(fields=["issued_at"], name="base_token_issued"),
        ]


class Factor(models.Model):
    """A second factor: an authenticator app (TOTP, RFC 6238) or a passkey (WebAuthn).

    ``secret`` is the app's sealed secret or the passkey's public key; ``counter`` the last step taken or the
    authenticator's count of signatures, so that nothing is taken twice.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField()
    name = models.TextField()
    secret = models.BinaryField()
    credential = models.BinaryField(null=True)
    counter = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="base_factor_account", condition=Q(removed_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="totp", credential=None) | Q(kind="passkey", credential__isnull=False),
                name="base_factor_kind",
            ),
            models.UniqueConstraint(fields=["credential"], name="base_factor_credential"),
        ]


class RecoveryCode(models.Model):
    """A code for the day on which the telephone is lost; only its keyed hash is kept, it serves once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="base_recoverycode_once")]


class SpentChallenge(models.Model):
    """A challenge that a passkey has answered: it is taken once; kept until it would have ended by itself."""

    digest = models.BinaryField(primary_key=True)
    expires_at = models.DateTimeField()


class LoginFailure(models.Model):
    """A failed log-in (``kind`` password, code or passkey) or a wrong guess at a number (guess), on the real clock.

    Counted per account and per address; one that was lifted (the password was reset) counts no more.
    """

    username = models.TextField()
    address = models.TextField()
    at = models.DateTimeField()
    kind = models.TextField(default="password", db_default="password")
    is_lifted = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"], name="base_loginfailure_user"),
            models.Index(fields=["address", "at"], name="base_loginfailure_addr"),
            models.Index(fields=["at"], name="base_loginfailure_at"),
        ]


# Facts that tell that somebody opened what is masked.
LOOKS = ["revealed", "phone-opened", "rater-opened", "complainant-opened", "looked"]


class Fact(models.Model):
    """Something that happened, told once and never changed.

    ``stream`` names the kind of subject ("case", "document", "org" …), ``subject`` its key, ``seq`` its
    place in the subject's life (1, 2, …). ``salt`` is a keyed hash of everything else.
    """

    # Fixed widths first: no byte is lost to alignment, and this is the largest table of all.
    subject = models.BigIntegerField()
    at = models.DateTimeField()
    organ = models.BigIntegerField(null=True)
    seq = models.IntegerField()
    stream = models.TextField()
    type = models.TextField()
    actor = models.TextField()
    role = models.TextField()
    data = models.JSONField()
    salt = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "subject", "seq"], name="base_fact_once"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="base_fact_seq"),
        ]
        # Openings of what is masked: few among all facts, and watched over.
        indexes = [models.Index(fields=["-id"], name="base_fact_looks", condition=Q(type__in=LOOKS))]


class Leaf(models.Model):
    """A run of leaves: the facts numbered ``first``, ``first`` + 1, … in one go of the one sequencer.

    Runs, not one row a fact: a row with its two indexes would cost 88 bytes a fact, a run costs 8.
    ``low`` and ``high`` are the least and the greatest fact id of the run; every id up to ``settled`` was
    numbered, refused as alien, or never committed when the run was written.
    """

    first = models.BigIntegerField(primary_key=True)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    settled = models.BigIntegerField()
    facts = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__gte=0), name="base_leaf_first"),
            models.CheckConstraint(condition=Q(facts__len__gte=1), name="base_leaf_facts"),
        ]


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (0: leaves; 1: heads of full tiles of level 0; …)."""

    level = models.IntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="base_tile_once")]


class Head(models.Model):
    """A signed tree head: size, root and time, signed with the key of the instance."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    signature = models.BinaryField()


class Delivery(models.Model):
    """A fact on its way to one listener; gone when delivered, ``is_dead`` after too many tries."""

    # No constraint in the database: facts are never deleted, and its check would lock each fact row once more.
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    listener = models.TextField()
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    is_dead = models.BooleanField(default=False)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "listener"], name="base_delivery_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="base_delivery_due", condition=Q(is_dead=False)),
        ]


class KeptAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key, kept 24 hours (real clock)."""

    account = models.BigIntegerField()
    operation = models.TextField()
    key = models.TextField()
    body_digest = models.BinaryField()
    status = models.IntegerField()
    answer = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "operation", "key"], name="base_keptanswer_once"),
        ]
        indexes = [models.Index(fields=["at"], name="base_keptanswer_at")]


class CalendarDay(models.Model):
    """An exception to Monday-to-Friday, from a notice."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.TextField(blank=True, default="")


class CalendarYear(models.Model):
    """A year whose notice has been loaded; a year without a row is provisional."""

    year = models.IntegerField(primary_key=True)
    source = models.TextField()
    loaded_at = models.DateTimeField()


class Setting(models.Model):
    """A value that operators change while the platform runs."""

    name = models.TextField(primary_key=True)
    value = models.JSONField()


__all__ = [
    "Account",
    "CalendarDay",
    "CalendarYear",
    "Delivery",
    "Fact",
    "Factor",
    "Head",
    "KeptAnswer",
    "Leaf",
    "LoginFailure",
    "RecoveryCode",
    "Setting",
    "SpentChallenge",
    "Tile",
    "Token",
]
