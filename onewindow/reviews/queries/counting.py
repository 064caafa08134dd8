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


_COMPLAINTS = """
SELECT c.organ_id::text, count(*),
  count(*) FILTER (WHERE c.state IN ('answered', 'refused') OR l.late), count(*) FILTER (
    WHERE c.state IN ('answered', 'refused') AND NOT l.late),
  count(*) FILTER (WHERE c.verdict IN ('upheld', 'partly')), count(*) FILTER (WHERE c.verdict IS NOT NULL)
FROM reviews_complaint c, LATERAL (SELECT EXISTS (SELECT 1 FROM reviews_step s
  WHERE s.matter = 'complaint' AND s.subject = c.id AND s.deed = 'overdue') AS late) l
WHERE c.filed_at >= %s::date AND c.filed_at < %s::date + 1 GROUP BY 1"""
_TICKETS = """
SELECT t.organ_id::text, count(*), count(*) FILTER (WHERE t.verdict = 'real'),
  count(*) FILTER (WHERE t.verdict = 'real' AND (t.rectify_due_on < %s OR t.rectified_on IS NOT NULL)),
  count(*) FILTER (WHERE t.verdict = 'real' AND t.rectified_on <= t.rectify_due_on)
FROM reviews_ticket t JOIN reviews_rating r ON r.id = t.rating_id
WHERE r.rated_on BETWEEN %s AND %s GROUP BY 1"""
_MONTHLY = {
    "ratings": "SELECT to_char(rated_on, 'YYYY-MM'), organ_id::text, count(*) FROM reviews_rating"
    " WHERE standing = 'valid' AND rated_on BETWEEN %s AND %s GROUP BY 1, 2",
    "complaints": "SELECT to_char(filed_at, 'YYYY-MM'), organ_id::text, count(*) FROM reviews_complaint"
    " WHERE filed_at >= %s::date AND filed_at < %s::date + 1 GROUP BY 1, 2",
}


def complaints(*, since: date, until: date) -> dict[str, tuple[int, int, int, int, int]]:
    """Complaints filed in the period by organ id: (all, due, in term, upheld, judged); one statement.

    Due are those that ended with an answer or a refusal, and those of which a step passed its day; in term
    those that ended and never passed one. Upheld, wholly or in part, of those that were judged.
    """
    return _by_organ(_COMPLAINTS, [since, until])


def tickets(*, since: date, until: date, today: date) -> dict[str, tuple[int, int, int, int]]:
    """Tickets of bad ratings given in the period by organ id: (all, real, due, made good in time)."""
    return _by_organ(_TICKETS, [today, since, until])


def monthly(what: str, *, since: date, until: date) -> dict[str, dict[str, int]]:
    """``ratings`` that are valid or ``complaints``, by month (``2026-09``) and organ id."""
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHLY[what], [since, until])
        for month, organ, count in cursor.fetchall():
            found.setdefault(month, {})[organ] = int(count)
    return found


def _by_organ(sql: str, given: list[Any]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {row[0]: tuple(map(int, row[1:])) for row in cursor.fetchall()}
