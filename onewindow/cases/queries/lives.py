"""The lives of cases from first fact to last, streamed for process mining; nothing personal is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from onewindow.base.clock import SHANGHAI
from onewindow.base.ledger.verify import snapshot

_CHUNK = 2_000
# Of a fact's data only what is no text of a person: whether silence accepted, and the numbers of papers.
_LIVES = """
SELECT c.id, c.case_no, c.state, c.kind, c.item_version_id, c.organ_id, c.region, c.channel, c.received_at,
  c.promised_due_on, c.legal_due_on,
  f.seq, f.type, f.at, CASE WHEN f.role = 'applicant' THEN '' ELSE f.actor END, f.role, f.organ,
  coalesce((f.data->>'deemed')::boolean, false),
  coalesce(jsonb_path_query_array(f.data, '$.documents[*].document_no'), '[]'),
  coalesce(jsonb_path_query_array(f.data, '$.documents[*].kind'), '[]')
FROM cases_case c JOIN base_fact f ON f.stream = 'case' AND f.subject = c.id
WHERE c.received_at IS NOT NULL{where} ORDER BY c.id, f.seq"""


class Step(NamedTuple):
    """A fact of a case; ``actor`` is a user name of staff or the system, empty for applicants and agents."""

    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    organ_id: int | None
    is_deemed: bool
    papers: list[tuple[str, str]]


class Life(NamedTuple):
    """A case that was received, with its facts in order; instants in Asia/Shanghai, papers (number, kind)."""

    id: int
    case_no: str
    state: str
    kind: str
    item_version_id: int
    organ_id: int
    region: str
    channel: str
    received_at: datetime
    promised_due_on: date | None
    legal_due_on: date | None
    steps: list[Step]


def lives(
    *, since: date | None = None, until: date | None = None, organ_id: int | None = None
) -> Iterator[Life]:
    """Cases received from the day ``since`` to the day ``until``, oldest first, as they stand at one moment.

    One statement through a cursor of the server: memory holds 2,000 facts.
    """
    where, values = "", list[Any]()
    for text, value in (
        (" AND c.received_at >= %s", since and _midnight(since)),
        (" AND c.received_at < %s", until and _midnight(until + timedelta(days=1))),
        (" AND c.organ_id = %s", organ_id),
    ):
        if value is not None:
            where += text
            values.append(value)
    with snapshot(), connection.chunked_cursor() as cursor:
        cursor.execute(_LIVES.format(where=where), values)
        for _, rows in groupby(_fetched(cursor), key=lambda row: row[0]):
            yield _life(list(rows))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _fetched(cursor: Any) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(_CHUNK):
        yield from rows


def _life(rows: list[Sequence[Any]]) -> Life:
    head = list(rows[0][:11])
    head[8] = head[8].astimezone(SHANGHAI)
    return Life._make((*head, [_step(row[11:]) for row in rows]))


def _step(row: Sequence[Any]) -> Step:
    seq, type, at, actor, role, organ_id, is_deemed, numbers, kinds = row
    papers = list(zip(_array(numbers), _array(kinds), strict=True))
    return Step(seq, type, at.astimezone(SHANGHAI), actor, role, organ_id, is_deemed, papers)


def _array(value: str | list[str]) -> list[str]:
    # Django leaves jsonb of raw statements as text.
    return msgspec.json.decode(value, type=list[str]) if isinstance(value, str) else value
