"""What is told outside: public progress by number and check, and the brief that messages are made from."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from onewindow.base import calendars, clock, throttle
from onewindow.cases import access, store
from onewindow.cases.queries import presenting
from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.office import INTERNAL
from onewindow.cases.rules.state import NEVER
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound

_PUBLIC = frozenset(
    {
        "received",
        "correction-notified",
        "resubmitted",
        "accepted",
        "acceptance-refused",
        "returned",
        "deferred-supplied",
        "reviewed",
        "paused",
        "resumed",
        "extended",
        "forwarded",
        "granted",
        "denied",
        "produced",
        "delivered",
        "withdrawn",
        "terminated",
    }
)


def track(case_no: str, check: str, *, now: datetime) -> dict[str, Any]:
    """Progress only, for whoever holds the number and the last four of the id number or the query code.

    Five wrong checks lock the number for a while (``TooFast``); a wrong check and a wrong number look alike.
    """
    return _progress(prove(case_no, check), now)


def prove(case_no: str, check: str) -> store.Found:
    """The case of whoever holds its number and check, under the bounds of ``track``."""
    number = access.normal(case_no)
    if number is None:
        raise _not_found()
    throttle.refuse_if_guessed(f"track:{number}", now=clock.real_now())
    found = store.load(number)
    if found is None or found.state.state == "draft" or not _is_right(found, check):
        throttle.note_guess(f"track:{number}", now=clock.real_now())
        raise _not_found()
    return found


def _not_found() -> NotFound:
    return NotFound("no-such-case", N_("没有找到这件事，请核对办件编号和查询码。"))


def _is_right(found: store.Found, check: str) -> bool:
    given = check.strip().upper().encode(errors="replace")
    last_four = found.dossier.applicant.id_number[-4:].upper().encode()
    by_number = bool(found.sealed) and hmac.compare_digest(given, last_four)
    by_code = hmac.compare_digest(given, found.state.query_code.encode())
    return by_number or by_code


def _progress(found: store.Found, now: datetime) -> dict[str, Any]:
    state = found.state
    item = catalog.definition(state.item_version_id)
    clocks, light = presenting.clocks_of(state, item, day_of(now), calendars.table())
    return {
        "case_no": state.case_no,
        "state": state.state,
        "kind": state.kind,
        "item": {"task_code": item.task_code, "version": item.version, "name": item.name},
        "organ": item.organ_name,
        "received_at": state.received_at,
        "accepted_on": state.accepted_on,
        "deemed": state.is_deemed,
        "decided_on": state.decided_on,
        "delivered_on": state.delivered_on,
        "answer_by": state.life.answer_by if state.state == "correcting" else None,
        "light": light,
        "clocks": clocks,
        "events": [
            {"seq": seq, "type": type, "at": at}
            for seq, type, at, *_ in found.events or []
            if type in _PUBLIC
        ],
    }


def brief(case_id: int) -> dict[str, Any] | None:
    """What a message about a case needs: number, item, organ, whom to tell, what is due."""
    found = next(iter(store.load_many([case_id])), None)
    if found is None:
        return None
    state, who = found.state, found.dossier.applicant
    item = catalog.definition(state.item_version_id)
    due = found.derived.due_on if found.derived is not None else NEVER
    return {
        "case_no": state.case_no,
        "query_code": state.query_code,
        "state": state.state,
        "item": item.name,
        "organ": item.organ_name,
        "applicant_name": who.name,
        "phone": found.dossier.agent.phone if found.dossier.agent is not None else who.phone,
        "subject_hash": found.found_by[0],
        "due_on": None if due == NEVER else due,
        "answer_by": state.life.answer_by,
        "promised_due_on": found.derived.promised_due_on if found.derived is not None else None,
        "applied_by": state.life.applied_by,
        "today": clock.day_of(state.last_at),
    }


def brief_of(case_no: str) -> dict[str, Any] | None:
    """``brief`` by the number of the case."""
    found = store.load(case_no)
    return brief(found.state.id) if found is not None else None


def proof_subject(actor: Actor | None, case_no: str) -> tuple[int, Callable[[str], bool]]:
    """The key of a case in the ledger, and of which types of facts this actor may see what they say.

    An applicant sees everything of the own case but what the office says to itself.
    """
    number = access.normal(case_no)
    found = store.load(number) if number is not None else None
    if found is None or found.state.state == "draft":
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    if actor is None or not access.may_see(actor, found.state, found.found_by[0]):
        return found.state.id, lambda type: False
    is_applicant = access.is_applicant(actor, found.state, found.found_by[0])
    return found.state.id, lambda type: not is_applicant or type not in INTERNAL
