"""When the cases of each item version were received: what the catalogue is compared with at night."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def received_spans() -> list[tuple[int, int, datetime, datetime]]:
    """(item version, cases, first received, last received) of everything ever received; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_version_id, count(*), min(received_at), max(received_at) FROM cases_case"
            " WHERE received_at IS NOT NULL GROUP BY item_version_id ORDER BY item_version_id"
        )
        return [(int(row[0]), int(row[1]), row[2], row[3]) for row in cursor.fetchall()]


def received_since(since: datetime) -> list[tuple[int, int]]:
    """(item version, cases received from ``since`` on); one statement over all cases, for the night."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_version_id, count(*) FROM cases_case WHERE received_at >= %s GROUP BY 1 ORDER BY 1",
            [since],
        )
        return [(int(row[0]), int(row[1])) for row in cursor.fetchall()]
