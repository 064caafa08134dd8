"""Hearings that were announced to everybody (行政许可法 art. 46, 48(1)): what may be published of each."""

from __future__ import annotations

from typing import Any

import msgspec

from onewindow.base import hot
from onewindow.cases.queries.listing import number_of, read_cursor, write_cursor
from onewindow.cases.rules.state import Hearing
from onewindow.catalog import queries as catalog
from onewindow.documents import queries as papers
from onewindow.org import queries as org

_SHOWN = """
SELECT c.case_no, c.item_version_id, c.organ_id, c.applicant_mask, (c.life -> 'hearing')::text
FROM cases_case c WHERE c.case_no = ANY(%s)"""


def announced(*, cursor: str | None = None, limit: int = 20) -> dict[str, Any]:
    """Public hearings, the latest announcement first: {"results", "next"}.

    Of the applicant a firm's name or a masked one; of third parties, of what was said and by whom nothing. What
    was announced and is no longer held in public is left out.
    """
    after = read_cursor(cursor, 1)
    found = papers.announcements(before=number_of(after[0]) if after else 2**63 - 1, limit=limit + 1)
    page, more = found[:limit], len(found) > limit
    rows = {row[0]: row for row in hot.execute(_SHOWN, [[one[2] for one in page]])} if page else {}
    lines = [_line(number, rows[case_no]) for _, number, case_no in page if case_no in rows]
    return {
        "results": [line for line in lines if line is not None],
        "next": write_cursor([page[-1][0]]) if more else None,
    }


def _line(document_no: str, row: Any) -> dict[str, Any] | None:
    case_no, version_id, organ_id, mask, life = row
    meeting = msgspec.json.decode(life, type=Hearing) if life else None
    if meeting is None or not meeting.is_public:
        return None
    item = catalog.definition(version_id)
    is_on = meeting.is_pending
    return {
        "document_no": document_no,
        "item": {"task_code": item.task_code, "name": item.name},
        "organ": org.organ(organ_id).name,
        "applicant": mask,
        "matters": meeting.matters,
        "meets_at": meeting.meets_at if is_on or meeting.held_on else None,
        "place": meeting.place if is_on else None,
        "state": "held" if meeting.held_on else "announced" if is_on else "cancelled",
    }
