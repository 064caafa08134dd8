"""The day rule and the sum behind a due date, on the contract's own example (paused 14 to 29 September)."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from onewindow.kernel.calendar_seed import seed_table
from onewindow.kernel.deadlines import Pause, Span, explain, reading
from onewindow.ui import strip, sums

ACCEPTED = date(2026, 9, 8)
PAUSE = (Pause(date(2026, 9, 14), date(2026, 9, 29)),)


@pytest.fixture(autouse=True)
def _chinese() -> Any:
    with translation.override("zh-hans"):
        yield


def clock(limit: int, today: date, pauses: tuple[Pause, ...] = ()) -> dict[str, Any]:
    span = Span(limit=limit, unit="working_day", started_on=ACCEPTED, pauses=pauses)
    table = seed_table()
    shown = reading(span, today, table)
    notes = [{"date": note.date, "why": note.why} for note in explain(span, today, table)]
    return {"limit": limit, "due_on": shown.due_on, "explain": notes, "state": shown.state}


def test_every_day_has_its_cell_and_its_kind() -> None:
    today = date(2026, 10, 9)
    cells = strip.cells({"promised": clock(7, today, PAUSE), "legal": clock(20, today, PAUSE)}, today)
    first, last = cells[0], cells[-1]
    assert (first.kind, first.number, first.above) == ("zero", 8, "9月")
    assert sum("pause" in cell.kind for cell in cells) == 16  # both ends of the pause count as stopped
    assert sum(cell.kind.startswith("today") for cell in cells) == 1
    assert "lawdue" in last.kind and last.number == 28  # the contract: 2026-10-28
    assert len(cells) == 51


def test_days_past_the_promise_are_told_apart_until_the_matter_is_decided() -> None:
    today = date(2026, 9, 24)  # promised for 17 September, counted on to the law
    late = {"promised": clock(7, today), "legal": clock(20, today)}
    kinds = {(cell.above, cell.number): cell.kind for cell in strip.cells(late, today)}
    assert [cell.number for cell in strip.cells(late, today) if cell.kind == "over"] == [18, 20, 21, 22, 23]
    assert sum(kind.startswith("today") for kind in kinds.values()) == 1
    late["promised"]["state"] = "ended"
    assert not [cell for cell in strip.cells(late, today) if cell.kind == "over"]


def test_no_clock_no_strip() -> None:
    assert strip.cells({"promised": None, "legal": None}, date(2026, 9, 24)) == []
    assert strip.cells({}, date(2026, 9, 24)) == []


def test_phone_calendar_begins_under_its_weekday() -> None:
    clocks = {"promised": clock(7, date(2026, 9, 9))}
    cells = strip.cells(clocks, date(2026, 9, 9))
    assert strip.first_column(cells, clocks) == 2  # 8 September 2026 is a Tuesday


def test_bar_is_filled_to_the_promise_and_open_to_the_law() -> None:
    assert strip.bar(7, promised=3) == ["p"] * 3 + [""] * 4
    assert strip.bar(7, promised=3, used=2) == ["u", "u", "p", "", "", "", ""]
    assert strip.bar(15, promised=5, used=6, is_late=True)[:7] == ["u"] * 5 + ["x", ""]


def test_the_sum_can_be_followed_with_a_finger() -> None:
    rows = sums.rows(clock(20, date(2026, 9, 8))["explain"], last_line="到期")
    assert rows[0].what == "受理当天，不算"
    assert [row.total for row in rows] == sorted(row.total for row in rows)
    assert rows[-1].is_sum and rows[-1].days == "10月12日" and rows[-1].total == 20
    assert any("国庆节" in row.what and "不算" in row.what for row in rows)


def test_stopped_days_stand_in_the_sum() -> None:
    rows = sums.rows(clock(20, date(2026, 10, 9), PAUSE)["explain"])
    stopped = [row for row in rows if row.what == "停钟，不算"]
    assert [row.days for row in stopped] == ["9月14日–29日"]
    assert stopped[0].total == 3
