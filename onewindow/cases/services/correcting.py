"""A person's name or number was corrected: cases keep what was said then, and a fact of each says that it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onewindow.base import calendars, hot
from onewindow.cases import store
from onewindow.cases.rules.state import Fact
from onewindow.cases.services import telling
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor

_IDS = "SELECT id FROM cases_case WHERE subject_hash = ANY(%s::bytea[]) ORDER BY id"
_AT_ONCE = 500


def note_correction(
    actor: Actor, hashes: Sequence[bytes], *, correction: int, role: str, now: datetime
) -> int:
    """Leave the mark in every case of a person, inside the caller's transaction; how many.

    The dossiers stay as they are: papers were issued on them. Raises ``Stale`` when somebody acts meanwhile.
    """
    ids = [int(row[0]) for row in hot.execute(_IDS, [list(hashes)])]
    fact = Fact("identity-corrected", {"correction": correction})
    for start in range(0, len(ids), _AT_ONCE):
        for found in store.load_many(ids[start : start + _AT_ONCE]):
            _mark(found, fact, actor, role, now)
    return len(ids)


def _mark(found: store.Found, fact: Fact, actor: Actor, role: str, now: datetime) -> None:
    item = catalog.definition(found.state.item_version_id)
    deed = telling.Deed(actor, role, now, item, lambda: found.dossier, calendars.table())
    outcome = telling.prepare(found.state, [fact], deed, case_id=found.state.id, found_by=found.found_by)
    telling.write(outcome, was=found.state.version)
