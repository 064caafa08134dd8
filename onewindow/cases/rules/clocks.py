"""The four clocks of a case, what it waits for, and when time itself makes something happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

import msgspec

from onewindow.cases.rules.state import HANDLING, NEVER, CaseState, Hearing
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.deadlines import SHANGHAI, Pause, Reading, Span, Unit, reading

CLOCKS = ("correction", "promised", "legal", "delivery")
Clocks = Mapping[str, tuple[Span, Reading]]  # by name, each with what it shows
_End = tuple[date | None, Literal["ended"] | None]  # the day a clock stopped for good, and its outcome
_Told = tuple[  # the fields of a ``Span``
    int, Unit, date, tuple[Pause, ...], int, date | None, Literal["ended"] | None
]


def day_of(moment: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


@lru_cache(maxsize=4096)
def first_instant_after(day: date) -> datetime:
    """A day ends at 24:00: the instant at which what was due on ``day`` is late."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=SHANGHAI)


def spans(state: CaseState, item: ItemDefinition) -> dict[str, Span]:
    """The clocks that this case has, by name; none where the limit is null."""
    return {name: _span(told) for name, told in _told(state, item)}


@lru_cache(maxsize=65_536)
def _span(told: _Told) -> Span:
    return Span(*told)


def clocks_of(state: CaseState, item: ItemDefinition, table: DayTable) -> Clocks:
    """The clocks of a case as they stood when it last moved."""
    today = day_of(state.last_at)
    return {name: _clock(told, today, table) for name, told in _told(state, item)}


@lru_cache(maxsize=65_536)
def _clock(told: _Told, today: date, table: DayTable) -> tuple[Span, Reading]:
    """Remembered: every deed asks for the clocks of its case, and thousands of cases share the same ones."""
    span = _span(told)
    return span, reading(span, today, table)


def _told(state: CaseState, item: ItemDefinition) -> list[tuple[str, _Told]]:
    """What makes each clock, as ``Span`` takes it."""
    found: list[tuple[str, _Told]] = []
    rules = item.type_rules
    if rules.correction_days is not None and state.materials_at is not None:
        found.append(("correction", _correction(state, rules.correction_days, day_of(state.materials_at))))
    if state.accepted_on is not None:
        found += _handling(state, item, state.accepted_on)
    if rules.delivery_days is not None and state.decided_on is not None and state.life.outcome == "grant":
        # 行政许可法 art. 44: ten days from the grant to deliver the licence.
        found.append(
            (
                "delivery",
                (rules.delivery_days, "working_day", state.decided_on, (), 0, state.delivered_on, None),
            )
        )
    return found


def legal_limit(item: ItemDefinition) -> Limit | None:
    """The limit that the item's own law sets, as the catalogue states it."""
    return item.legal_limit


def _correction(state: CaseState, days: int, started: date) -> _Told:
    """行政许可法 art. 32: five days from receipt of the materials to accept or to tell what is missing."""
    if state.state == "received":
        return days, "working_day", started, (), 0, None, None
    return days, "working_day", started, (), 0, *_correction_end(state, started)


def _correction_end(state: CaseState, started: date) -> _End:
    life = state.life
    if life.corrected_on is not None and not life.is_resubmitted:
        return life.corrected_on, None
    if state.is_deemed:
        # A missed clock stays missed: it ended the day silence turned into acceptance.
        return life.deemed_on, None
    if state.accepted_on is not None:
        return max(state.accepted_on, started), None
    return life.ended_on, None if state.state == "refused_acceptance" else "ended"


def _handling(state: CaseState, item: ItemDefinition, accepted_on: date) -> list[tuple[str, _Told]]:
    """The promised and the legal clock: both run from acceptance, over the same pauses, to the same end."""
    life, found = state.life, []
    pauses = tuple([stop.pause for stop in life.stops]) if life.stops else ()
    end = _handling_end(state)
    for name, limit, extension in (
        ("promised", item.promised_limit, 0),
        ("legal", legal_limit(item), life.extension),
    ):
        if limit is not None:
            found.append((name, (limit.days, limit.unit, accepted_on, pauses, extension, *end)))
    return found


def _handling_end(state: CaseState) -> _End:
    if state.decided_on is not None:
        return state.decided_on, None
    if state.life.forwarded_on is not None:
        return state.life.forwarded_on, None
    if state.life.ended_on is not None:
        return state.life.ended_on, "ended"
    return None, None


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


