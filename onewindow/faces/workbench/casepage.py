"""What the case page shows beside the case itself: form with titles, clock, marks, proposal, acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.workbench import deeds, forms, hearing_page, parcels, remarks, viewer
from onewindow.faces.workbench.desks import Desk
from onewindow.kernel import masking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org
from onewindow.ui import dates, fields, words


class Pair(msgspec.Struct, frozen=True):
    label: str
    value: str


def context(
    actor: Actor, case: dict[str, Any], *, desk: Desk, now: datetime, tab: str = "", **more: Any
) -> dict[str, Any]:
    """Everything the template ``workbench/case.html`` needs for ``case`` (contract shape).

    Personal values are masked, also for those at work on the case, until they ask with a reason.
    """
    is_open = bool(more.get("is_revealed"))
    names = org.staff_names({event["actor"] for event in case["events"]} | {case.get("holder") or ""})
    definition = definition_of(case["item"])
    unserved = hearing_page.unserved(case)
    may_serve = bool(unserved) and actor.has("clerk", "issuer") and case["state"] != "draft"
    acts = deeds.deeds_of(case, may_serve=may_serve)
    tabs = viewer.sheets_of(case, may_check=viewer.may_check(actor, case))
    sheet = next((one for one in tabs if one.key == tab), viewer.first_of(tabs))
    steps = [one for one in acts if one.name not in deeds.OFFICE and one.name != "reveal"]
    return {
        "case": case,
        "desk": desk,
        "today": now.date(),
        "main_clock": main_clock(case),
        "clocks": [(name, clock) for name, clock in case["clocks"].items()],
        "form_rows": form_rows(case.get("form") or {}, definition),
        "applicant_rows": applicant_rows(case.get("applicant") or {}, is_open=is_open),
        "agent_rows": applicant_rows(case.get("agent") or {}, is_open=is_open),
        "answer_rows": answer_rows(case.get("answers") or {}, definition),
        "opinions": remarks.opinions(case, names),
        "notes": remarks.notes(case, names),
        "holder": names.get(case.get("holder") or "", case.get("holder") or ""),
        "proposal": proposal(case, names),
        "stops": stops(case, names),
        "sheets": tabs,
        "sheet": sheet,
        "shown_files": viewer.files_of(sheet, case["case_no"]),
        "allowed": [one for one in steps if one.allowed],
        "has_photos": any(one.allowed and one.has_photos for one in steps),
        "refused": [one for one in steps if not one.allowed and hearing_page.is_of_matter(one.name, case)],
        "office_deeds": [one for one in acts if one.name in deeds.OFFICE and one.allowed],
        "can_reveal": any(one.name == "reveal" and one.allowed for one in acts),
        "answer_by": deeds.answer_by(now.date()).isoformat(),
        "parties": hearing_page.third_parties(case, is_open=is_open),
        "third_count": sum(one["no"] > 0 for one in case.get("parties") or ()),
        "meeting": case.get("hearing"),
        "next_check": next(
            (one for one in case["site_checks"] if not one["checked_at"] and not one["cancelled"]), None
        ),
        "served": hearing_page.served(case),
        "unserved": unserved,
        **parcels.shown(actor, case, unserved),
        "statements": hearing_page.statements(case),
        "state_word": words.word(case["state"], "state_at_work"),
        "marks": marks(case),
        "why_seen": words.lazily("why"),
        "definition": definition,
        "form_controls": form_controls(case, definition, more.get("typed")),
    } | more


def form_controls(
    case: Mapping[str, Any], definition: ItemDefinition | None, typed: Any
) -> tuple[forms.Control, ...]:
    """The item's own form for the acts that may mend it, with what was just typed or what stands there."""
    if definition is None:
        return ()
    if typed and forms.is_posted(typed):
        texts = forms.read(definition, typed)[1]
        return forms.controls(definition, texts, more=fields.more(typed.get(forms.LINE, "")))
    return forms.controls(definition, forms.texts_of(definition, case.get("form") or {}))


def definition_of(item: Mapping[str, Any]) -> ItemDefinition | None:
    """The version that the case rests on; None when the catalogue no longer has it."""
    try:
        return catalog.current(item["task_code"], item["version"])
    except Refusal:
        return None


