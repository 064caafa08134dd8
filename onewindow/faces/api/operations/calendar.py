"""The working calendar, public."""

from __future__ import annotations

from datetime import date

import msgspec

from onewindow.base import calendars
from onewindow.faces.api.operation import PUBLIC, Answer, Call, Operation, Parameter
from onewindow.kernel.deadlines import Span, reading
from onewindow.kernel.errors import N_, FieldError, Invalid

FIRST, LAST = 1949, 2199


class YearOut(msgspec.Struct, frozen=True):
    year: int
    provisional: bool
    workdays: list[date]
    source: str


class Skipped(msgspec.Struct, frozen=True):
    date: date
    reason: str


class DueOut(msgspec.Struct, frozen=True):
    due_on: date
    provisional: bool
    skipped: list[Skipped]


def _invalid(field: str, code: str, message: str) -> Invalid:
    return Invalid(
        "invalid-fields",
        N_("有的内容不符合要求，请改正后再提交。"),
        fields=[FieldError(field, code, message)],
    )


def _year(call: Call) -> Answer:
    text = call.path["year"]
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST <= int(text) <= LAST):
        raise _invalid("year", "out-of-range", N_("年份应在 1949 至 2199 之间。"))
    year, table = int(text), calendars.table()
    return Answer(YearOut(year, table.is_provisional(year), table.workdays(year), calendars.source(year)))


def _due(call: Call) -> Answer:
    asked = call.query()
    for name in ("start", "days"):
        if name not in asked:
            raise _invalid(name, "required", N_("必须填写。"))
    start, days = asked["start"], asked["days"]
    if not FIRST <= start.year <= LAST:
        raise _invalid("start", "out-of-range", N_("年份应在 1949 至 2199 之间。"))
    table = calendars.table()
    unit = asked.get("unit", "working_day")
    found = reading(Span(days, unit, start), start, table)
    skipped = table.skipped(start, found.due_on) if unit == "working_day" else []
    return Answer(DueOut(found.due_on, found.provisional, [Skipped(day, why) for day, why in skipped]))


OPERATIONS = (
    Operation(
        method="GET",
        path="/calendar/{year}",
        run=_year,
        permission=PUBLIC,
        summary="一年的工作日",
        answer=YearOut,
        errors=(422,),
    ),
    Operation(
        method="GET",
        path="/calendar/due",
        run=_due,
        permission=PUBLIC,
        summary="从某日起若干日的到期日；起算日不计入",
        answer=DueOut,
        parameters=(
            Parameter("start", "date"),
            Parameter("days", "integer", least=0, most=3660),
            Parameter("unit", values=("working_day", "calendar_day")),
        ),
        errors=(422,),
    ),
)
