"""Time limits: due date, used and remaining days, state and light of one clock, and their explanation.

Rules: the start day is not counted (Civil Code art. 201); licensing limits are working days
(行政许可法 art. 82); time for the special procedures of art. 45 is not counted, and neither the day a
pause begins nor the day it ends counts; a calendar-day period that ends on a day off ends on the next
working day (Civil Code art. 203). The last day lasts until 24:00 Asia/Shanghai.
"""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal

import msgspec

from onewindow.kernel.calendar import MAKE_UP, DayTable

# China has kept one offset since 1991; a fixed one needs no time-zone files on the host.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
MOST_NOTES: Final = 400

_STOPPED: Final = "停钟"
_START: Final = "起算日，不计入"
_DUE: Final = "到期日"

Unit = Literal["working_day", "calendar_day"]
State = Literal["running", "paused", "met", "missed", "ended"]
Light = Literal["green", "yellow", "red", "grey"]
Roll = Literal["next_working_day", "none"]


class Pause(msgspec.Struct, frozen=True):
    """A stop of the clock; `end` is the day it was lifted, None while it lasts. Both days are not counted."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        """Refuse a pause that ends before it begins."""
        if self.end is not None and self.end < self.start:
            raise ValueError("a pause cannot end before it begins")


class Span(msgspec.Struct, frozen=True):
    """One clock: its limit and what happened to it. `limit` and `extension` are counts of `unit`.

    `ended_on` is the day the clock stopped for good; `outcome` "met" (or None) when what was due was
    done that day, "ended" when it no longer matters (withdrawn, terminated).
    """

    limit: int
    unit: Unit
    started_on: date
    pauses: tuple[Pause, ...] = ()
    extension: int = 0
    ended_on: date | None = None
    outcome: Literal["met", "ended"] | None = None

    def __post_init__(self) -> None:
        """Refuse negative limits."""
        if self.limit < 0 or self.extension < 0:
            raise ValueError("limit and extension must not be negative")


class Reading(msgspec.Struct, frozen=True):
    """What a clock shows on one day; `used + remaining == limit + extension`, `remaining` < 0 when late."""

    due_on: date
    used: int
    remaining: int
    state: State
    light: Light
    provisional: bool


class DayNote(msgspec.Struct, frozen=True):
    """One calendar day of an explanation and, in Chinese, what it is."""

    date: date
    why: str


def reading(
    span: Span, today: date, table: DayTable, *, roll_calendar_end: Roll = "next_working_day"
) -> Reading:
    """What the clock shows on `today`, as it stood then: an end after `today` is not yet known.

    Takes constant time, or time in proportion to the number of pauses. Raises `OutOfCalendar`.
    While a pause is open `due_on` is the earliest possible: as if the clock ran on from tomorrow.
    """
    now = today.toordinal()
    ended_on = span.ended_on
    has_ended = ended_on is not None and ended_on <= today
    if ended_on is not None and has_ended:
        now = ended_on.toordinal()
    start = span.started_on.toordinal()
    stops = _stops(span.pauses, now) if span.pauses else ()
    total = span.limit + span.extension
    is_working = span.unit == "working_day"
    nominal = _walk(start, total, stops, table, is_working=is_working)
    due = nominal
    if not is_working and roll_calendar_end == "next_working_day" and total:
        due = _roll(nominal, stops, table)
    used = _used(start, now, stops, table, is_working=is_working)
    if due != nominal and now > nominal:
        # The days between the nominal end and the next working day belong to nobody.
        used = total + max(0, used - _used(start, due, stops, table, is_working=False))
    remaining = total - used
    is_late = now > due
    is_near = (remaining if is_working else table.count_ordinal(now, due)) <= 1
    state, light = _state(span, now, is_late=is_late, is_near=is_near, has_ended=has_ended)
    due_on = date.fromordinal(due)
    provisional = table.is_provisional_between(span.started_on, due_on)
    return Reading(due_on, used, remaining, state, light, provisional)


@lru_cache(maxsize=65_536)
def cached_reading(
    span: Span, today: date, table: DayTable, roll_calendar_end: Roll = "next_working_day"
) -> Reading:
    """`reading`, remembered by span, day and table (tables compare by identity)."""
    return reading(span, today, table, roll_calendar_end=roll_calendar_end)


def due_date(
    start: date,
    days: int,
    unit: Unit,
    table: DayTable,
    *,
    roll_calendar_end: Roll = "next_working_day",
) -> date:
    """The last day of a plain limit of `days` that starts on `start` (not counted)."""
    span = Span(limit=days, unit=unit, started_on=start)
    return reading(span, start, table, roll_calendar_end=roll_calendar_end).due_on


def due_instant(due_on: date) -> datetime:
    """24:00 Asia/Shanghai of the due date: the first instant at which the limit is missed."""
    return datetime.combine(due_on + timedelta(days=1), time(0), SHANGHAI)


def explain(
    span: Span, today: date, table: DayTable, *, roll_calendar_end: Roll = "next_working_day"
) -> tuple[DayNote, ...]:
    """One note for each calendar day from the start to the due date.

    At most `MOST_NOTES` notes: of a longer span the first ones, and the due date as the last.
    """
    shown = reading(span, today, table, roll_calendar_end=roll_calendar_end)
    has_ended = span.ended_on is not None and span.ended_on <= today
    until = span.ended_on if span.ended_on is not None and has_ended else today
    stops = _stops(span.pauses, until.toordinal())
    total = span.limit + span.extension
    is_working = span.unit == "working_day"
    first, last = span.started_on.toordinal(), shown.due_on.toordinal()
    notes: list[DayNote] = []
    counted = 0
    for ordinal in range(first, last + 1):
        day = date.fromordinal(ordinal)
        is_stopped = any(low <= ordinal <= high for low, high in stops)
        if ordinal > first and not is_stopped and (not is_working or table.is_workday(day)):
            counted += 1
        if len(notes) < MOST_NOTES - 1 or ordinal == last:
            why = _why(ordinal, first, last, counted, total, day, table, is_stopped, is_working)
            notes.append(DayNote(day, why))
    return tuple(notes)


def _why(
    ordinal: int,
    first: int,
    last: int,
    counted: int,
    total: int,
    day: date,
    table: DayTable,
    is_stopped: bool,
    is_working: bool,
) -> str:
    if ordinal == first:
        return "起算日，当日到期" if last == first else _START
    if is_stopped:
        return _STOPPED
    if not is_working:
        if counted <= total:
            return f"第{counted}日，{_DUE}" if ordinal == last else f"第{counted}日"
        return f"{_DUE}（顺延至工作日）" if ordinal == last else f"{table.reason(day)}，顺延"
    if not table.is_workday(day):
        return table.reason(day)
    made_up = f"（{MAKE_UP}）" if table.reason(day) == MAKE_UP else ""
    return f"第{counted}个工作日{made_up}" + (f"，{_DUE}" if ordinal == last else "")


def _stops(pauses: tuple[Pause, ...], now: int) -> tuple[tuple[int, int], ...]:
    """The union of the pauses as ordered, disjoint closed intervals of ordinals.

    An open pause lasts through `now`; one that would only open later is not yet known.
    """
    closed = []
    for pause in pauses:
        start = pause.start.toordinal()
        if pause.end is not None:
            closed.append((start, pause.end.toordinal()))
        elif start <= now:
            closed.append((start, now))
    closed.sort()
    union: list[tuple[int, int]] = []
    for low, high in closed:
        if union and low <= union[-1][1] + 1:
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return tuple(union)


def _walk(
    start: int, total: int, stops: tuple[tuple[int, int], ...], table: DayTable, *, is_working: bool
) -> int:
    """The ordinal of the `total`-th counted day after `start`."""
    left, place = total, start
    for low, high in stops:
        if high <= place:
            continue
        if is_working:
            open_days = table.count_ordinal(place, low - 1)
        else:
            open_days = max(0, low - 1 - place)
        if open_days >= left:
            break
        left -= open_days
        place = high
    return table.add_ordinal(place, left) if is_working else place + left


def _used(
    start: int, until: int, stops: tuple[tuple[int, int], ...], table: DayTable, *, is_working: bool
) -> int:
    """Counted days in (start, until]: all of them, minus those inside the stops."""
    if until <= start:
        return 0
    used = table.count_ordinal(start, until) if is_working else until - start
    for low, high in stops:
        low, high = max(low - 1, start), min(high, until)
        if high > low:
            used -= table.count_ordinal(low, high) if is_working else high - low
    return used


def _roll(nominal: int, stops: tuple[tuple[int, int], ...], table: DayTable) -> int:
    """The first working day from `nominal` on that no stop covers."""
    due = table.add_ordinal(nominal - 1, 1)
    for low, high in stops:
        if low <= due <= high:
            due = table.add_ordinal(high, 1)
    return due


def _state(span: Span, now: int, *, is_late: bool, is_near: bool, has_ended: bool) -> tuple[State, Light]:
    if has_ended and span.outcome == "ended":
        return "ended", "grey"
    if is_late:
        return "missed", "red"
    if has_ended:
        return "met", "green"
    for pause in span.pauses:
        if pause.start.toordinal() <= now and (pause.end is None or now < pause.end.toordinal()):
            return "paused", "grey"
    return "running", "yellow" if is_near else "green"
