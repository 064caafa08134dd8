"""Tables of the catalogue: an item lives for ever, its published versions never change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from onewindow.catalog.editorial import tables as editorial_tables  # noqa: F401 - registers its models


class AsWritten(models.JSONField):
    """JSON kept as it was written (``json``, not ``jsonb``): the properties of a form keep their order."""

    def db_type(self, connection: object) -> str:
        return "json"


class Item(models.Model):
    """One implementation item; the code is never reused, a cancelled item keeps its row (handbook 2.2).

    ``state_since`` and ``state_reason`` tell since when and why an item is not in use.
    """

    STATES = [("in-use", "在用"), ("suspended", "暂停"), ("cancelled", "取消")]

    task_code = models.TextField(unique=True)
    created_at = models.DateTimeField()
    state = models.TextField(choices=STATES, default="in-use", db_default="in-use")
    state_since = models.DateTimeField(null=True)
    state_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["in-use", "suspended", "cancelled"]), name="catalog_item_state"
            ),
            models.CheckConstraint(
                condition=Q(state="in-use") | Q(state_since__isnull=False), name="catalog_item_state_since"
            ),
        ]


class ItemVersion(models.Model):
    """One version of an item. ``content`` is the encoded ``ItemDefinition`` without ids of this table.

    ``is_current`` marks the one version that is in force. ``source_digest`` is the digest of the imported
    row that this version rests on, so that the same row imported again changes nothing. ``change`` is the one
    that brought it into force, null for what an operator took over.
    """

    STATUSES = [("draft", "草稿"), ("published", "已发布"), ("withdrawn", "已撤下")]

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    status = models.TextField(choices=STATUSES, default="draft")
    is_current = models.BooleanField(default=False)
    name = models.TextField()
    type = models.TextField()
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, related_name="+")
    region = models.TextField()
    kind = models.TextField(null=True)
    legal_days = models.IntegerField(null=True)
    legal_unit = models.TextField(null=True)
    promised_days = models.IntegerField(null=True)
    promised_unit = models.TextField(null=True)
    handled = models.BooleanField(default=False)
    content = AsWritten()
    digest = models.TextField()
    source_digest = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    change = models.ForeignKey(
        "catalog.Change", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="catalog_version_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="catalog_version_current"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "withdrawn"]), name="catalog_version_status"
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(status="published"), name="catalog_current_is_published"
            ),
            models.CheckConstraint(
                condition=Q(promised_days=None)
                | Q(legal_days=None)
                | ~Q(promised_unit=F("legal_unit"))
                | Q(promised_days__lte=F("legal_days")),
                name="catalog_promise_within_law",
            ),
        ]


class ItemSearch(models.Model):
    """What the search index is built from: one row per published current version.

    ``row`` is the item as lists show it; ``syllables`` the pinyin of the name, one word per character;
    ``lists`` the slugs of the published lists that the item stands on (``listings``).
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, primary_key=True)
    version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="+")
    row = models.JSONField()
    syllables = models.TextField()
    position = models.BigIntegerField()
    lists = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["position"], name="catalog_search_position"),
            GinIndex(fields=["lists"], name="catalog_search_lists"),
        ]


class ItemEvent(models.Model):
    """What changed about an item, numbered in the order of commits (publishers wait for each other).

    Whoever follows the catalogue asks for all with a greater ``seq`` than the last one that he has seen.
    """

    seq = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.TextField()
    state = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["published", "suspended", "resumed", "cancelled"]),
                name="catalog_event_what",
            ),
        ]


class CatalogueItem(models.Model):
    """One item of the basic catalogue (基本目录); its 12-character code is never reused."""

    catalog_code = models.TextField(unique=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True, default="")


class CatalogueVersion(models.Model):
    """One version of a catalogue item; ``content`` is the encoded ``CommonElements``. Never changes."""

    catalogue_item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    is_current = models.BooleanField(default=False)
    name = models.TextField()
    content = AsWritten()
    digest = models.TextField()
    published_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["catalogue_item", "version"], name="catalog_directory_once"),
            models.UniqueConstraint(
                fields=["catalogue_item"], condition=Q(is_current=True), name="catalog_directory_current"
            ),
        ]


