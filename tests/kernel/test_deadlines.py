"""Clocks: the handbook's examples, the contract's states and lights, and laws that hold for all spans."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.calendar import OutOfCalendar
from onewindow.kernel.calendar_seed import seed_table
from onewindow.kernel.deadlines import (
    DayNote,
    Pause,
    Span,
    Unit,
    cached_reading,
    due_date,
    due_instant,
    explain,
    reading,
)

TABLE = seed_table()
TWENTY = Span(limit=20, unit="working_day", started_on=date(2026, 9, 8))
REVIEWED = Span(20, "working_day", date(2026, 9, 8), (Pause(date(2026, 9, 14), date(2026, 9, 29)),))
OPEN = Span(20, "working_day", date(2026, 9, 8), (Pause(date(2026, 9, 14)),))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def test_the_example_of_the_issue() -> None:
    assert reading(TWENTY, day("09-08"), TABLE).due_on == day("10-12")
    paused = reading(REVIEWED, day("09-29"), TABLE)
    assert (paused.used, paused.remaining, paused.due_on) == (3, 17, day("10-28"))


@pytest.mark.parametrize(
    ("span", "today", "expected"),
    [
        # (used, remaining, state, light)
        (TWENTY, "09-08", (0, 20, "running", "green")),
        (TWENTY, "09-09", (1, 19, "running", "green")),
        (TWENTY, "10-08", (17, 3, "running", "green")),
        (TWENTY, "10-09", (18, 2, "running", "green")),
        (TWENTY, "10-10", (19, 1, "running", "yellow")),
        (TWENTY, "10-11", (19, 1, "running", "yellow")),
        (TWENTY, "10-12", (20, 0, "running", "yellow")),
        (TWENTY, "10-13", (21, -1, "missed", "red")),
        (OPEN, "09-13", (3, 17, "running", "green")),
        (OPEN, "09-14", (3, 17, "paused", "grey")),
        (OPEN, "12-01", (3, 17, "paused", "grey")),
        (REVIEWED, "09-28", (3, 17, "paused", "grey")),
        (REVIEWED, "09-29", (3, 17, "running", "green")),
        (REVIEWED, "10-28", (20, 0, "running", "yellow")),
        (REVIEWED, "10-29", (21, -1, "missed", "red")),
        (Span(20, "working_day", day("09-08"), ended_on=day("09-18")), "11-30", (8, 12, "met", "green")),
        (Span(20, "working_day", day("09-08"), ended_on=day("10-12")), "11-30", (20, 0, "met", "green")),
        (Span(20, "working_day", day("09-08"), ended_on=day("10-13")), "11-30", (21, -1, "missed", "red")),
        (Span(20, "working_day", day("09-08"), ended_on=day("09-18")), "09-17", (7, 13, "running", "green")),
        (
            Span(20, "working_day", day("09-08"), ended_on=day("10-13"), outcome="ended"),
            "11-30",
            (21, -1, "ended", "grey"),
        ),
        (Span(20, "working_day", day("09-08"), extension=10), "10-12", (20, 10, "running", "green")),
        (Span(0, "working_day", day("09-08")), "09-08", (0, 0, "running", "yellow")),
        (Span(0, "working_day", day("09-08")), "09-09", (1, -1, "missed", "red")),
    ],
)
def test_states_and_lights(span: Span, today: str, expected: tuple[int, int, str, str]) -> None:
    shown = reading(span, day(today), TABLE)
    assert (shown.used, shown.remaining, shown.state, shown.light) == expected


def test_an_extension_moves_the_due_date() -> None:
    extended = Span(20, "working_day", day("09-08"), extension=10)
    assert reading(extended, day("09-08"), TABLE).due_on == TABLE.add(day("10-12"), 10)


def test_an_open_pause_shows_the_earliest_possible_due_date() -> None:
    assert reading(OPEN, day("09-29"), TABLE).due_on == day("10-28")
    assert reading(OPEN, day("09-30"), TABLE).due_on == day("10-29")


def test_overlapping_and_touching_pauses_count_once() -> None:
    parts = (
        Pause(day("09-14"), day("09-20")),
        Pause(day("09-18"), day("09-25")),
        Pause(day("09-25"), day("09-29")),
    )
    split = Span(20, "working_day", day("09-08"), parts[::-1])
    assert reading(split, day("10-08"), TABLE) == reading(REVIEWED, day("10-08"), TABLE)


def test_a_pause_on_the_start_day_and_one_after_the_due_date() -> None:
    first = Span(5, "working_day", day("09-08"), (Pause(day("09-08"), day("09-10")),))
    assert reading(first, day("09-10"), TABLE).due_on == day("09-17")
    late = Span(5, "working_day", day("09-08"), (Pause(day("09-16")),))
    shown = reading(late, day("09-20"), TABLE)
    assert (shown.due_on, shown.state, shown.used) == (day("09-15"), "missed", 5)


@pytest.mark.parametrize(
    ("start", "days", "due", "flat"),
    [
        ("09-08", 3, "09-11", "09-11"),
        ("09-08", 4, "09-14", "09-12"),
        ("09-11", 20, "10-08", "10-01"),
        ("09-13", 7, "09-20", "09-20"),
        ("09-12", 0, "09-12", "09-12"),
    ],
)
def test_calendar_days(start: str, days: int, due: str, flat: str) -> None:
    assert due_date(day(start), days, "calendar_day", TABLE) == day(due)
    assert due_date(day(start), days, "calendar_day", TABLE, roll_calendar_end="none") == day(flat)


def test_days_between_the_nominal_end_and_the_next_working_day_use_nothing() -> None:
    span = Span(20, "calendar_day", day("09-11"))
    used = {d: reading(span, day(d), TABLE) for d in ("09-30", "10-01", "10-05", "10-08", "10-09")}
    assert [(r.used, r.state) for r in used.values()] == [
        (19, "running"), (20, "running"), (20, "running"), (20, "running"), (21, "missed"),
    ]  # fmt: skip
    assert used["10-08"].remaining == 0
    assert used["09-30"].light == "yellow"


def test_calendar_days_stop_too_and_never_end_inside_a_stop() -> None:
    span = Span(10, "calendar_day", day("09-08"), (Pause(day("09-10"), day("09-14")),))
    assert reading(span, day("09-14"), TABLE).due_on == day("09-23")
    # Nominal end Saturday 09-12; Monday, to which it would move, lies in a stop.
    moved = Span(4, "calendar_day", day("09-08"), (Pause(day("09-14"), day("09-15")),))
    assert reading(moved, day("09-15"), TABLE).due_on == day("09-16")


def test_provisional_when_the_span_touches_a_year_without_notice() -> None:
    assert not reading(Span(20, "working_day", day("11-20")), day("11-20"), TABLE).provisional
    assert reading(Span(45, "working_day", day("11-20")), day("11-20"), TABLE).provisional


def test_the_due_date_lasts_until_midnight_in_shanghai() -> None:
    assert due_instant(day("10-12")) == datetime(2026, 10, 12, 16, tzinfo=UTC)
    assert due_instant(day("10-12")).isoformat() == "2026-10-13T00:00:00+08:00"


def test_explanation_day_by_day() -> None:
    notes = {note.date: note.why for note in explain(REVIEWED, day("09-29"), TABLE)}
    assert len(notes) == 51
    assert notes[day("09-08")] == "起算日，不计入"
    assert notes[day("09-11")] == "第3个工作日"
    assert notes[day("09-12")] == "周末"
    assert notes[day("09-14")] == notes[day("09-29")] == "停钟"
    assert notes[day("09-30")] == "第4个工作日"
    assert notes[day("10-01")] == "国庆节"
    assert notes[day("10-10")] == "第7个工作日（调休上班）"
    assert notes[day("10-28")] == "第20个工作日，到期日"


def test_explanation_of_calendar_days_and_of_nothing() -> None:
    notes = explain(Span(4, "calendar_day", day("09-08")), day("09-08"), TABLE)
    assert [note.why for note in notes] == [
        "起算日，不计入", "第1日", "第2日", "第3日", "第4日", "周末，顺延", "到期日（顺延至工作日）",
    ]  # fmt: skip
    instant = explain(Span(0, "working_day", day("09-08")), day("09-08"), TABLE)
    assert instant == (DayNote(day("09-08"), "起算日，当日到期"),)


def test_a_long_explanation_is_cut_but_keeps_its_end() -> None:
    notes = explain(Span(3660, "working_day", day("09-08")), day("09-08"), TABLE)
    assert len(notes) == 400
    assert notes[-1].why == "第3660个工作日，到期日"


def test_refusals() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Pause(day("09-14"), day("09-13"))
    with pytest.raises(ValueError, match="negative"):
        Span(-1, "working_day", day("09-08"))
    with pytest.raises(OutOfCalendar):
        reading(Span(5, "working_day", date(1900, 1, 1)), day("09-08"), TABLE)


STARTS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(STARTS)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + timedelta(draw(st.integers(0, 60)))
        length = draw(st.one_of(st.none(), st.integers(0, 40)))
        pauses.append(Pause(begin, None if length is None else begin + timedelta(length)))
    unit: Unit = draw(st.sampled_from(["working_day", "calendar_day"]))
    return Span(draw(st.integers(0, 60)), unit, start, tuple(pauses), draw(st.integers(0, 15)))


def slow_due(span: Span, today: date) -> date:
    """The due date by walking the days one by one."""
    total, here = span.limit + span.extension, span.started_on
    while total:
        here += timedelta(1)
        if stopped(span, here, today) or (span.unit == "working_day" and not TABLE.is_workday(here)):
            continue
        total -= 1
    if span.unit == "calendar_day" and span.limit + span.extension:
        while stopped(span, here, today) or not TABLE.is_workday(here):
            here += timedelta(1)
    return here


def stopped(span: Span, here: date, today: date) -> bool:
    return any(p.start <= here <= (p.end or today) for p in span.pauses)


@given(span=spans(), offset=st.integers(0, 200))
def test_due_date_equals_the_slow_walk(span: Span, offset: int) -> None:
    today = span.started_on + timedelta(offset)
    assert reading(span, today, TABLE).due_on == slow_due(span, today)


@given(span=spans(), offset=st.integers(0, 200))
def test_used_and_remaining_make_the_whole(span: Span, offset: int) -> None:
    today = span.started_on + timedelta(offset)
    shown = reading(span, today, TABLE)
    assert shown.used + shown.remaining == span.limit + span.extension
    assert (shown.state == "missed") == (today > shown.due_on)
    assert (shown.remaining < 0) <= (today > shown.due_on)
    assert cached_reading(span, today, TABLE) == shown


@given(span=spans(), offset=st.integers(0, 200))
def test_nothing_remains_on_the_due_date(span: Span, offset: int) -> None:
    closed = tuple(Pause(p.start, p.end or p.start) for p in span.pauses)
    fixed = Span(span.limit, span.unit, span.started_on, closed, span.extension)
    due = reading(fixed, span.started_on + timedelta(offset), TABLE).due_on
    assert reading(fixed, due, TABLE).remaining == 0
    assert explain(fixed, due, TABLE)[-1].date == due


@given(span=spans(), offset=st.integers(0, 120))
def test_used_and_due_never_go_back_as_days_pass(span: Span, offset: int) -> None:
    today = span.started_on + timedelta(offset)
    now, next_day = reading(span, today, TABLE), reading(span, today + timedelta(1), TABLE)
    assert 0 <= next_day.used - now.used <= 1
    assert next_day.due_on >= now.due_on


@given(span=spans(), more=st.integers(1, 10), offset=st.integers(0, 120))
def test_an_extension_never_shortens(span: Span, more: int, offset: int) -> None:
    today = span.started_on + timedelta(offset)
    longer = Span(span.limit, span.unit, span.started_on, span.pauses, span.extension + more)
    assert reading(longer, today, TABLE).due_on >= reading(span, today, TABLE).due_on
