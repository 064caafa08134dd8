"""Who opened a person's data, over all the cases of that person."""

from __future__ import annotations

from typing import Any

from django.db import connection

from onewindow.kernel.actor import Actor
from onewindow.org import queries as org

MOST = 500
_LOOKS = """
SELECT f.at, f.role, f.organ, f.data->>'reason', c.case_no
FROM cases_case c JOIN base_fact f ON f.stream = 'case' AND f.subject = c.id AND f.type = 'revealed'
WHERE c.subject_hash = ANY(%s) ORDER BY f.at DESC, f.id DESC LIMIT %s"""


def own_numbers(actor: Actor) -> list[str]:
    """The numbers of the actor's own cases, newest first, at most ``MOST``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_no FROM cases_case WHERE subject_hash = ANY(%s) ORDER BY id DESC LIMIT %s",
            [list(actor.subject_hashes), MOST],
        )
        return [row[0] for row in cursor.fetchall()]


def looks_of(actor: Actor) -> list[dict[str, Any]]:
    """{"at", "role", "organ", "reason", "case_no"} for every look into the actor's cases, newest first.

    By duty and organ, never by name; ``organ`` is None for somebody without one. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [list(actor.subject_hashes), MOST])
        return [
            {
                "at": at,
                "role": role,
                "organ": None if organ is None else org.organ(organ).name,
                "reason": reason,
                "case_no": case_no,
            }
            for at, role, organ, reason, case_no in cursor.fetchall()
        ]
