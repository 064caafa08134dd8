"""Who opened what is masked: the list for those who watch, with what became of each look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed
from onewindow.org import queries as org
from onewindow.reviews.queries import looking

MOST = 100
WATCHERS = ("supervisor", "manager")


class Look(msgspec.Struct, frozen=True):
    """One look. ``what``: whose data ("case", "call", "ticket", "complaint", "correction"); ``by`` a user name.

    ``is_followed``: the looker did something on the case afterwards (None for what is no case); ``card_no`` and
    ``card_state`` of the card that asked what it was for, empty without one.
    """

    id: int
    at: datetime
    what: str
    by: str
    by_name: str
    role: str
    organ: str
    case_no: str
    reason: str
    seq: int
    is_followed: bool | None
    card_no: str
    card_state: str


# The types stand here as they do in the condition of the index base_fact_looks, by which the facts are found.
_LOOKS = """
SELECT f.id, f.at, f.stream, f.subject, f.seq, f.actor, f.role, f.organ, f.data->>'reason', c.case_no,
  CASE WHEN f.stream = 'case' THEN EXISTS (
    SELECT 1 FROM base_fact g WHERE g.stream = 'case' AND g.subject = f.subject AND g.seq > f.seq
      AND g.actor = f.actor AND g.type <> 'revealed') END AS is_followed,
  coalesce(k.card_no, ''), coalesce(k.state, '')
FROM base_fact f
LEFT JOIN cases_case c ON f.stream = 'case' AND c.id = f.subject
LEFT JOIN supervision_card k ON f.stream = 'case' AND k.case_id = f.subject AND k.rule = '22'
  AND k.mark = 'look:' || f.seq
WHERE f.type IN ('revealed', 'phone-opened', 'rater-opened', 'complainant-opened', 'looked')
  AND f.id < %(before)s {where}
ORDER BY f.id DESC LIMIT %(limit)s"""
_OPEN = " AND f.stream = 'case' AND f.role NOT IN ('supervisor', 'manager')"


def looks(
    actor: Actor, *, by: str = "", case_no: str = "", is_unfollowed: bool = False, before: int | None = None,
    limit: int = 50,
) -> tuple[list[Look], int | None]:  # fmt: skip
    """Looks that fit, newest first, and the id to go on before (None: no more)."""
    if not actor.has(*WATCHERS):
        raise NotAllowed("not-watcher", N_("只有电子监察和政务服务中心可以看。"))
    limit = max(1, min(limit, MOST))
    where = (" AND f.actor = %(by)s" if by else "") + (" AND c.case_no = %(case_no)s" if case_no else "")
    if is_unfollowed:
        where += _OPEN + (
            " AND NOT EXISTS (SELECT 1 FROM base_fact g WHERE g.stream = 'case' AND g.subject = f.subject"
            " AND g.seq > f.seq AND g.actor = f.actor AND g.type <> 'revealed')"
        )
    values: dict[str, Any] = {"before": before or 2**62, "by": by, "case_no": case_no, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS.format(where=where), values)
        rows = cursor.fetchall()
    names = org.staff_names([row[5] for row in rows])
    return [_look(row, names) for row in rows[:limit]], (rows[limit - 1][0] if len(rows) > limit else None)


def _look(row: tuple[Any, ...], names: dict[str, str]) -> Look:
    id, at, stream, subject, seq, by, role, organ, reason, case_no, is_followed, card_no, card_state = row
    return Look(
        id=id,
        at=at,
        what=stream,
        by=by,
        by_name=names.get(by, ""),
        role=role,
        organ="" if organ is None else org.organ(organ).name,
        case_no=case_no or "",
        reason=reason or looking.reason_of(stream, subject, seq),
        seq=seq,
        is_followed=is_followed,
        card_no=card_no,
        card_state=card_state,
    )