def outlook(state: CaseState, item: ItemDefinition, table: DayTable, clocks: Clocks | None = None) -> Outlook:
    """The derived columns of a case; ``due_on`` is ``NEVER`` while nothing is due.

    ``clocks``: its ``clocks_of``, where the caller has them already.
    """
    if clocks is None:
        clocks = clocks_of(state, item, table)
    is_stopped = state.state == "paused"
    wakes_on = _wakes_on(state, item, clocks)
    return Outlook(
        waits_for(state, item),
        _due_on(state, clocks),
        None if is_stopped or "promised" not in clocks else clocks["promised"][1].due_on,
        None if is_stopped or "legal" not in clocks else clocks["legal"][1].due_on,
        None if wakes_on is None else first_instant_after(wakes_on),
    )


def _wakes_on(state: CaseState, item: ItemDefinition, clocks: Clocks) -> date | None:
    due = _dues(state, item, clocks)
    if not due:
        return None
    seen = state.life.seen
    return min([day for mark, day in due.items() if mark not in seen], default=None)


_DUE = {
    "received": ("correction",),
    "accepted": ("promised", "legal"),
    "in_review": ("promised", "legal"),
    "granted": ("delivery",),
    "produced": ("delivery",),
}


def _due_on(state: CaseState, clocks: Clocks) -> date:
    if state.state == "correcting":
        return state.life.answer_by or NEVER
    for name in _DUE.get(state.state, ()):
        if name in clocks and clocks[name][1].state in ("running", "missed"):
            return clocks[name][1].due_on
    return NEVER


def examiner_steps(item: ItemDefinition) -> int:
    """How many steps an examiner walks; at least one, unless the item is decided on the spot."""
    count = sum(1 for step in item.steps if step.role == "examiner")
    return count or (0 if item.kind == "instant" else 1)


def is_examined(state: CaseState, item: ItemDefinition) -> bool:
    """True when every examiner's step is done; instant items and what was promised are decided without."""
    return (
        item.kind == "instant"
        or state.life.pledge is not None
        or state.life.steps_done >= examiner_steps(item)
    )


def waits_for(state: CaseState, item: ItemDefinition) -> str | None:
    """The role that must act next, None when nobody must."""
    if state.state in ("draft", "correcting"):
        return "applicant" if state.life.proposal is None else "approver"
    if state.life.proposal is not None or _steps_down(state):
        return "approver"
    if state.state == "received":
        return "clerk"
    if state.state in ("accepted", "in_review"):
        instant = item.kind == "instant" and state.state == "accepted"
        return "approver" if instant or is_examined(state, item) else "examiner"
    if state.state in ("paused", "granted"):
        return "examiner"
    return "issuer" if state.state in ("produced", "denied") else None


def _steps_down(state: CaseState) -> bool:
    """Whether the head must say who goes on with the examination or the decision."""
    recusals = state.life.recusals
    return bool(recusals) and recusals[-1].is_granted is None and state.state in HANDLING


def wakes(state: CaseState, item: ItemDefinition, table: DayTable) -> list[tuple[datetime, str]]:
    """What time will make happen if nobody acts: (instant, mark), each told once (see ``Life.seen``)."""
    due = _dues(state, item, clocks_of(state, item, table))
    return [(first_instant_after(day), mark) for mark, day in due.items() if mark not in state.life.seen]


def _dues(state: CaseState, item: ItemDefinition, clocks: Clocks) -> dict[str, date]:
    due: dict[str, date] = {}
    name = state.state
    if name == "received" and "correction" in clocks:
        due["deemed" if item.type_rules.is_deemed else "overdue:correction"] = clocks["correction"][1].due_on
    elif name == "correcting" and state.life.answer_by is not None:
        due["unanswered"] = state.life.answer_by
    elif name in ("granted", "produced") and "delivery" in clocks:
        due["overdue:delivery"] = clocks["delivery"][1].due_on
    elif name in HANDLING:
        _dues_of_handling(state, clocks, due)
    return due


def _dues_of_handling(state: CaseState, clocks: Clocks, due: dict[str, date]) -> None:
    life = state.life
    if state.state != "paused":
        for name in ("promised", "legal"):
            if name in clocks and clocks[name][1].state in ("running", "missed"):
                more = f"+{life.extension}" if life.extension and name == "legal" else ""
                due[f"overdue:{name}{more}"] = clocks[name][1].due_on
    for row in state.materials:
        if row.state == "deferred" and row.promised_on is not None:
            due[f"deferred:{row.code}"] = row.promised_on
    if state.state == "paused" and life.stops[-1].expected_on is not None:
        due[f"stop:{len(life.stops)}"] = life.stops[-1].expected_on
    meeting = life.hearing
    if meeting is not None and meeting.organise_by is not None and _is_unarranged(meeting):
        # 行政许可法 art. 47: twenty days from the request to the hearing.
        due["hearing:organise"] = meeting.organise_by


def _is_unarranged(meeting: Hearing) -> bool:
    return meeting.meets_at is None and meeting.held_on is None and not meeting.is_withdrawn
