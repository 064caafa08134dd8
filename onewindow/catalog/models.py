"""Tables of the catalogue: an item lives for ever, its published versions never change."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Item(models.Model):
    """One implementation item; the code is never reused (handbook 2.2)."""

    task_code = models.TextField(unique=True)
    created_at = models.DateTimeField()


class ItemVersion(models.Model):
    """One version of an item. ``content`` is the encoded ``ItemDefinition`` without ids of this table.

    ``is_current`` marks the one version that is in force. ``source_digest`` is the digest of the imported
    row that this version rests on, so that the same row imported again changes nothing.
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
    content = models.JSONField()
    digest = models.TextField()
    source_digest = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

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

    ``row`` is the item as lists show it; ``syllables`` the pinyin of the name, one word per character.
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, primary_key=True)
    version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="+")
    row = models.JSONField()
    syllables = models.TextField()
    position = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["position"], name="catalog_search_position")]
