"""Counts of ratings for whoever computes indicators over them: any cut, any period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

# Ratings carry where they belong themselves, so that a cut needs no case.
_BOUNDS = {
    "organ": "r.organ_id = ANY(%(organ)s::bigint[])",
    "window": "r.window = ANY(%(window)s::bigint[])",
    "region": "r.region LIKE ANY(%(region)s)",
    "item": "r.task_code = ANY(%(item)s)",
    "person": "r.person = ANY(%(person)s)",
}
_GIVEN = """
SELECT count(*), count(*) FILTER (WHERE r.grade >= 3) FROM reviews_rating r
WHERE r.standing = 'valid' AND r.rated_on BETWEEN %(since)s AND %(until)s"""
_RATED = """
SELECT count(DISTINCT r.case_id) FROM reviews_rating r JOIN cases_case c ON c.id = r.case_id
WHERE r.standing = 'valid' AND r.rated_on <= %(until)s
  AND (c.received_at >= %(since)s::date AND c.received_at < %(until)s::date + 1
    OR c.decided_on BETWEEN %(since)s AND %(until)s)"""
_RECTIFIED = """
SELECT count(*) FILTER (WHERE t.rectify_due_on < %(today)s OR t.rectified_on IS NOT NULL),
  count(*) FILTER (WHERE t.rectified_on <= t.rectify_due_on)
FROM reviews_ticket t JOIN reviews_rating r ON r.id = t.rating_id
WHERE t.verdict = 'real' AND r.rated_on BETWEEN %(since)s AND %(until)s"""


def counts(bounds: Mapping[str, Sequence[str]], *, since: date, until: date, today: date) -> dict[str, int]:
    """What indicators of ratings are made of; three statements.

    ``bounds`` are keys by name of the cut (organ and window ids, region patterns, task codes, user names).
    ``valid`` and ``good`` (grades 3 to 5) ratings given in the period; ``rated``: cases received or decided in
    the period with a valid rating by its end; ``bad_due`` and ``bad_in_time``: real bad ratings given in the
    period whose term has passed or that are made good, and those made good within it.
    """
    valid, good = _read(_GIVEN, bounds, since, until, today)
    (rated,) = _read(_RATED, bounds, since, until, today)
    due, in_time = _read(_RECTIFIED, bounds, since, until, today)
    return {"valid": valid, "good": good, "rated": rated, "bad_due": due, "bad_in_time": in_time}


def _read(
    sql: str, bounds: Mapping[str, Sequence[str]], since: date, until: date, today: date
) -> tuple[int, ...]:
    where = "".join(f" AND {_BOUNDS[name]}" for name in bounds)
    given: dict[str, Any] = {"since": since, "until": until, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(sql + where, given | {name: list(keys) for name, keys in bounds.items()})
        return tuple(int(value) for value in cursor.fetchone())
