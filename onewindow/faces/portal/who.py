"""The first step of an application: for whom it is, and by whose mandate."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.portal import applying
from onewindow.intake.drafts import Content
from onewindow.kernel.errors import FieldError
from onewindow.people import queries as people
from onewindow.people import rules as people_rules
from onewindow.ui import masks, refusals, words
from onewindow.ui.fields import Posted

PRINCIPAL = ("p_type", "p_name", "p_id_type", "p_id_number", "p_phone", "until")


class Read(msgspec.Struct):
    """What was chosen: fields of the draft to change, and problems by field of the page."""

    changes: dict[str, Any]
    problems: dict[str, str]
    is_agent: bool = False


def read(posted: Posted, known: dict[str, people.Subject], item: ItemDefinition, *, today: date) -> Read:
    """Read the page; what cannot be taken is kept as typed and named."""
    behalf, phone = posted.get("behalf", ""), posted.get("phone", "").strip()[:30]
    typed = {name: posted.get(name, "").strip()[:200] for name in PRINCIPAL}
    problems: dict[str, str] = {}
    _note(problems, "phone", people_rules.phone_problem(phone))
    if behalf == applying.AGENT:
        return _as_agent(known, typed, phone, item, problems, today=today)
    subject = known.get(behalf)
    usable = {row["code"] for row in applying.choices(item, known, behalf) if not row["reason"]}
    if subject is None or behalf not in usable:
        problems["behalf"] = _("请选择为谁办")
        return Read({"behalf": behalf[:40]}, problems)
    return Read({"behalf": behalf, "applicant": _subject(subject, phone), "agent": {}}, problems)


def _as_agent(
    known: dict[str, people.Subject],
    typed: dict[str, str],
    phone: str,
    item: ItemDefinition,
    problems: dict[str, str],
    *,
    today: date,
) -> Read:
    kind = typed["p_type"] if typed["p_type"] in ("person", "organisation") else "person"
    id_type = "uscc" if kind == "organisation" else typed["p_id_type"] or "id_card"
    if kind not in item.audiences:
        problems["p_type"] = _("这件事不面向%(who)s") % {"who": words.word(kind, "audience")}
    _note(problems, "p_name", people_rules.name_problem(typed["p_name"]))
    _note(problems, "p_id_number", people_rules.id_problem(id_type, typed["p_id_number"], today=today))
    _note(problems, "p_phone", people_rules.phone_problem(typed["p_phone"]))
    if not _is_later(typed["until"], today):
        problems["until"] = _("请填写委托截止日期，不能早于今天")
    own = known.get("self")
    if own is None:
        problems["behalf"] = _("受托办理须先完成实名注册")
        return Read({"behalf": applying.AGENT}, problems, is_agent=True)
    applicant = {
        "type": kind,
        "name": typed["p_name"],
        "id_type": id_type,
        "id_number": people_rules.normal_id(id_type, typed["p_id_number"]),
        "phone": typed["p_phone"],
    }
    agent = _subject(own, phone) | {"until": typed["until"]}
    agent.pop("type")
    return Read({"behalf": applying.AGENT, "applicant": applicant, "agent": agent}, problems, is_agent=True)


def context(
    item: ItemDefinition,
    known: dict[str, people.Subject],
    content: Content,
    *,
    problems: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What the page shows: choices, the principal's fields, the telephone."""
    problems = problems or {}
    is_agent = content.behalf == applying.AGENT
    own = known.get("self")
    phone = (content.agent if is_agent else content.applicant).get("phone", "") or (
        own["phone"] if own else ""
    )
    fields = _principal_fields(content if is_agent else Content(), problems)
    targets = {"behalf": "behalf", "phone": "phone"} | {field["name"]: field["id"] for field in fields}
    return {
        "choices": applying.choices(item, known, content.behalf),
        "can_be_agent": own is not None,
        "agent_fields": fields,
        "phone": phone,
        "phone_error": problems.get("phone", ""),
        "errors": [{"target": targets[name], "message": text} for name, text in problems.items()],
    }


def told(content: Content) -> list[tuple[str, str]]:
    """The applicant (and agent) for the page that confirms; numbers are masked."""
    rows = []
    for label, person in ((_("申请人"), content.applicant), (_("受托人"), content.agent)):
        if person:
            number = masks.mask(person.get("id_number", ""), kind="id")
            rows.append((label, person.get("name", "")))
            rows.append((words.word(person.get("id_type", ""), "id_type"), number))
            rows.append((_("联系电话"), masks.mask(person.get("phone", ""), kind="phone")))
    if content.agent.get("until"):
        rows.append((_("委托截止"), content.agent["until"]))
    return rows


def _principal_fields(content: Content, problems: dict[str, str]) -> list[dict[str, Any]]:
    kinds = [
        ("person", words.word("person", "audience")),
        ("organisation", words.word("organisation", "audience")),
    ]
    papers = [("id_card", words.word("id_card", "id_type")), ("passport", words.word("passport", "id_type"))]
    who = content.applicant
    rows: list[tuple[str, str, str, str, Any, str]] = [
        ("p_type", _("委托人是"), "", "text", kinds, who.get("type", "")),
        ("p_name", _("委托人姓名或单位名称"), "", "text", (), who.get("name", "")),
        (
            "p_id_type",
            _("证件类型"),
            _("单位不用选，填统一社会信用代码"),
            "text",
            papers,
            who.get("id_type", ""),
        ),
        ("p_id_number", _("证件号码或统一社会信用代码"), "", "text", (), who.get("id_number", "")),
        ("p_phone", _("委托人电话"), "", "tel", (), who.get("phone", "")),
        ("until", _("委托到哪一天"), "", "date", (), content.agent.get("until", "")),
    ]
    made = [
        {"name": name, "label": label, "hint": hint, "type": kind, "options": options, "value": value}
        for name, label, hint, kind, options, value in rows
    ]
    file = {
        "name": "mandate",
        "label": _("委托书"),
        "hint": _("已上传，可以重新选择")
        if content.agent.get("mandate_file_id")
        else _("PDF、OFD、JPEG 或 PNG"),
        "type": "file",
        "options": (),
        "value": "",
    }
    return [
        field | {"id": f"w-{field['name']}", "error": problems.get(field["name"], "")}
        for field in [*made, file]
    ]


def _subject(one: people.Subject, phone: str) -> dict[str, str]:
    return {
        "type": one["type"],
        "name": one["name"],
        "id_type": one["id_type"],
        "id_number": one["id_number"],
        "phone": phone,
    }


def _note(problems: dict[str, str], name: str, found: FieldError | None) -> None:
    if found is not None:
        problems[name] = refusals.field_error(found)["message"]


def _is_later(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) >= today
    except ValueError:
        return False
