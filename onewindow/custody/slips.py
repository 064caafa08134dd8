"""What stands on the printed slips of custody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onewindow.base.clock import day_of
from onewindow.custody.queries import Line, Listed
from onewindow.documents import barcodes, presentation, rendering

HALL = "政务服务大厅综合窗口"
_STATES = {"there": "在", "missing": "缺", "extra": "单外"}


def list_pdf(listed: Listed, *, now: datetime) -> bytes:
    """The hand-over list as PDF, with the bar codes of the list and of every case."""
    sides = (HALL, listed.organ) if listed.direction == "out" else (listed.organ, HALL)
    shown: dict[str, Any] = {
        "number": listed.number,
        "barcode": barcodes.code128(listed.number),
        "from": sides[0],
        "to": sides[1],
        "made_on": presentation.in_words(day_of(listed.made_at or listed.opened_at)),
        "printed_on": presentation.in_words(day_of(now)),
        "maker": listed.maker,
        "taker": listed.taker,
        "count": listed.bundles,
        "state": _state(listed),
        "rows": [_row(one) for one in listed.lines],
    }
    return rendering.slip("bundles", shown, at=now)


def _row(line: Line) -> dict[str, str]:
    return {
        "case_no": line.case_no,
        "barcode": barcodes.code128(line.case_no.replace("-", "")),
        "item": line.item,
        "state": _STATES.get(line.state, ""),
    }


def _state(listed: Listed) -> str:
    if listed.outcome == "withdrawn":
        return "已撤回，不作交接凭据。"
    if listed.made_at is None:
        return "还没有移交，不作交接凭据。"
    if listed.outcome != "taken" or listed.ended_at is None:
        return ""
    told = f"{presentation.moment_in_words(listed.ended_at)}签收，在 {listed.found} 件"
    return told + f"，缺 {listed.missing} 件，单外 {listed.extra} 件。"
