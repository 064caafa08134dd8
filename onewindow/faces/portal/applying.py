"""From a draft to the body of a case, and back to what the five pages of an application show."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog import rules as catalog_rules
from onewindow.catalog.definition import ItemDefinition, Material
from onewindow.faces.portal.materials import MaterialList, material_list
from onewindow.intake import prefilling
from onewindow.intake.drafts import Content, Upload, Writing
from onewindow.kernel.actor import Actor
from onewindow.people import consents, purposes
from onewindow.people import queries as people
from onewindow.ui import fields as form_fields
from onewindow.ui import refusals, words

AGENT = "agent"


class Line(msgspec.Struct, frozen=True):
    """One material with what was given for it."""

    material: Material
    files: tuple[Upload, ...]
    state: str
    css: str
    error: str = ""
    is_promised: bool = False


def subjects(actor: Actor, *, on: date) -> dict[str, people.Subject]:
    """For whom the actor may apply: code of the choice → who; oneself first."""
    found = people.subjects_of(actor.account_id, on=on)
    return {"self" if one["mandate"] is None else f"mandate-{one['mandate']}": one for one in found}


def choices(item: ItemDefinition, known: dict[str, people.Subject], chosen: str) -> list[dict[str, Any]]:
    """The choices of the first page; what the item does not allow is shown with the reason."""
    rows = [_choice(item, code, one) for code, one in known.items()]
    note = _("要有委托书，写明委托事项和截止日期")
    rows.append({"code": AGENT, "title": _("受别人委托"), "note": note, "reason": ""})
    usable = [row["code"] for row in rows if not row["reason"]]
    picked = chosen if chosen in usable else (usable[0] if usable else "")
    return [row | {"is_chosen": row["code"] == picked} for row in rows]


def _choice(item: ItemDefinition, code: str, one: people.Subject) -> dict[str, Any]:
    title = _("我自己：%(name)s") % {"name": one["name"]} if code == "self" else one["name"]
    note = f"{words.word(one['id_type'], 'id_type')} {_ends(one['id_number'])}"
    reason = ""
    if one["type"] not in item.audiences:
        reason = _("这件事不面向%(who)s") % {"who": words.word(one["type"], "audience")}
    elif one["scope"] and item.task_code not in one["scope"]:
        reason = _("委托范围不包括这件事")
    return {"code": code, "title": title, "note": note, "reason": reason}


def _ends(number: str) -> str:
    return f"{number[:4]}…{number[-4:]}"


def lines(item: ItemDefinition, content: Content) -> list[Line]:
    """The materials of the scenario with their files and state."""
    covered = item.pledge.covers if content.is_pledged else ()
    return [_line(row, content, is_promised=row.code in covered) for row in scenario(item, content).materials]


def scenario(item: ItemDefinition, content: Content) -> MaterialList:
    """The list of materials after the answers of the draft."""
    return material_list(item, content.answers)


def _line(row: Material, content: Content, *, is_promised: bool = False) -> Line:
    files = content.files.get(row.code, ())
    error = content.problems.get(row.code, "")
    if files:
        return Line(row, files, _("已交 %(n)s 个文件") % {"n": len(files)}, "ok", error)
    if is_promised:
        return Line(row, (), _("以承诺代替"), "ok", error, is_promised=True)
    if row.need == "deferrable":
        return Line(row, (), _("可以晚些交"), "late", error)
    if row.need == "optional":
        return Line(row, (), _("可以不交"), "", error)
    return Line(row, (), _("还没交"), "need", error)


def missing(rows: list[Line]) -> list[Line]:
    """Required materials without a file."""
    return [row for row in rows if row.material.need == "required" and not row.files and not row.is_promised]


def form_errors(item: ItemDefinition, form: dict[str, Any]) -> dict[str, str]:
    """Field (dotted, without ``form.``) → message, in the reader's language."""
    found = [refusals.field_error(error) for error in catalog_rules.form_errors(item, form)]
    return {error["field"].removeprefix("form.").removeprefix("form"): error["message"] for error in found}


def prefilled(actor: Actor, item: ItemDefinition, content: Content) -> tuple[Content, dict[str, str]]:
    """The draft with what is known put into a form that nobody touched yet, and by field where that is from.

    Nothing is kept by this: the values stand in the page until the applicant looks them over and goes on.
    """
    if content.typed or content.form:
        return content, {}
    found = prefilling.known(actor, item, content.applicant, content.agent)
    typed = form_fields.typed(form_fields.fields_of(item.form_schema), prefilling.form_of(found))
    own = _("来自您的账户，请核对") if content.behalf == "self" else _("来自“谁来办”一步，请核对")
    sources = {prefilling.ACCOUNT: own, prefilling.EARLIER: _("来自上次申请，请核对")}
    return msgspec.structs.replace(content, typed=typed), {one.path: sources[one.source] for one in found}


def body(draft: Writing, item: ItemDefinition, *, pledge: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of ``POST /cases`` (contract section 2) that this draft amounts to; ``pledge``: as it was signed."""
    content = draft.content
    path = scenario(item, content).path
    asked = {question.code: question.multiple for question in item.questions}
    made: dict[str, Any] = {
        "task_code": draft.task_code,
        "version": item.version,
        "applicant": content.applicant,
        "answers": {code: list(chosen) if asked[code] else chosen[0] for code, chosen in path},
        "form": content.form,
        "materials": [
            {
                "code": row.material.code,
                "medium": "electronic",
                "file_ids": [upload.file_id for upload in row.files],
            }
            for row in lines(item, content)
            if row.files
        ],
        "delivery": {key: value for key, value in content.delivery.items() if value},
        "electronic_service": content.electronic_service,
        "channel": "portal",
        "submit": True,
    }
    if content.agent:
        made["agent"] = content.agent
    if pledge is not None:
        made["pledge"] = pledge
    return made


def is_electronic(actor: Actor, content: Content) -> bool:
    """Whether electronic service is ticked: as chosen here, before that as the actor said for all own matters."""
    if content.delivery or content.behalf != "self":
        return content.electronic_service
    return consents.holds(actor.account_id, purposes.ELECTRONIC)


def blocked(draft: Writing, item: ItemDefinition, urls: dict[str, str]) -> list[dict[str, str]]:
    """What still stands in the way of sending, each with the page where it is mended."""
    content, found = draft.content, []
    if not content.applicant:
        found.append({"href": urls["who"], "text": _("选为谁办")})
    way = scenario(item, content)
    if way.rejected or not way.complete:
        found.append({"href": urls["situation"], "text": _("答完情形问题")})
    if form_errors(item, content.form):
        found.append({"href": urls["form"], "text": _("更正表单")})
    return found
