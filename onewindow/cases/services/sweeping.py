"""What time makes due: deemed acceptance, answers that did not come, limits passed; each told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection

from onewindow.base import calendars
from onewindow.cases import store
from onewindow.cases.rules.acting import Context
from onewindow.cases.rules.decide import tick
from onewindow.cases.services import telling
from onewindow.cases.services.moving import moved_fact
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Stale

BATCH = 500
# Two sweepers at once would only make each other stale.
_DUE = """
SELECT id, wake_at FROM cases_case WHERE wake_at <= %s ORDER BY wake_at LIMIT %s FOR UPDATE SKIP LOCKED"""
_FIRST = "SELECT min(wake_at) FROM cases_case WHERE wake_at <= %s"


def sweep(now: datetime, *, limit: int = BATCH) -> int:
    """Do what is due at ``now``, at most ``limit`` cases; how many cases moved."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, limit])
        due = [int(row[0]) for row in cursor.fetchall()]
    return _move(due, now) if due else 0


def sweep_until(now: datetime) -> int:
    """Do everything due up to ``now``, in the order of the instants, each at its own instant."""
    moved = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, [now])
            first = cursor.fetchone()[0]
        if first is None:
            return moved
        done = sweep(first)
        if done == 0:
            return moved
        moved += done


def catch_up(found: store.Found, now: datetime) -> bool:
    """Do what time made due of one case before somebody acts on it; False when nothing was due.

    Between the instant at which something falls due and the next sweep nobody may do what time has ended.
    """
    wake_at = found.derived.wake_at if found.derived is not None else None
    if wake_at is None or wake_at > now:
        return False
    while _move([found.state.id], now):
        pass
    return True


def _move(ids: Sequence[int], now: datetime) -> int:
    batch: list[tuple[store.Found, telling.Outcome]] = []
    for found in store.load_many(ids):
        outcome = _outcome(found, now)
        if outcome is not None:
            batch.append((found, outcome))
    try:
        telling.write_many([(found.state.version, outcome) for found, outcome in batch])
        return len(batch)
    except (IntegrityError, Stale):
        return sum(_alone(found, outcome) for found, outcome in batch)


def _alone(found: store.Found, outcome: telling.Outcome) -> int:
    """One at a time after a clash: whoever was acted upon meanwhile waits for the next sweep."""
    try:
        telling.write(outcome, was=found.state.version)
    except Stale:
        return 0
    return 1


def _outcome(found: store.Found, now: datetime) -> telling.Outcome | None:
    item = catalog.definition(found.state.item_version_id)
    table = calendars.table()
    context = Context(now=max(now, found.state.last_at), actor=SYSTEM, item=item, table=table)
    facts = [fact for _, fact in tick(found.state, context)]
    deed = telling.Deed(SYSTEM, "system", now, item, lambda: found.dossier, table)
    if not facts:
        return _rested(found, deed)
    return telling.prepare(found.state, facts, deed, case_id=found.state.id, found_by=found.found_by)


def _rested(found: store.Found, deed: telling.Deed) -> telling.Outcome | None:
    """Woken for nothing (the calendar moved what was due): write the new outlook with the fact that says so."""
    fact = moved_fact(found, deed.item, deed.table)
    if fact is None:
        return None
    return telling.prepare(found.state, [fact], deed, case_id=found.state.id, found_by=found.found_by)
