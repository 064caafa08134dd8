"""Cases whose files need be kept no longer: for the list that two people approve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from onewindow.base import hot
from onewindow.cases import dossier as dossiers
from onewindow.cases import store
from onewindow.cases.rules.retention import Table, stays, years_of
from onewindow.cases.rules.state import ENDS, CaseState
from onewindow.catalog import queries as catalog
from onewindow.documents import queries as documents

_CHUNK = 500
_ENDED = """
SELECT id FROM cases_case
WHERE state = ANY(%s::text[]) AND (life->>'ended_on')::date <= %s::date AND subject_hash <> %s AND id > %s
ORDER BY id LIMIT %s"""


class Expired(msgspec.Struct, frozen=True):
    """A case that ended on ``ended_on`` and was kept for ``years``; its files and papers, and their bytes."""

    id: int
    case_no: str
    item: str
    task_code: str
    state: str
    ended_on: date
    years: int
    files: int
    size: int


def expired(*, kept: Table, today: date, limit: int) -> list[Expired]:
    """The first ``limit`` cases that may go today, oldest first by number."""
    found: list[Expired] = []
    for chunk in _ended(kept, today):
        free = [one for one in chunk if _is_free(one, kept, today)]
        weights = documents.weights([one.case_no for one in free])
        found += [_told(one, kept, weights.get(one.case_no, (0, 0))) for one in free]
        if len(found) >= limit:
            break
    return found[:limit]


def _ended(kept: Table, today: date) -> Iterator[list[CaseState]]:
    """Ended cases that were not erased, in chunks by key; only those that any kind might let go."""
    last, before = 0, _years_before(today, kept.shortest)
    while True:
        asked = [sorted(ENDS), before, dossiers.ERASED_BY[0], last, _CHUNK]
        ids = [int(row[0]) for row in hot.execute(_ENDED, asked)]
        if not ids:
            return
        yield sorted((one.state for one in store.load_many(ids)), key=lambda one: one.id)
        last = ids[-1]


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 2, 28)


def _is_free(state: CaseState, kept: Table, today: date) -> bool:
    terms = kept.of(catalog.definition(state.item_version_id))
    return not stays(state, today=today, kept=terms)


def _told(state: CaseState, kept: Table, weight: tuple[int, int]) -> Expired:
    item = catalog.definition(state.item_version_id)
    ended = state.life.ended_on
    assert ended is not None
    return Expired(
        state.id,
        state.case_no,
        item.name,
        item.task_code,
        state.state,
        ended,
        years_of(state, kept.of(item)) or 0,
        *weight,
    )
