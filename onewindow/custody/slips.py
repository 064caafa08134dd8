"""What stands on the printed slips of custody."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any

from onewindow.base.clock import day_of
from onewindow.custody.lent import Lent
from onewindow.custody.queries import Line, Listed
from onewindow.documents import barcodes, presentation, rendering

HALL = "政务服务大厅综合窗口"
PEOPLE = {"applicant": "申请人本人", "agent": "代理人", "other": "代办人"}
REASONS = {
    "archive": "依法留存归档",
    "evidence": "作为证据留存",
    "later": "约定以后来取",
    "waived": "申请人声明不再取回",
}
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


def original_pdf(lent: Lent, *, signatures: tuple[bytes, bytes | None], now: datetime) -> bytes:
    """The slip of an original as PDF, with what was signed."""
    shown: dict[str, Any] = {
        "number": lent.number,
        "qr": presentation.qr(lent.number),
        "case_no": lent.case_no,
        "name": lent.name,
        "sheets": lent.sheets,
        "note": lent.note,
        "due_on": presentation.in_words(lent.due_on),
        "lender": _person(lent.lender, lent.lender_name),
        "taken_by": lent.taken_by,
        "taken_at": presentation.moment_in_words(lent.taken_at),
        "signature": _picture(signatures[0]),
        "receiver": _person(lent.receiver, lent.receiver_name),
        "back_by": lent.back_by,
        "back_at": presentation.moment_in_words(lent.back_at) if lent.back_at else "",
        "back_signature": _picture(signatures[1]) if signatures[1] else "",
        "kept": REASONS.get(lent.kept_reason, ""),
        "printed_on": presentation.in_words(day_of(now)),
        "hall": HALL,
    }
    return rendering.slip("original", shown, at=now)


def _person(kind: str, name: str) -> str:
    told = PEOPLE.get(kind, "")
    return f"{told} {name}" if name else told


def _picture(jpeg: bytes) -> str:
    """A picture that typst takes out of a text: an SVG that holds it, fitted into a broad board."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 280">'
        f'<image width="900" height="280" href="data:image/jpeg;base64,{b64encode(jpeg).decode()}"/></svg>'
    )
