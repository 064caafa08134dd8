"""What somebody must take care of now: cards that are not settled, the gravest and oldest first."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from django.db import connection

from onewindow.base import calendars
from onewindow.supervision.queries.board import bounded
from onewindow.supervision.queries.cuts import Cut

# A card counts until the supervisor has upheld or withdrawn it, and no longer than its case is handled.
_FROM = """
FROM supervision_card c JOIN (SELECT * FROM supervision_matter WHERE is_open{where}) m ON m.case_id = c.case_id
WHERE c.state IN ('issued', 'explained', 'appealed')"""
_COUNTS = "SELECT c.level, count(DISTINCT c.case_id)::int {found} GROUP BY c.level"
_FIRST = """
SELECT c.card_no, c.level, c.rule, c.case_no, c.organ_id, m.item_version_id, c.raised_at, m.promised_due_on,
 m.legal_due_on {found}
ORDER BY CASE c.level WHEN 'red' THEN 0 WHEN 'yellow' THEN 1 ELSE 2 END, c.raised_at, c.id LIMIT %(limit)s"""


class Urgent(msgspec.Struct, frozen=True):
    """One card: its case, rule and level, when it was raised; ``late_days`` working days past the limit."""

    card_no: str
    level: str
    rule: str
    case_no: str
    organ_id: int
    item_version_id: int
    raised_at: datetime
    is_over_law: bool
    late_days: int


def levels(cut: Cut, *, today: date) -> dict[str, int]:
    """Open cases by the level of their unsettled cards: {"red", "yellow", "reminder"}; one statement."""
    where, given = bounded(cut, today)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(found=_FROM.format(where=where)), given)
        found = dict(cursor.fetchall())
    return {level: found.get(level, 0) for level in ("red", "yellow", "reminder")}


def first(cut: Cut, *, today: date, limit: int = 5) -> list[Urgent]:
    """The first of them; one statement."""
    where, given = bounded(cut, today)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST.format(found=_FROM.format(where=where)), given | {"limit": limit})
        return [_urgent(*row, today=today) for row in cursor.fetchall()]


def _urgent(
    card_no: str, level: str, rule: str, case_no: str, organ_id: int, version_id: int, raised_at: datetime,
    promised_due_on: date | None, legal_due_on: date | None, *, today: date,
) -> Urgent:  # fmt: skip
    dues = [day for day in (promised_due_on, legal_due_on) if day is not None and day < today]
    late = max((calendars.table().count(day, today) for day in dues), default=0)
    is_over_law = legal_due_on is not None and legal_due_on < today
    return Urgent(card_no, level, rule, case_no, organ_id, version_id, raised_at, is_over_law, late)
