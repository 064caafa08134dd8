"""The projection of a case's life that boards and indicators count by (handbook 5.1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from onewindow.cases.rules.clocks import day_of, outlook
from onewindow.cases.rules.state import ENDS, NEVER, Stop
from onewindow.kernel.deadlines import SHANGHAI
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
    received_hour: int | None = None
    decided_hour: int | None = None
    pause_kind: str = ""  # the special procedure that the clock waits for now
    paused_on: date | None = None
    pauses: int = 0
    paused_days: int = 0  # working days of the pauses that have ended


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
        received_hour=None if state.received_at is None else hour_of(state.received_at),
        decided_hour=_decided_hour(history),
        **_stops(history, is_open=is_open),
    )


def hour_of(moment: datetime) -> int:
    """The hour of an instant in Asia/Shanghai, 0 to 23."""
    return moment.astimezone(SHANGHAI).hour


def _decided_hour(history: History) -> int | None:
    for moment in history.moments:
        if moment.event.type in ("granted", "denied"):
            return hour_of(moment.event.at)
    return None


def _stood(history: History, stop: Stop) -> int:
    """Working days that were not counted: from the day the pause began to the day it ended, both of them."""
    assert stop.end is not None
    return history.table.count(stop.start - timedelta(days=1), stop.end)


def _stops(history: History, *, is_open: bool) -> dict[str, Any]:
    """行政许可法 art. 45: what the clock waits for now, and the working days it stood in pauses that ended."""
    stops = history.state.life.stops
    if not stops:
        return {}
    now = stops[-1] if is_open and stops[-1].end is None else None
    ended = [stop for stop in stops if stop.end is not None]
    return {
        "pause_kind": "" if now is None else now.procedure,
        "paused_on": None if now is None else now.start,
        "pauses": len(stops),
        "paused_days": sum(_stood(history, stop) for stop in ended),
    }


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
