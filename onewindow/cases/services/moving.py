"""A calendar notice came: running due dates are computed anew, and each move is a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection

from onewindow.base import calendars
from onewindow.cases import store
from onewindow.cases.rules.clocks import Outlook, outlook
from onewindow.cases.rules.state import NEVER, Fact
from onewindow.cases.services import telling
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import Stale

BATCH = 1000
_RUNNING = """
SELECT id FROM cases_case WHERE id > %s AND (wake_at IS NOT NULL OR waits_for IS NOT NULL)
ORDER BY id LIMIT %s"""


def move_dues(
    now: datetime, *, table: DayTable | None = None, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Recompute the due dates of all running cases; how many moved. Safe to repeat."""
    moved = done = 0
    calendar = table or calendars.table()
    for ids in _batches():
        for found in store.load_many(ids):
            moved += _move(found, now, calendar)
        done += len(ids)
        progress(done)
    return moved


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_RUNNING, [last, BATCH])
            ids = [int(row[0]) for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _move(found: store.Found, now: datetime, table: DayTable) -> int:
    item = catalog.definition(found.state.item_version_id)
    fact = moved_fact(found, item, table)
    if fact is None:
        return 0
    deed = telling.Deed(SYSTEM, "system", now, item, lambda: found.dossier, table)
    outcome = telling.prepare(found.state, [fact], deed, case_id=found.state.id, found_by=found.found_by)
    try:
        telling.write(outcome, was=found.state.version)
    except Stale:
        # Whoever acted meanwhile wrote the new outlook with the deed.
        return 0
    return 1


def moved_fact(found: store.Found, item: ItemDefinition, table: DayTable) -> Fact | None:
    """What ``table`` makes of the stored due dates; None when nothing moved."""
    before, after = found.derived, outlook(found.state, item, table)
    assert before is not None
    moves = _moves(before, after)
    return Fact("due-moved", {"moves": moves}) if moves else None


def _moves(before: Outlook, after: Outlook) -> dict[str, Any]:
    moves: dict[str, Any] = {}
    for name in ("due_on", "promised_due_on", "legal_due_on"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            moves[name] = {"from": _day(old), "until": _day(new)}
    if before.wake_at != after.wake_at and not moves:
        moves["wake"] = {"from": _instant(before.wake_at), "until": _instant(after.wake_at)}
    return moves


def _day(day: date | None) -> str | None:
    return None if day is None or day == NEVER else day.isoformat()


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