class Change(models.Model):
    """A change of the catalogue on its way through approval (变更申请, handbook 2.7).

    The four persons stand in the row itself, so that the database refuses a change which one person has
    carried through two of the seats. ``round`` counts how often it was submitted; a return clears the seats.
    ``warnings`` are the findings recorded when it was submitted; ``held`` why it could not come into force.
    """

    STATES = [
        ("to-submit", "待提交"),
        ("in-approval", "审批中"),
        ("passed", "已通过"),
        ("withdrawn", "已撤回"),
        ("rejected", "已驳回"),
    ]

    number = models.TextField(unique=True)
    version = models.IntegerField(default=1)
    kind = models.TextField()
    state = models.TextField(choices=STATES, default="to-submit")
    title = models.TextField()
    reason = models.TextField()
    basis = models.TextField(blank=True, default="")
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField(default=1)
    proposer_id = models.BigIntegerField()
    establishment_id = models.BigIntegerField(null=True)
    legal_id = models.BigIntegerField(null=True)
    leader_id = models.BigIntegerField(null=True)
    proposer_name = models.TextField()
    effective_on = models.DateField(null=True)
    warnings = models.JSONField(default=list)
    held = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["to-submit", "in-approval", "passed", "withdrawn", "rejected"]),
                name="catalog_change_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "new",
                        "change",
                        "split",
                        "merge",
                        "delegate",
                        "take-back",
                        "suspend",
                        "resume",
                        "cancel",
                        "directory",
                    ]
                ),
                name="catalog_change_kind",
            ),
            models.CheckConstraint(
                condition=(Q(establishment_id=None) | ~Q(establishment_id=F("proposer_id")))
                & (Q(legal_id=None) | ~Q(legal_id=F("proposer_id")))
                & (Q(leader_id=None) | ~Q(leader_id=F("proposer_id")))
                & (Q(establishment_id=None) | Q(legal_id=None) | ~Q(establishment_id=F("legal_id")))
                & (Q(establishment_id=None) | Q(leader_id=None) | ~Q(establishment_id=F("leader_id")))
                & (Q(legal_id=None) | Q(leader_id=None) | ~Q(legal_id=F("leader_id"))),
                name="catalog_change_four_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="passed")
                | Q(
                    establishment_id__isnull=False,
                    legal_id__isnull=False,
                    leader_id__isnull=False,
                    decided_at__isnull=False,
                ),
                name="catalog_change_passed_by_all",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at=None) | Q(state="passed"), name="catalog_change_in_force_is_passed"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="catalog_change_by_state"),
            models.Index(fields=["proposer_id", "-id"], name="catalog_change_by_proposer"),
            models.Index(
                fields=["effective_on"],
                condition=Q(state="passed", in_force_at=None),
                name="catalog_change_due",
            ),
        ]  # fmt: skip


class ChangeTarget(models.Model):
    """What a change does to one item: publish a version, suspend, resume or cancel.

    ``content`` is the proposed ``ItemDefinition`` (of a directory change: ``CommonElements``);
    ``base_version`` the version in force that the proposal was written on, null for a new code;
    ``source_code`` the item that a delegated one inherits from.
    """

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="targets")
    position = models.IntegerField()
    task_code = models.TextField()
    action = models.TextField()
    content = AsWritten(null=True)
    base_version = models.IntegerField(null=True)
    source_code = models.TextField(blank=True, default="")
    version = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "task_code"], name="catalog_target_once"),
            models.CheckConstraint(
                condition=Q(action__in=["publish", "suspend", "resume", "cancel"]),
                name="catalog_target_action",
            ),
            models.CheckConstraint(
                condition=Q(action="publish") | Q(content__isnull=True), name="catalog_target_content"
            ),
        ]
        indexes = [models.Index(fields=["task_code"], name="catalog_target_by_code")]


class ChangeOpinion(models.Model):
    """What one seat said in one round; written once."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="opinions")
    round = models.IntegerField()
    seat = models.TextField()
    verdict = models.TextField()
    text = models.TextField(blank=True, default="")
    account_id = models.BigIntegerField()
    name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "seat", "round"], name="catalog_opinion_once"),
            models.CheckConstraint(
                condition=Q(seat__in=["establishment", "legal", "leader"]), name="catalog_opinion_seat"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["agree", "disagree", "return"]), name="catalog_opinion_verdict"
            ),
            models.CheckConstraint(
                condition=Q(verdict="agree") | ~Q(text=""), name="catalog_opinion_says_why"
            ),
        ]


class Reconciliation(models.Model):
    """The nightly comparison of the directory with what is handled: one report a day."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    differences = models.IntegerField()
    report = models.JSONField()


class SheetJob(models.Model):
    """A workbook on its way in or out; its files lie in the data directory, and all goes when it expires.

    ``kind``: ``try`` an import, ``propose`` what it changes, ``export``. ``progress`` counts rows read or items
    written, of ``total`` where that is known. ``asked`` is what the editor asked for: a selection, or the texts
    of the change; ``changes`` the numbers of the changes made; ``problem`` the refusal that ended it. ``starts``
    counts how often it was begun: what kills its worker each time is given up.
    """

    token = models.TextField(primary_key=True)
    account_id = models.BigIntegerField()
    kind = models.TextField()
    state = models.TextField(default="waiting")
    name = models.TextField(blank=True)
    layout = models.TextField()
    asked = models.JSONField(default=dict)
    progress = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    starts = models.IntegerField(default=0)
    changes = ArrayField(models.TextField(), default=list)
    problem = models.JSONField(null=True)
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["try", "propose", "export"]), name="catalog_sheet_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="catalog_sheet_state"
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "-expires_at"], name="catalog_sheet_by_account"),
            models.Index(fields=["expires_at"], name="catalog_sheet_expiry"),
        ]
