"""The public list of granted licences (行政许可法 art. 40: grants are open to inspection)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from onewindow.base import hot
from onewindow.cases.queries.listing import number_of, read_cursor, write_cursor
from onewindow.catalog import queries as catalog
from onewindow.documents import queries as papers
from onewindow.org import queries as org

LICENCE = "01"
_CHUNK = 200
_MOST_CHUNKS = 50
_GRANTED = f"""
SELECT c.id, c.item_version_id, c.organ_id, c.case_no, c.applicant_mask, c.decided_on, {papers.OF_CASE}
FROM cases_case c
WHERE c.id < %s AND c.state IN ('granted', 'produced', 'delivered') AND c.life ->> 'outcome' = 'grant'
 AND c.decided_on BETWEEN %s AND %s
ORDER BY c.id DESC LIMIT {_CHUNK}"""
_FIRST, _LAST = date(1949, 1, 1), date(9999, 12, 31)


def decisions(
    *,
    item: str | None = None,
    organ: str | None = None,
    from_: date | None = None,
    to: date | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> dict[str, Any]:
    """Granted licences, the latest case first: a firm by its name, a person by a masked one.

    Only licences (type 01) whose item is public; ``organ`` is a name, ``from_`` and ``to`` are days of decision.
    """
    after = read_cursor(cursor, 1)
    start = number_of(after[0]) if after is not None else 2**63 - 1
    found: list[tuple[int, dict[str, Any]]] = []
    for row in _granted(start, from_ or _FIRST, to or _LAST):
        definition = catalog.definition(row[1])
        if definition.type != LICENCE or not definition.public or item not in (None, definition.task_code):
            continue
        name = org.organ(row[2]).name
        if organ in (None, name):
            found.append((row[0], _line(row, name)))
        if len(found) > limit:
            break
    shown = found[:limit]
    return {
        "results": [line for _, line in shown],
        "next": write_cursor([shown[-1][0]]) if len(found) > limit else None,
    }


def _granted(start: int, from_: date, to: date) -> Iterator[Sequence[Any]]:
    for _ in range(_MOST_CHUNKS):
        rows = hot.execute(_GRANTED, [start, from_, to])
        yield from rows
        if len(rows) < _CHUNK:
            return
        start = rows[-1][0]


def _line(row: Sequence[Any], organ: str) -> dict[str, Any]:
    definition = catalog.definition(row[1])
    issued = msgspec.json.decode(row[6]) if row[6] else []
    grant = next((paper for paper in issued if paper[1] == "grant"), [None] * 5)
    return {
        "document_no": grant[0],
        "title": grant[2],
        "issued_at": grant[4],
        "case_no": row[3],
        "item": {"task_code": definition.task_code, "version": definition.version, "name": definition.name},
        "organ": organ,
        "applicant": row[4],
        "decided_on": row[5],
    }
