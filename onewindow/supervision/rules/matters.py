"""The projection of a case's life that boards and indicators count by (handbook 5.1)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from onewindow.cases.rules.clocks import day_of, outlook
from onewindow.cases.rules.state import ENDS, NEVER
from onewindow.supervision.rules.history import History


class Matter(msgspec.Struct, frozen=True):
    """One case as it is counted; the fields are those of the table of the same name."""

    case_id: int
    case_no: str
    seq: int
    state: str
    is_open: bool
    kind: str
    channel: str
    organ_id: int
    region: str
    window_id: int | None
    item_version_id: int
    task_code: str
    accepted_by: str
    decided_by: str
    outcome: str
    received_on: date | None
    accepted_on: date | None
    is_deemed: bool
    decided_on: date | None
    delivered_on: date | None
    unit: str
    legal_days: int | None
    promised_days: int | None
    used_days: int | None
    promised_used_days: int | None
    visits: int | None
    promised_due_on: date | None
    legal_due_on: date | None
    due_on: date | None
    look_at: datetime | None = None


# Decided is closed (contract section 3); what ended before it is closed too.
_CLOSED = frozenset({"granted", "denied", "produced", *ENDS})


def matter(history: History) -> Matter:
    """The case as it stands."""
    state, item = history.state, history.item
    derived = outlook(state, item, history.table)
    legal, promised = history.spans.get("legal"), history.spans.get("promised")
    is_open = state.state not in _CLOSED and state.received_at is not None
    return Matter(
        case_id=state.id,
        case_no=state.case_no,
        seq=history.moments[-1].event.seq,
        state=state.state,
        is_open=is_open,
        kind=state.kind,
        channel=state.channel,
        organ_id=state.organ_id,
        region=state.region,
        window_id=_window(history),
        item_version_id=state.item_version_id,
        task_code=item.task_code,
        accepted_by=state.life.accepted_by,
        decided_by=state.life.decided_by,
        outcome=state.life.outcome,
        received_on=None if state.received_at is None else day_of(state.received_at),
        accepted_on=state.accepted_on,
        is_deemed=state.is_deemed,
        decided_on=state.decided_on,
        delivered_on=state.delivered_on,
        unit="working_day" if legal is None else legal.unit,
        legal_days=None if legal is None else legal.limit + legal.extension,
        promised_days=None if promised is None else promised.limit,
        used_days=_used(history, "legal"),
        promised_used_days=_used(history, "promised"),
        visits=item.visits,
        promised_due_on=derived.promised_due_on if is_open else None,
        legal_due_on=derived.legal_due_on if is_open else None,
        due_on=derived.due_on if is_open and derived.due_on != NEVER else None,
    )


def _used(history: History, name: str) -> int | None:
    """Counted days up to the decision; the same day is 0; None before it and without such a clock."""
    decided_on = history.state.decided_on
    found = None if decided_on is None else history.read(name, decided_on)
    return None if found is None else found.used


def _window(history: History) -> int | None:
    """The window that took the case in, as the facts tell."""
    for moment in history.moments:
        if "window" in moment.event.data:
            return int(moment.event.data["window"])
    return None
