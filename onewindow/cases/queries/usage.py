"""How much each item is used, for rooms that rank items by it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def counts_by_version(*, since: datetime | None = None) -> dict[int, int]:
    """Id of an item's version → cases that were made under it, all or those received ``since``."""
    where = "" if since is None else " WHERE received_at >= %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT item_version_id, count(*) FROM cases_case{where} GROUP BY item_version_id",
            [] if since is None else [since],
        )
        return {int(version_id): int(count) for version_id, count in cursor.fetchall()}
