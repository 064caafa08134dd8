"""The cases of one person, each with why its personal values must stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from onewindow.base import hot
from onewindow.cases import store
from onewindow.cases.rules.retention import Table, stays
from onewindow.catalog import queries as catalog

MOST = 1000
_NUMBERS = "SELECT case_no FROM cases_case WHERE id = ANY(%s::bigint[]) ORDER BY id"
_IDS = "SELECT id FROM cases_case WHERE subject_hash = %s ORDER BY id DESC LIMIT %s"


def held(subject_hash: bytes, *, kept: Table, today: date) -> list[dict[str, Any]]:
    """{"id", "case_no", "item", "state", "ended_on", "stays"} of a person's cases, newest first; two statements."""
    ids = [int(row[0]) for row in hot.execute(_IDS, [subject_hash, MOST])]
    states = sorted((one.state for one in store.load_many(ids)), key=lambda one: -one.id)
    return [
        {
            "id": state.id,
            "case_no": state.case_no,
            "item": item.name,
            "state": state.state,
            "ended_on": state.life.ended_on,
            "stays": stays(state, today=today, kept=kept.of(item)),
        }
        for state in states
        for item in (catalog.definition(state.item_version_id),)
    ]


def numbers_of(ids: Sequence[int]) -> list[str]:
    """The numbers of these cases."""
    return [str(row[0]) for row in hot.execute(_NUMBERS, [list(ids)])]
