"""The four clocks of a case, what it waits for, and when time itself makes something happen."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

import msgspec

from onewindow.cases.rules.state import HANDLING, NEVER, CaseState
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.deadlines import Reading, Span, reading

_SHANGHAI = timezone(timedelta(hours=8))
CLOCKS = ("correction", "promised", "legal", "delivery")


def day_of(moment: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return moment.astimezone(_SHANGHAI).date()


@lru_cache(maxsize=4096)
def first_instant_after(day: date) -> datetime:
    """A day ends at 24:00: the instant at which what was due on ``day`` is late."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=_SHANGHAI)


def spans(state: CaseState, item: ItemDefinition) -> dict[str, Span]:
    """The clocks that this case has, by name; none where the limit is null."""
    found: dict[str, Span | None] = {
        "correction": _correction(state, item),
        "promised": _handling(state, item.promised_limit, 0),
        "legal": _handling(state, legal_limit(item), state.life.extension),
        "delivery": _delivery(state, item),
    }
    return {name: span for name, span in found.items() if span is not None}


def legal_limit(item: ItemDefinition) -> Limit | None:
    """The limit that the item's own law sets, as the catalogue states it."""
    return item.legal_limit


def _correction(state: CaseState, item: ItemDefinition) -> Span | None:
    """行政许可法 art. 32: five days from receipt of the materials to accept or to tell what is missing."""
    days = item.type_rules.correction_days
    if days is None or state.materials_at is None:
        return None
    started = day_of(state.materials_at)
    if state.state == "received":
        return Span(days, "working_day", started)
    life = state.life
    if life.corrected_on is not None and not life.is_resubmitted:
        return Span(days, "working_day", started, ended_on=life.corrected_on)
    if state.is_deemed:
        # A missed clock stays missed: it ended the day silence turned into acceptance.
        return Span(days, "working_day", started, ended_on=life.deemed_on)
    if state.accepted_on is not None:
        return Span(days, "working_day", started, ended_on=max(state.accepted_on, started))
    outcome: Literal["ended"] | None = None if state.state == "refused_acceptance" else "ended"
    return Span(days, "working_day", started, ended_on=life.ended_on, outcome=outcome)


def _handling(state: CaseState, limit: Limit | None, extension: int) -> Span | None:
    if limit is None or state.accepted_on is None:
        return None
    life = state.life
    pauses = tuple(stop.pause for stop in life.stops)
    ended_on, outcome = _handling_end(state)
    return Span(limit.days, limit.unit, state.accepted_on, pauses, extension, ended_on, outcome)


def _handling_end(state: CaseState) -> tuple[date | None, Literal["ended"] | None]:
    if state.decided_on is not None:
        return state.decided_on, None
    if state.life.forwarded_on is not None:
        return state.life.forwarded_on, None
    if state.life.ended_on is not None:
        return state.life.ended_on, "ended"
    return None, None


def _delivery(state: CaseState, item: ItemDefinition) -> Span | None:
    """行政许可法 art. 44: ten days from the grant to deliver the licence."""
    days = item.type_rules.delivery_days
    if days is None or state.decided_on is None or state.life.outcome != "grant":
        return None
    return Span(days, "working_day", state.decided_on, ended_on=state.delivered_on)


@lru_cache(maxsize=65_536)
def _read(span: Span, today: date, table_key: int) -> Reading:
    return reading(span, today, _tables[table_key])


_tables: dict[int, DayTable] = {}


def read(span: Span, today: date, table: DayTable) -> Reading:
    """``reading`` remembered: thousands of cases share the same span and day."""
    key = id(table)
    if _tables.get(key) is not table:
        _read.cache_clear()
        _tables.clear()
        _tables[key] = table
    return _read(span, today, key)


_ORDER = {"green": 0, "grey": 1, "yellow": 2, "red": 3}


def worst(readings: dict[str, Reading]) -> str:
    """The light of the case: red stays; else the worst of the clocks that still run; grey when none does."""
    if any(one.light == "red" for one in readings.values()):
        return "red"
    live = [one.light for one in readings.values() if one.state in ("running", "paused")]
    if live:
        return max(live, key=_ORDER.__getitem__)
    return "green" if any(one.state == "met" for one in readings.values()) else "grey"


def is_deferral_missed(state: CaseState, today: date) -> bool:
    """True while a deferred material is past its promise: the case is red until it is supplied."""
    return state.state in HANDLING and any(
        row.state == "deferred" and row.promised_on is not None and today > row.promised_on
        for row in state.materials
    )


