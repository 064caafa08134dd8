"""Counts of ratings for whoever computes indicators over them: any cut, any period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

# Ratings carry where they belong themselves, so that a cut needs no case.
_BOUNDS = {
    "organ": "r.organ_id = ANY(%(organ)s::bigint[])",
    "window": 'r."window" = ANY(%(window)s::bigint[])',
    "region": "r.region LIKE ANY(%(region)s)",
    "item": "r.task_code = ANY(%(item)s)",
    "person": "r.person = ANY(%(person)s)",
}
# Of cases: a window has those that it took in, a person those whose link the person carried.
_OF_RECEIVED = _BOUNDS | {
    "window": "r.received_window = ANY(%(window)s::bigint[])",
    "person": "r.person = ANY(%(person)s) AND r.link = 'acceptance'",
}
_OF_DECIDED = {"person": "r.person = ANY(%(person)s) AND r.link = 'completion'"}
_GIVEN = """
SELECT count(*), count(*) FILTER (WHERE r.grade >= 3) FROM reviews_rating r
WHERE r.standing = 'valid' AND r.rated_on BETWEEN %(since)s AND %(until)s"""
# Ratings of a case lie under the same day: grouped with it they are counted once, in the order of the index.
_RATED = """
SELECT count(*) FROM (SELECT FROM reviews_rating r WHERE r.standing = 'valid'
  AND r.received_on BETWEEN %(since)s AND %(until)s AND r.rated_on <= %(until)s{where}
  GROUP BY r.received_on, r.case_id) AS one"""
_RATED_OF = """
SELECT count(DISTINCT r.case_id) FROM reviews_rating r
WHERE r.case_id = ANY(%(cases)s) AND r.standing = 'valid' AND r.rated_on <= %(until)s{where}"""
_RECTIFIED = """
SELECT count(*) FILTER (WHERE t.rectify_due_on < %(today)s OR t.rectified_on IS NOT NULL),
  count(*) FILTER (WHERE t.rectified_on <= t.rectify_due_on)
FROM reviews_ticket t JOIN reviews_rating r ON r.id = t.rating_id
WHERE t.verdict = 'real' AND r.rated_on BETWEEN %(since)s AND %(until)s"""

Bounds = Mapping[str, Sequence[str]]


def given(bounds: Bounds, *, since: date, until: date) -> dict[str, int]:
    """``valid`` and ``good`` (grades 3 to 5) ratings given in the period; one statement.

    ``bounds`` are keys by name of the cut (organ and window ids, region patterns, task codes, user names).
    """
    valid, good = _read(_GIVEN + _where(bounds, _BOUNDS), bounds, since=since, until=until)
    return {"valid": valid, "good": good}


def rated(bounds: Bounds, *, since: date, until: date) -> int:
    """Cases received in the period with a valid rating by its end; one statement."""
    where = _where(bounds, _OF_RECEIVED)
    return _read(_RATED.format(where=where), bounds, since=since, until=until)[0]


def rated_of(cases: Sequence[int], bounds: Bounds, *, until: date) -> int:
    """How many of ``cases`` (ids, decided ones that lie within the bounds) have a valid rating by that day."""
    where = _where(bounds, _OF_DECIDED)
    return _read(_RATED_OF.format(where=where), bounds, cases=list(cases), until=until)[0]


def rectified(bounds: Bounds, *, since: date, until: date, today: date) -> dict[str, int]:
    """Real bad ratings given in the period: ``due`` whose term has passed or that are made good, ``in_time``."""
    where = _where(bounds, _BOUNDS)
    due, in_time = _read(_RECTIFIED + where, bounds, since=since, until=until, today=today)
    return {"due": due, "in_time": in_time}


def _where(bounds: Bounds, conditions: Mapping[str, str]) -> str:
    return "".join(f" AND {conditions[name]}" for name in bounds if name in conditions)


def _read(sql: str, bounds: Bounds, **given: Any) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given | {name: list(keys) for name, keys in bounds.items()})
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
