"""What a hall hands out about an item: the service sheet (服务告知单) with the five disclosures, the checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from onewindow.base import clock
from onewindow.catalog.compare_words import VALUES
from onewindow.catalog.definition import ItemDefinition, Limit, Material, SpecialProcedure
from onewindow.catalog.rules import checklist, type_name
from onewindow.documents import presentation, rendering

SERVICE = "服务告知单"
CHECKLIST = "一次性告知单"

_UNITS = {"working_day": "个工作日", "calendar_day": "日"}


def service_sheet(item: ItemDefinition, *, url: str, now: datetime) -> bytes:
    """The service sheet as PDF: content, procedure, materials, limit and fee, then places and contacts.

    ``url`` is the address of the guide, printed as QR code.
    """
    shown = _common(item, SERVICE, url, now) | {
        "basis": [f"{basis.law}{basis.article}" for basis in item.basis],
        "subjects": "、".join(item.subjects or [_word(one) for one in item.audiences]),
        "conditions": list(item.conditions),
        "results": [result.name for result in item.results],
        "steps": [_step(step) for step in item.steps],
        "special": "；".join(_procedure(one) for one in item.special_procedures),
        "materials": _rows(item.materials),
        "extension": _limit(item.legal_extension),
        "fee_basis": item.fee.basis,
        "fee_standard": item.fee.standard
        or "；".join(f"{fee.name}：{fee.standard}" for fee in item.fee.items),
        "remedies": "；".join(part for part in (item.contact.review, item.contact.court) if part),
    }
    return rendering.handout("service", shown, at=now)


def checklist_sheet(item: ItemDefinition, answers: Mapping[str, Any], *, url: str, now: datetime) -> bytes:
    """The one-time notice list as PDF: exactly the materials that ``answers`` lead to, with boxes to tick.

    Raises ``Invalid`` for answers that the item does not know.
    """
    found = checklist(item, answers)
    shown = _common(item, CHECKLIST, url, now) | {
        "answers": _answered(item, found.path),
        "is_complete": found.complete,
        "is_licence": item.type == "01",
        "materials": _rows(found.materials),
    }
    return rendering.handout("checklist", shown, at=now)


def _common(item: ItemDefinition, title: str, url: str, now: datetime) -> dict[str, Any]:
    return {
        "title": title,
        "organ": item.organ_name,
        "item": {
            "name": item.name,
            "task_code": item.task_code,
            "version": item.version,
            "type_name": type_name(item.type),
        },
        "is_sample": item.demonstration,
        "qr": presentation.qr(url),
        "printed_on": presentation.in_words(clock.day_of(now)),
        "promised": _limit(item.promised_limit),
        "legal": _limit(item.legal_limit),
        "visits": "" if item.visits is None else f"{item.visits} 次" if item.visits else "不用到现场",
        "charged": "" if item.fee.charged is None else "收费" if item.fee.charged else "不收费",
        "places": [_place(place.name, place.address, place.hours) for place in item.places],
        "consult": item.contact.consult,
        "supervise": item.contact.supervise,
    }


def _limit(limit: Limit | None) -> str:
    if limit is None:
        return ""
    return "当场办结" if limit.days == 0 else f"{limit.days} {_UNITS[limit.unit]}"


def _word(code: str) -> str:
    """A value as the comparison of versions calls it: one word per code; papers stay Chinese."""
    return VALUES.get(code, code)


def _place(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _step(step: Any) -> dict[str, str]:
    days = "" if step.days is None else f"{step.days} 天" if step.days else "当天"
    return {
        "name": step.name,
        "role": _word(step.role),
        "days": days or "—",
        "standard": step.standard or "—",
    }


def _procedure(one: SpecialProcedure) -> str:
    name = _word(one.kind)
    return f"{name}（约 {one.days} 个工作日，不计入时限）" if one.days else name


def _rows(materials: Sequence[Material]) -> list[dict[str, str]]:
    return [
        {
            "name": row.name,
            "need": _word(row.need),
            "source": "—" if row.source == "unknown" else _word(row.source),
            "forms": _forms(row),
            "standard": row.standard,
        }
        for row in materials
    ]


def _forms(row: Material) -> str:
    media = "或".join(_word(form) for form in row.forms)
    return f"{row.copies} 份，{media}" if media else "—"


def _answered(item: ItemDefinition, path: Sequence[tuple[str, tuple[str, ...]]]) -> list[dict[str, str]]:
    questions = {question.code: question for question in item.questions}
    told = []
    for code, chosen in path:
        question = questions[code]
        texts = [option.text for option in question.options if option.code in chosen]
        told.append({"question": question.text, "answer": "、".join(texts)})
    return told
