"""Whether this process can serve."""

from __future__ import annotations

from django.db import connection


def require_database() -> None:
    """Ask the database; what is away rises as the database's own error (503 at the edge)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
