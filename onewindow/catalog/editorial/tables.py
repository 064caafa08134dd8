"""Tables of what editors keep beside the items: nothing that an editor wrote is ever deleted."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Synonym(models.Model):
    """Everyday phrases and what they mean: ``official`` holds official words or codes of items, best first.

    A change retires the row and writes a new one that ``replaces`` it.
    """

    everyday = ArrayField(models.TextField())
    official = ArrayField(models.TextField())
    note = models.TextField(blank=True, default="")
    added_by = models.BigIntegerField()
    added_name = models.TextField()
    added_at = models.DateTimeField()
    retired_by = models.BigIntegerField(null=True)
    retired_name = models.TextField(blank=True, default="")
    retired_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="catalog_synonym_retired_by",
            ),
            models.UniqueConstraint(fields=["replaces"], name="catalog_synonym_replaced_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(retired_at=None), name="catalog_synonym_in_use"),
        ]


class MissedSearch(models.Model):
    """How often a text was searched on a day without a good answer; no person, no address stands with it."""

    day = models.DateField()
    text = models.TextField()
    kind = models.TextField()
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "text"], name="catalog_missed_once"),
            models.CheckConstraint(condition=Q(kind__in=["none", "poor"]), name="catalog_missed_kind"),
        ]


class MissedVerdict(models.Model):
    """What an editor made of a failed search: ``done`` until it fails again on a later day, or ``ignored``."""

    text = models.TextField(unique=True)
    verdict = models.TextField()
    by = models.BigIntegerField()
    name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["done", "ignored"]), name="catalog_missed_verdict"
            )
        ]


class ItemUse(models.Model):
    """How many cases of an item were received in the days before ``counted_on``; made anew each night."""

    task_code = models.TextField(unique=True)
    received = models.IntegerField()
    counted_on = models.DateField()


class HotMark(models.Model):
    """An editor's pin or block on an item; ``lifted_at`` ends it."""

    task_code = models.TextField()
    mark = models.TextField()
    position = models.IntegerField(default=0)
    set_by = models.BigIntegerField()
    set_name = models.TextField()
    set_at = models.DateTimeField()
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mark__in=["pin", "block"]), name="catalog_hot_mark"),
            models.UniqueConstraint(
                fields=["task_code"], condition=Q(lifted_at=None), name="catalog_hot_mark_once"
            ),
        ]


class ThemeVersion(models.Model):
    """A life-event theme as an editor saved it; the newest row of a ``key`` holds, over the shipped one."""

    key = models.TextField()
    audience = models.TextField()
    position = models.IntegerField()
    label = models.TextField()
    label_en = models.TextField(blank=True, default="")
    icon = models.TextField(blank=True, default="")
    themes = ArrayField(models.TextField(), default=list)
    items = ArrayField(models.TextField(), default=list)
    is_shown = models.BooleanField()
    by = models.BigIntegerField()
    name = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["person", "organisation"]), name="catalog_theme_audience"
            )
        ]
        indexes = [models.Index(fields=["key", "-id"], name="catalog_theme_newest")]
