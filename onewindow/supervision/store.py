"""How what supervision knows of cases is read and written: many at a time, one statement each way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection

from onewindow.cases import access
from onewindow.cases import store as cases
from onewindow.supervision.rules.matters import Matter

COLUMNS = Matter.__struct_fields__
_TYPES = {
    "case_id": "bigint",
    "seq": "int",
    "is_open": "boolean",
    "organ_id": "bigint",
    "window_id": "bigint",
    "item_version_id": "bigint",
    "is_deemed": "boolean",
    **dict.fromkeys(("received_on", "accepted_on", "decided_on", "delivered_on"), "date"),
    **dict.fromkeys(("promised_due_on", "legal_due_on", "due_on"), "date"),
    **dict.fromkeys(("legal_days", "promised_days", "used_days", "promised_used_days", "visits"), "int"),
    **dict.fromkeys(("received_hour", "decided_hour", "pauses", "paused_days"), "int"),
    "paused_on": "date",
    "look_at": "timestamptz",
}
_LIST = ", ".join(COLUMNS)
_READ = f"SELECT {_LIST} FROM supervision_matter WHERE case_id = ANY(%s)"
_WRITE = (
    f"INSERT INTO supervision_matter ({_LIST}) SELECT {_LIST} FROM jsonb_to_recordset(%s::jsonb) AS new("
    + ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COLUMNS)
    + ") ON CONFLICT (case_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "case_id")
)


def matters(ids: Sequence[int]) -> dict[int, Matter]:
    """What is known of these cases, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        return {row[0]: Matter(*row) for row in cursor.fetchall()}


def matter_of(case_no: str) -> Matter | None:
    """What is known of the case with this number; None when supervision does not know it."""
    number = access.normal(case_no)
    found = None if number is None else cases.load(number)
    return None if found is None else matters([found.state.id]).get(found.state.id)


def look_again(now: datetime) -> int:
    """Let every case that waits for an instant be looked at anew; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE supervision_matter SET look_at = %s WHERE is_open OR look_at IS NOT NULL", [now]
        )
        return int(cursor.rowcount)


def look_no_more(ids: Sequence[int]) -> None:
    """Leave these cases until a new fact of theirs comes: what they tell cannot be read."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE supervision_matter SET look_at = NULL WHERE case_id = ANY(%s)", [list(ids)]
            )


def write(found: Sequence[Matter]) -> None:
    """Put these in the place of what was known of their cases."""
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [msgspec.json.encode(found).decode()])
