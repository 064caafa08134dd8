"""What time makes due in the catalogue: approved changes come into force on their day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from onewindow.base import clock
from onewindow.catalog import publishing
from onewindow.catalog.changes import force
from onewindow.catalog.models import Change
from onewindow.kernel.actor import SYSTEM

_AT_ONCE = 50


def sweep_changes(now: datetime) -> int:
    """Put every passed change into force whose day has come; how many were dealt with. Safe to repeat and to
    run twice at once: each change is looked at again under its lock. One statement when nothing is due."""
    due = Change.objects.filter(state="passed", in_force_at=None, effective_on__lte=clock.day_of(now))
    done = 0
    for change_id in list(due.order_by("effective_on", "id").values_list("id", flat=True)[:_AT_ONCE]):
        done += _one(change_id, now)
    return done


def _one(change_id: int, now: datetime) -> int:
    with transaction.atomic():
        change = Change.objects.select_for_update().get(pk=change_id)
        if not force.is_due(change, now):
            return 0
        publishing.lock()
        force.put_into_force(change, actor=SYSTEM, now=now)
        return 1
