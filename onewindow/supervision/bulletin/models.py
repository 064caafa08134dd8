"""The table of published bulletins: append-only, a correction is a further edition."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Bulletin(models.Model):
    """A published edition: ``city`` and ``organs`` (by id) for the offices, ``figures`` for the public."""

    period = models.TextField()  # 2026-09 or 2026
    edition = models.IntegerField()
    city = models.JSONField()
    organs = models.JSONField()
    figures = models.JSONField()
    digest = models.TextField()
    reason = models.TextField(blank=True, default="")
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_bulletin"
        constraints = [
            models.UniqueConstraint(fields=["period", "edition"], name="supervision_bulletin_once"),
            models.CheckConstraint(
                condition=Q(edition=1) | (Q(edition__gt=1) & ~Q(reason="")),
                name="supervision_bulletin_reason",
            ),
        ]
