"""The change feed: what was published, suspended, resumed or cancelled since one looked last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from onewindow.kernel.errors import N_, FieldError, Invalid

MOST = 1000
_NAMES = ("seq", "task_code", "version", "state", "at", "what")


def feed(since: int | datetime | None = None, *, limit: int = 100) -> dict[str, Any]:
    """Events with a greater number than ``since``, or after that instant (None: all), oldest first.

    ``{"results": [{"seq","task_code","version","state","at","what"}], "next"}``: ``state`` is that of the item
    after the event, ``what`` published | suspended | resumed | cancelled, ``next`` the ``since`` of the next
    question, which is the given one again when nothing happened. One statement by the primary key. Events are
    committed in the order of their numbers, so that none appears behind the reader's back. Raises ``Invalid``
    for a negative number.
    """
    after = _number_at(since) if isinstance(since, datetime) else since or 0
    if not 0 <= after < 2**63:
        message = N_("since 应当是以前得到的序号")
        raise Invalid("invalid-filter", message, fields=[FieldError("since", "invalid", message)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.seq, i.task_code, v.version, e.state, e.at, e.what FROM catalog_itemevent e"
            " JOIN catalog_item i ON i.id = e.item_id JOIN catalog_itemversion v ON v.id = e.version_id"
            " WHERE e.seq > %s ORDER BY e.seq LIMIT %s",
            [after, max(1, min(limit, MOST))],
        )
        rows = [dict(zip(_NAMES, row, strict=True)) for row in cursor.fetchall()]
    return {"results": rows, "next": rows[-1]["seq"] if rows else after}


def events_of(task_code: str) -> list[tuple[str, int, datetime]]:
    """What happened to one item, oldest first: (what, the version then newest, at); empty for an unknown code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.what, v.version, e.at FROM catalog_itemevent e"
            " JOIN catalog_item i ON i.id = e.item_id JOIN catalog_itemversion v ON v.id = e.version_id"
            " WHERE i.task_code = %s ORDER BY e.seq",
            [task_code],
        )
        return [(what, int(version), at) for what, version, at in cursor.fetchall()]


def _number_at(instant: datetime) -> int:
    """The number of the last event up to ``instant``; 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM catalog_itemevent WHERE at <= %s", [instant])
        return int(cursor.fetchone()[0])
