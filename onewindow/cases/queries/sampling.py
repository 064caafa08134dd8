"""Decided cases as a population to draw from, and one of them as a file to be read: nothing personal in either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from onewindow.base import calendars
from onewindow.cases import access, store
from onewindow.cases.queries import presenting
from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org


class Decided(NamedTuple):
    """A decided case. ``outcome`` grant or deny; ``light`` red when promise or law had run out before that."""

    id: int
    case_no: str
    organ_id: int
    kind: str
    outcome: str
    light: str


_DECIDED = """
SELECT id, case_no, organ_id, kind, outcome, light FROM (
  SELECT id, case_no, organ_id, kind, life ->> 'outcome' AS outcome,
    CASE WHEN life -> 'seen' @? '$[*] ? (@ starts with "overdue:promised" || @ starts with "overdue:legal")'
      THEN 'red' ELSE 'green' END AS light
  FROM cases_case
  WHERE decided_on BETWEEN %(since)s AND %(until)s
    AND (%(organ)s::bigint IS NULL OR organ_id = %(organ)s) AND (%(kind)s = '' OR kind = %(kind)s)
) d
WHERE (%(outcome)s = '' OR outcome = %(outcome)s) AND (%(light)s = '' OR light = %(light)s)"""


def decided(
    since: date,
    until: date,
    *,
    organ_id: int | None = None,
    kind: str = "",
    outcome: str = "",
    light: str = "",
) -> Iterator[Decided]:
    """Cases decided in the period (both days included), in no order; empty words filter nothing."""
    asked = {
        "since": since, "until": until, "organ": organ_id, "kind": kind, "outcome": outcome, "light": light,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, asked)
        while rows := cursor.fetchmany(5_000):
            yield from map(Decided._make, rows)


def has_phone(case_no: str) -> bool:
    """True when whoever applied left a number to call."""
    found = store.load(case_no)
    return found is not None and bool((found.dossier.agent or found.dossier.applicant).phone.strip())


def file(case_no: str) -> dict[str, Any]:
    """What lies in the file of a case, for a reader of any organ: item, papers, materials, clocks, record.

    Without the dossier and without the words of facts. ``NotFound`` for no case and for drafts.
    """
    number = access.normal(case_no)
    found = store.load(number) if number else None
    if found is None or found.state.state == "draft":
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    state, item = found.state, catalog.definition(found.state.item_version_id)
    on = state.decided_on or state.last_at.date()
    clocks, _ = presenting.clocks_of(state, item, on, calendars.table())
    return {
        "case_no": state.case_no,
        "item": item.name,
        "type": item.type,
        "organ": org.organ(state.organ_id).name,
        "kind": state.kind,
        "state": state.state,
        "outcome": state.life.outcome,
        "is_deemed": state.is_deemed,
        "is_corrected": state.life.is_corrected,
        "is_late": any(one.startswith(("overdue:promised", "overdue:legal")) for one in state.life.seen),
        "received_at": state.received_at,
        "accepted_on": state.accepted_on,
        "decided_on": state.decided_on,
        "delivered_on": state.delivered_on,
        "accepted_by": state.life.accepted_by,
        "decided_by": state.life.decided_by,
        "clocks": clocks,
        "materials": presenting.materials(state, item),
        "papers": [{"number": one[0], "kind": one[1], "title": one[2]} for one in found.papers or []],
        "events": [
            {"type": one[1], "at": one[2], "actor": one[3], "role": one[4]} for one in found.events or []
        ],
    }


# Whoever only looked or noted has not handled the case.
_NOT_HANDLING = frozenset({"revealed", "noted", "erased", "identity-corrected"})


def handlers(case_no: str) -> frozenset[str]:
    """The user names of the staff who did something in the case."""
    found = store.load(case_no)
    events = found.events or [] if found else []
    return frozenset(
        one[3]
        for one in events
        if one[1] not in _NOT_HANDLING and one[4] not in ("citizen", "enterprise", "system", "")
    )
