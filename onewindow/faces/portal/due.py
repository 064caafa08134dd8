"""When a matter would be finished if it were accepted today, and why: for guide and application."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from onewindow.base import calendars
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.kernel.deadlines import Span, due_date, explain
from onewindow.ui import sums


class Expected(msgspec.Struct, frozen=True):
    """The last day by promise (else by law), the day by law, and the sum behind the first."""

    due_on: date
    legal_on: date | None
    rows: tuple[sums.Row, ...]
    is_instant: bool


def expected(item: ItemDefinition, today: date) -> Expected | None:
    """None when the item has no limit."""
    limit = item.promised_limit or item.legal_limit
    if limit is None:
        return None
    span = _span(limit, today)
    days = explain(span, today, calendars.table())
    notes = [{"date": note.date, "why": note.why} for note in days]
    legal = _due(item.legal_limit, today) if item.promised_limit and item.legal_limit else None
    return Expected(days[-1].date, legal, tuple(sums.rows(notes)), is_instant=limit.days == 0)


def _span(limit: Limit, today: date) -> Span:
    return Span(limit=limit.days, unit=limit.unit, started_on=today)


def _due(limit: Limit | None, today: date) -> date | None:
    return due_date(today, limit.days, limit.unit, calendars.table()) if limit else None


def days_off(today: date, *, ahead: int = 45) -> list[dict[str, Any]]:
    """Runs of holidays and make-up days in the weeks ahead: ``[{"first","last","name","is_workday"}]``."""
    table = calendars.table()
    runs: list[dict[str, Any]] = []
    for ordinal in range(today.toordinal(), today.toordinal() + ahead):
        day = date.fromordinal(ordinal)
        name = table.reason(day)
        if not name or name == sums.WEEKEND:
            continue
        if runs and runs[-1]["name"] == name and (day - runs[-1]["last"]).days == 1:
            runs[-1]["last"] = day
        else:
            runs.append({"first": day, "last": day, "name": name, "is_workday": table.is_workday(day)})
    return runs