class Outlook(msgspec.Struct, frozen=True):
    """What is derived from a case and kept in columns: who must act, by when, when time acts itself."""

    waits_for: str | None
    due_on: date
    promised_due_on: date | None
    legal_due_on: date | None
    wake_at: datetime | None


def outlook(state: CaseState, item: ItemDefinition, table: DayTable) -> Outlook:
    """The derived columns of a case; ``due_on`` is ``NEVER`` while nothing is due."""
    clocks = _readings(state, item, table)
    promised, legal = clocks.get("promised"), clocks.get("legal")
    is_stopped = state.state == "paused"
    seen = state.life.seen
    wakes_on = [day for mark, day in _dues(state, item, clocks).items() if mark not in seen]
    return Outlook(
        waits_for=waits_for(state, item),
        due_on=_due_on(state, clocks),
        promised_due_on=None if promised is None or is_stopped else promised.due_on,
        legal_due_on=None if legal is None or is_stopped else legal.due_on,
        wake_at=first_instant_after(min(wakes_on)) if wakes_on else None,
    )


def _readings(state: CaseState, item: ItemDefinition, table: DayTable) -> dict[str, Reading]:
    """The clocks as they stood when the case last moved."""
    today = day_of(state.last_at)
    return {name: read(span, today, table) for name, span in spans(state, item).items()}


def _due_on(state: CaseState, clocks: dict[str, Reading]) -> date:
    if state.state == "correcting":
        return state.life.answer_by or NEVER
    name = {
        "received": ("correction",),
        "accepted": ("promised", "legal"),
        "in_review": ("promised", "legal"),
    }
    for clock in name.get(state.state, ("delivery",) if state.state in ("granted", "produced") else ()):
        if clock in clocks and clocks[clock].state == "running":
            return clocks[clock].due_on
        if clock in clocks and clocks[clock].state == "missed":
            return clocks[clock].due_on
    return NEVER


def examiner_steps(item: ItemDefinition) -> int:
    """How many steps an examiner walks; at least one, unless the item is decided on the spot."""
    count = sum(1 for step in item.steps if step.role == "examiner")
    return count or (0 if item.kind == "instant" else 1)


def is_examined(state: CaseState, item: ItemDefinition) -> bool:
    """True when every examiner's step is done, so that a decision may be taken; instant items need none."""
    return item.kind == "instant" or state.life.steps_done >= examiner_steps(item)


def waits_for(state: CaseState, item: ItemDefinition) -> str | None:
    """The role that must act next, None when nobody must."""
    if state.state in ("draft", "correcting"):
        return "applicant" if state.life.proposal is None else "approver"
    if state.life.proposal is not None:
        return "approver"
    if state.state == "received":
        return "clerk"
    if state.state in ("accepted", "in_review"):
        instant = item.kind == "instant" and state.state == "accepted"
        return "approver" if instant or is_examined(state, item) else "examiner"
    if state.state in ("paused", "granted"):
        return "examiner"
    return "issuer" if state.state in ("produced", "denied") else None


def wakes(state: CaseState, item: ItemDefinition, table: DayTable) -> list[tuple[datetime, str]]:
    """What time will make happen if nobody acts: (instant, mark), each told once (see ``Life.seen``)."""
    due = _dues(state, item, _readings(state, item, table))
    return [(first_instant_after(day), mark) for mark, day in due.items() if mark not in state.life.seen]


def _dues(state: CaseState, item: ItemDefinition, clocks: dict[str, Reading]) -> dict[str, date]:
    due: dict[str, date] = {}
    if state.state == "received" and "correction" in clocks:
        due["deemed" if item.type_rules.is_deemed else "overdue:correction"] = clocks["correction"].due_on
    if state.state == "correcting" and state.life.answer_by is not None:
        due["unanswered"] = state.life.answer_by
    if state.state in ("accepted", "in_review"):
        for name in ("promised", "legal"):
            if name in clocks and clocks[name].state in ("running", "missed"):
                due[f"overdue:{name}"] = clocks[name].due_on
        if state.life.extension and "overdue:legal" in due:
            due[f"overdue:legal+{state.life.extension}"] = due.pop("overdue:legal")
    if state.state in ("accepted", "in_review", "paused"):
        for row in state.materials:
            if row.state == "deferred" and row.promised_on is not None:
                due[f"deferred:{row.code}"] = row.promised_on
    if state.state == "paused" and state.life.stops[-1].expected_on is not None:
        due[f"stop:{len(state.life.stops)}"] = state.life.stops[-1].expected_on
    if state.state in ("granted", "produced") and "delivery" in clocks:
        due["overdue:delivery"] = clocks["delivery"].due_on
    return due
