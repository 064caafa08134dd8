"""The public list of granted licences (行政许可法 art. 40: grants are open to inspection)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from onewindow.base import hot
from onewindow.cases import access
from onewindow.cases.queries.listing import number_of, read_cursor, write_cursor
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.documents import queries as papers
from onewindow.documents.kinds import ENDINGS
from onewindow.org import queries as org

LICENCE = "01"
LONGEST_SEARCH = 60
_CHUNK = 500
_MOST_CHUNKS = 20  # a search that finds little hands over after so many; its cursor goes on from there
_GRANTED = f"""
SELECT c.id, c.item_version_id, c.organ_id, c.applicant_mask
FROM cases_case c
WHERE c.id < %s AND c.state IN ('granted', 'produced', 'delivered') AND c.life ->> 'outcome' = 'grant'
 AND c.decided_on BETWEEN %s AND %s AND (%s::text IS NULL OR c.case_no = %s)
ORDER BY c.id DESC LIMIT {_CHUNK}"""
_SHOWN = f"""
SELECT c.id, c.item_version_id, c.organ_id, c.case_no, c.applicant_mask, c.decided_on, {papers.OF_CASE},
 c.life #>> '{{licence,validity}}', c.life #>> '{{licence,number}}'
FROM cases_case c WHERE c.id = ANY(%s) ORDER BY c.id DESC"""
_FIRST, _LAST = date(1949, 1, 1), date(9999, 12, 31)


class _Wanted(msgspec.Struct, frozen=True):
    item: str | None
    organ: str | None
    words: str


def decisions(
    *,
    item: str | None = None,
    organ: str | None = None,
    from_: date | None = None,
    to: date | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> dict[str, Any]:
    """Granted licences, the latest case first: a firm by its name, a person by a masked one.

    Only licences (type 01) whose item is public; ``organ`` is a name, ``from_`` and ``to`` are days of decision;
    ``q`` is a number (of the paper, of the case) or words of an item's or a firm's name: nobody finds a person by
    name. A page may hold fewer than ``limit`` and still have a next one.
    """
    after = read_cursor(cursor, 1)
    start = number_of(after[0]) if after is not None else 2**63 - 1
    words = " ".join((q or "").replace("\0", "").split())[:LONGEST_SEARCH]
    case_no = _case_of(words)
    wanted = _Wanted(item, organ, "" if case_no else words)
    span = (from_ or _FIRST, to or _LAST, case_no, case_no)
    found, following = _sought(start, span, wanted, limit)
    return {"results": _lines(found), "next": write_cursor([following]) if following else None}


def _case_of(words: str) -> str | None:
    """The case number that the words name, by itself or by the number of one of its papers."""
    return access.normal(words) or (papers.case_named(words) if "〔" in words else None)


def _sought(start: int, span: Sequence[Any], wanted: _Wanted, limit: int) -> tuple[list[int], int | None]:
    """(ids of cases, the id after which the next page begins or None)."""
    found: list[int] = []
    last = None
    for row in _granted(start, span):
        if row is None:  # looked at enough: what is left is the next page's
            return found, last
        if _is_wanted(row, wanted):
            if len(found) == limit:
                return found, found[-1]
            found.append(row[0])
        last = row[0]
    return found, None


def _granted(start: int, span: Sequence[Any]) -> Iterator[Sequence[Any] | None]:
    """Rows from ``start`` downwards; a None at the end says that there may be more."""
    for _ in range(_MOST_CHUNKS):
        rows = hot.execute(_GRANTED, [start, *span])
        yield from rows
        if len(rows) < _CHUNK:
            return
        start = rows[-1][0]
    yield None


def _is_wanted(row: Sequence[Any], wanted: _Wanted) -> bool:
    definition = catalog.definition(row[1])
    if definition.type != LICENCE or not definition.public:
        return False
    if wanted.item not in (None, definition.task_code):
        return False
    if wanted.organ not in (None, org.organ(row[2]).name):
        return False
    firm = "" if "*" in row[3] else row[3]
    return not wanted.words or wanted.words in definition.name or wanted.words in firm


def _lines(ids: list[int]) -> list[dict[str, Any]]:
    return [_line(row, catalog.definition(row[1])) for row in hot.execute(_SHOWN, [ids])] if ids else []


def _line(row: Sequence[Any], definition: ItemDefinition) -> dict[str, Any]:
    issued = msgspec.json.decode(row[6]) if row[6] else []
    grant = next((paper for paper in issued if paper[1] == "grant"), [None] * 5)
    organ = org.organ(row[2]).name
    return {
        "document_no": grant[0],
        "title": grant[2],
        "issued_at": grant[4],
        "case_no": row[3],
        "item": {"task_code": definition.task_code, "version": definition.version, "name": definition.name},
        "organ": organ,
        "applicant": row[4],
        "decided_on": row[5],
        "licence_no": row[8],
        "validity": row[7],
        "standing": next((ENDINGS[paper[1]] for paper in reversed(issued) if paper[1] in ENDINGS), "valid"),
        "inspect_at": organ,
    }
