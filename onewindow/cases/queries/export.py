"""Cases and their events as plain lines for export: streamed, without personal values but the masked name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from onewindow.base.clock import SHANGHAI
from onewindow.cases.rules.state import NEVER
from onewindow.catalog import queries as catalog
from onewindow.org import queries as org

_CHUNK = 2_000


class CaseLine(NamedTuple):
    """One case; instants in Asia/Shanghai, None where there is none (yet)."""

    case_no: str
    state: str
    kind: str
    disposition: str | None
    task_code: str
    item_version: int
    item: str
    organ: str
    region: str
    channel: str
    applicant: str
    received_at: datetime | None
    accepted_on: date | None
    deemed: bool
    decided_on: date | None
    delivered_on: date | None
    due_on: date | None
    promised_due_on: date | None
    legal_due_on: date | None
    waits_for: str | None
    holder: str | None
    version: int


class EventLine(NamedTuple):
    """One event of a case; ``actor`` is a user name of staff, empty for applicants."""

    case_no: str
    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    task_code: str
    item: str
    organ: str
    channel: str


_CASES = """
SELECT id, case_no, state, kind, disposition, item_version_id, organ_id, region, channel, applicant_mask,
  received_at, accepted_on, is_deemed, decided_on, delivered_on, due_on, promised_due_on, legal_due_on, waits_for,
  holder, version
FROM cases_case WHERE id > %s AND state <> 'draft' ORDER BY id LIMIT %s"""
_EVENTS = """
SELECT subject, seq, type, at, actor, role FROM base_fact
WHERE stream = 'case' AND subject = ANY(%s) ORDER BY subject, seq"""


def cases() -> Iterator[CaseLine]:
    """Every case that has been received, oldest first; drafts are their writers' own."""
    for rows in _chunks():
        for row in rows:
            item = catalog.definition(row[5])
            place = (item.task_code, item.version, item.name, org.organ(row[6]).name)
            due_on = None if row[15] == NEVER else row[15]
            yield CaseLine._make(
                (*row[1:5], *place, *row[7:10], _local(row[10]), *row[11:15], due_on, *row[16:])
            )


def events() -> Iterator[EventLine]:
    """Every event of these cases, case by case in order."""
    for rows in _chunks():
        of_case = {row[0]: _place(row) for row in rows}
        with connection.cursor() as cursor:
            cursor.execute(_EVENTS, [list(of_case)])
            facts = cursor.fetchall()
        for subject, seq, type, at, actor, role in facts:
            case_no, *rest = of_case[subject]
            who = "" if role == "applicant" else actor
            yield EventLine(case_no, seq, type, at.astimezone(SHANGHAI), who, role, *rest)


def _place(row: Sequence[Any]) -> tuple[str, str, str, str, str]:
    item = catalog.definition(row[5])
    return row[1], item.task_code, item.name, org.organ(row[6]).name, row[8]


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(SHANGHAI)


def _chunks() -> Iterator[list[Any]]:
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_CASES, [last, _CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]
