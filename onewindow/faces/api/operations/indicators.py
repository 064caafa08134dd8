"""Supervision and indicators (contract section 3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from onewindow.base import clock
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import Answer, Call, Operation, Parameter
from onewindow.supervision.queries import board, cuts, indicators
from onewindow.supervision.rules.indicators import INDICATORS

WATCHERS = ("supervisor", "manager", "leader", "head", "approver", "examiner")
_ORGAN = Parameter("organ", about="名称或代码")
_REGION = Parameter("region", about="区划代码，含其下级")


def _board(call: Call) -> Answer:
    asked = call.query()
    bound = cuts.bound(call.actor, cuts.cut(organ=asked.get("organ"), region=asked.get("region")))
    return Answer(board.board(bound, today=clock.day_of(call.now)))


def _definitions(call: Call) -> Answer:
    rows = [
        {
            "name": one.name,
            "label": one.label,
            "formula": one.formula,
            "population": one.population,
            "unit": one.unit,
            "source": one.source,
        }
        for one in INDICATORS.values()
    ]
    return Answer({"results": rows, "next": None})


def _values(call: Call) -> Answer:
    asked = call.query()
    today = clock.day_of(call.now)
    since: date = asked.get("from", today.replace(day=1))
    until: date = asked.get("to", today)
    chosen = cuts.cut(**{name: asked.get(name) for name in ("organ", "window", "region", "item", "person")})
    found = indicators.value(
        asked.get("name", ""), cut=cuts.bound(call.actor, chosen), since=since, until=until, today=today
    )
    told: dict[str, Any] = {
        "name": asked["name"],
        "from": since,
        "to": until,
        "value": None if found.value is None else float(found.value),
        "numerator": found.numerator,
        "denominator": found.denominator,
    }
    return Answer(told)


OPERATIONS = (
    Operation(
        method="GET",
        path="/supervision/board",
        run=_board,
        permission=WATCHERS,
        summary="今日监察看板",
        answer=shapes.Board,
        parameters=(_REGION, _ORGAN),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/indicators",
        run=_definitions,
        permission=WATCHERS,
        summary="指标的定义",
        answer=shapes.IndicatorPage,
        errors=(401, 403),
    ),
    Operation(
        method="GET",
        path="/indicators/values",
        run=_values,
        permission=WATCHERS,
        summary="一个指标的值",
        answer=shapes.IndicatorValue,
        parameters=(
            Parameter("name"),
            Parameter("from", "date"),
            Parameter("to", "date"),
            _ORGAN,
            Parameter("window", about="窗口编号或代码"),
            _REGION,
            Parameter("item", about="实施编码"),
            Parameter("person", about="工作人员用户名"),
        ),
        errors=(401, 403, 404, 422),
    ),
)
