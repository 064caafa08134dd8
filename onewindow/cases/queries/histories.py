"""Whole lives of cases, for those who watch: every fact, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import hot


class Event(msgspec.Struct, frozen=True, gc=False):
    """One fact of a case as it was told."""

    seq: int
    type: str
    at: datetime
    actor: str
    role: str
    data: dict[str, Any]


_FACTS = """
SELECT subject, seq, type, at, actor, role, data::text FROM base_fact
WHERE stream = 'case' AND subject = ANY(%s) ORDER BY subject, seq"""


def histories(ids: Sequence[int]) -> dict[int, list[Event]]:
    """The facts of these cases by the id of the case; one statement."""
    found: dict[int, list[Event]] = {}
    for subject, seq, type, at, actor, role, data in hot.execute(_FACTS, [list(ids)], is_binary=True):
        found.setdefault(subject, []).append(Event(seq, type, at, actor, role, msgspec.json.decode(data)))
    return found