def main_clock(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The clock that the head of the page tells: the one that runs in this state, promise before law."""
    clocks = case["clocks"]
    wanted = {
        "received": ("correction",),
        "correcting": ("correction",),
        "granted": ("delivery",),
        "produced": ("delivery",),
    }.get(case["state"], ("promised", "legal"))
    name = next((one for one in wanted if clocks.get(one)), None)
    if name is None:
        return None
    clock = clocks[name]
    late = clock["state"] == "missed" or clock["remaining"] < 0
    return clock | {
        "name": name,
        "label": words.word(name, "clock"),
        "is_late": late,
        "late": max(1, -clock["remaining"]),
        "legal": clocks["legal"]["limit"] if name == "promised" and clocks.get("legal") else None,
    }


def form_rows(form: Mapping[str, Any], definition: ItemDefinition | None) -> list[Pair]:
    """The filled form with the titles of its schema, in the schema's order; what is unknown comes last."""
    known = fields.fields_of(definition.form_schema) if definition else []
    rows = [Pair(field.title, text) for field, text in fields.shown(known, form) if text]
    folders = {field.name.partition(".")[0] for field in known}
    return rows + [Pair(name, remarks.plain(value)) for name, value in form.items() if name not in folders]


def applicant_rows(who: Mapping[str, Any], *, is_open: bool) -> list[Pair]:
    """Name, number and telephone; masked unless ``is_open``. A firm's name is public, a person's is not."""
    if not who:
        return []
    is_firm = who.get("type") == "organisation"
    name, number, phone = (str(who.get(key) or "") for key in ("name", "id_number", "phone"))
    if not is_open:
        name = name if is_firm else masking.mask_name(name)
        number, phone = masking.mask_id_number(number), masking.mask_phone(phone)
    rows = [
        Pair(_("单位") if is_firm else _("姓名"), name),
        Pair(words.word(who.get("id_type"), "id_type"), number),
        Pair(_("电话"), phone),
        Pair(_("委托到"), dates.day_text(who.get("until"))),
    ]
    return [row for row in rows if row.value]


def answer_rows(answers: Mapping[str, Any], definition: ItemDefinition | None) -> list[Pair]:
    """The scenario: each question with the text of what was chosen."""
    questions = {one.code: one for one in definition.questions} if definition else {}
    rows = []
    for code, value in answers.items():
        question = questions.get(code)
        chosen = value if isinstance(value, list | tuple) else [value]
        texts = {one.code: one.text for one in question.options} if question else {}
        rows.append(
            Pair(question.text if question else code, "、".join(texts.get(one, str(one)) for one in chosen))
        )
    return rows


def proposal(case: Mapping[str, Any], names: Mapping[str, str]) -> list[Pair]:
    """The first half of an act of two people, as it will be carried out when confirmed."""
    found = case.get("proposal")
    if not found:
        return []
    labels = {
        "procedure": _("特别程序"),
        "ground": _("情形"),
        "facts": _("查明的事实"),
        "reason": _("理由"),
        "expected_days": _("预计工作日"),
        "basis": _("依据"),
        "public_interest": _("公共利益"),
        "compensation": _("赔偿、补偿"),
        "consequences": _("其他后果"),
        "answer_by": _("陈述申辩到"),
        "return_by": _("交回证件的日期"),
    }
    tables = {"procedure": "procedure", "ground": "ground"}
    rows = [Pair(_("提出"), names.get(found["by"], found["by"]))]
    for key, label in labels.items():
        value = found["body"].get(key)
        if value:
            rows.append(
                Pair(label, words.word(value, tables[key]) if key in tables else remarks.plain(value))
            )
    return rows


def stops(case: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """A line for each pause and extension beneath the strip of days."""
    confirmed = [one for one in case["events"] if one["type"] == "paused"]
    lines = []
    for stop, event in zip(case.get("stops") or (), confirmed, strict=False):
        told = {
            "what": words.word(stop["procedure"], "procedure"),
            "from": dates.day_text(stop["start"], with_year=False),
            "to": dates.day_text(stop["end"], with_year=False) if stop["end"] else _("结果出来"),
            "a": names.get(event["data"].get("proposed_by", ""), ""),
            "b": names.get(event["actor"], event["actor"]),
        }
        lines.append(_("%(what)s：%(from)s起停钟，到%(to)s（提出 %(a)s，确认 %(b)s）") % told)
        if not stop["end"] and stop.get("expected_on"):
            lines[-1] += _("，预计 %(day)s 有结果") % {
                "day": dates.day_text(stop["expected_on"], with_year=False)
            }
    for event in case["events"]:
        if event["type"] == "extended":
            lines.append(_("延期 %(n)s 个工作日，只动法定期限") % {"n": event["data"].get("days", "")})
    return lines


def marks(case: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The tags beside the title: what supervision and the next person must know."""
    made: list[tuple[str, str]] = []
    if case.get("deemed"):
        made.append((_("视为受理：逾期未告知"), "tag--over"))
    if case.get("disposition"):
        made.append((words.word(case["disposition"], "flag"), "tag--near"))
    waiting = [row for row in case.get("materials", ()) if row["state"] == "deferred"]
    if waiting:
        made.append((_("容缺 %(n)s 份未补") % {"n": len(waiting)}, "tag--near"))
    due = [row for row in case.get("materials", ()) if (row.get("trust") or {}).get("is_due")]
    if due:
        made.append((_("待核验原件 %(n)s 份") % {"n": len(due)}, "tag--near"))
    if any(event["type"] == "resumed" for event in case.get("events", ())):
        made.append((_("停过钟"), ""))
    if any(event["type"] == "extended" for event in case.get("events", ())):
        made.append((_("延过期"), ""))
    licence = case.get("licence") or {"standing": "valid"}
    if licence["standing"] != "valid":
        made.append((_("许可") + words.word(licence["standing"], "licence"), "tag--over"))
    if any(clock and clock.get("provisional") for clock in case["clocks"].values()):
        made.append((_("日期暂定：跨入没有放假通知的年份"), ""))
    return made


def neighbours(rows: list[Mapping[str, Any]], case_no: str) -> tuple[str, str]:
    """The case before and after ``case_no`` in the inbox; empty where there is none."""
    order = [row["case_no"] for row in rows]
    if case_no not in order:
        return "", order[0] if order else ""
    place = order.index(case_no)
    return (order[place - 1] if place else ""), (order[place + 1] if place + 1 < len(order) else "")
