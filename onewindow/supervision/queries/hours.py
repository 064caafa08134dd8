"""Cases by hour and window: what was done today, and what the hours still to come bring by experience."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import median
from typing import Any

import msgspec
from django.db import connection

from onewindow.base import calendars
from onewindow.supervision.queries.cuts import COLUMNS, Cut

WEEKS = 6
DAY_HOURS = range(9, 18)
_SQL = """
SELECT day, window_id, hour, sum(received)::int, sum(decided)::int FROM supervision_hour
WHERE day = ANY(%(days)s)"""
_BOUNDS = {"organ", "window", "region"}


class Cell(msgspec.Struct, frozen=True):
    """One hour of one window: done so far (None when the hour has not begun), and what is to be expected.

    ``shade`` is 0 to 9: how full the hour is beside the fullest one shown.
    """

    hour: int
    received: int
    decided: int
    is_done: bool
    expected: int
    shade: int = 0

    @property
    def done(self) -> int:
        return self.received + self.decided


class Line(msgspec.Struct, frozen=True):
    """The hours of one window; ``window_id`` 0 stands for what came without one."""

    window_id: int
    cells: tuple[Cell, ...]

    @property
    def done(self) -> int:
        return sum(cell.done for cell in self.cells)

    @property
    def weight(self) -> int:
        return sum(cell.done if cell.is_done else cell.expected for cell in self.cells)


def heat(cut: Cut, *, today: date, hour: int, limit: int = 20) -> list[Line] | None:
    """Windows by their work of the day, the busiest first; one statement. None for a cut hours do not know.

    The past hours and the present one tell receipts and decisions; a coming one the median of the same weekday
    in the last ``WEEKS`` weeks, days off left out.
    """
    if not set(cut.bounds()) <= _BOUNDS:
        return None
    before = alike(today)
    told = _told(cut, [today, *before])
    windows = {window for _, window, _ in told}
    hours = sorted({*DAY_HOURS, *(one for _, _, one in told)})
    lines = [_line(window, hours, told, today, before, hour) for window in windows]
    best = max((max(cell.done, cell.expected) for line in lines for cell in line.cells), default=0)
    lines.sort(key=lambda line: (-line.weight, line.window_id))
    busy = [line for line in lines if line.weight] or lines
    return [_shaded(line, best) for line in busy[:limit]]


def alike(today: date) -> list[date]:
    """The same weekday of the last weeks, as far as they were working days."""
    table = calendars.table()
    days = [today - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    return [day for day in days if table.is_workday(day)]


_Told = dict[tuple[date, int, int], tuple[int, int]]


def _told(cut: Cut, days: list[date]) -> _Told:
    given: dict[str, Any] = {"days": days}
    where = ""
    for name, keys in cut.bounds().items():
        given[name] = keys
        where += f" AND {COLUMNS[name].replace('%s', f'%({name})s')}"
    with connection.cursor() as cursor:
        cursor.execute(f"{_SQL}{where} GROUP BY day, window_id, hour", given)
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in cursor.fetchall()}


def _line(window: int, hours: list[int], told: _Told, today: date, before: list[date], present: int) -> Line:
    past: dict[int, list[int]] = defaultdict(list)
    for hour in hours:
        past[hour] = [sum(told.get((day, window, hour), (0, 0))) for day in before]
    cells = []
    for hour in hours:
        received, decided = told.get((today, window, hour), (0, 0))
        expected = round(median(past[hour])) if past[hour] else 0
        cells.append(Cell(hour, received, decided, hour <= present, expected))
    return Line(window, tuple(cells))


def _shaded(line: Line, best: int) -> Line:
    cells = (
        msgspec.structs.replace(cell, shade=-(-9 * cell.done // best) if best else 0) for cell in line.cells
    )
    return msgspec.structs.replace(line, cells=tuple(cells))
