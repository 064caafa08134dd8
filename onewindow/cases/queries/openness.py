"""What an applicant may check of the own case: the light of each step, who looked into it, and the proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from onewindow.base import calendars
from onewindow.base.ledger import proof
from onewindow.cases import access
from onewindow.cases.queries.presenting import clocks_of
from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.evolve import Told, evolve, first
from onewindow.cases.rules.office import INTERNAL
from onewindow.cases.rules.state import CaseState
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org

FORMAT = "onewindow-case-proof-v1"
Json = dict[str, Any]
_LOOKS = """
SELECT at, role, organ, data->>'reason' FROM base_fact
WHERE stream = 'case' AND subject = %s AND type = 'revealed' ORDER BY seq"""


def lights(actor: Actor, case_no: str) -> dict[int, str]:
    """The light of the case by the place of each of its facts, as it was on that day; ``NotFound`` as ``view``."""
    found = access.see(actor, case_no)
    return _lights(found.state, found.events or [])


def _lights(now: CaseState, events: Sequence[Sequence[Any]]) -> dict[int, str]:
    item, table = catalog.definition(now.item_version_id), calendars.table()
    state: CaseState | None = None
    found = {}
    for seq, type, at, who, _role, data in events:
        told = Told(type, data, _instant(at), who)
        state = first(told, id=now.id) if state is None else evolve(state, told)
        found[seq] = clocks_of(state, item, day_of(told.at), table)[1]
    return found


def _instant(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)


def looks(actor: Actor, case_no: str) -> list[Json]:
    """Who opened the personal data of the case: {"at", "role", "organ", "reason"}, oldest first.

    By duty and organ, never by name; ``organ`` is None for somebody without one. ``NotFound`` as ``view``.
    """
    found = access.see(actor, case_no)
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [found.state.id])
        return [
            {
                "at": at,
                "role": role,
                "organ": None if organ is None else org.organ(organ).name,
                "reason": reason,
            }
            for at, role, organ, reason in cursor.fetchall()
        ]


def bundle(actor: Actor, case_no: str) -> Json:
    """Everything by which the own case is checked without the platform; ``NotFound`` for foreign ones and drafts.

    ``{"format", "case_no", "tree_head", "facts"}`` as ``proof.of_life``. Every fact is proved, so
    that none can be left out unseen; what passes inside the office keeps its words: of those facts type, instant
    and digest are told. Raises ``Away`` while something cannot be proved.
    """
    found = access.see(actor, case_no)
    state = found.state
    if state.state == "draft" or not access.is_applicant(actor, state, found.found_by[0]):
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    life = proof.of_life("case", state.id, discloses=lambda type: type not in INTERNAL)
    return {"format": FORMAT, "case_no": state.case_no, **life}
