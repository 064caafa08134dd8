"""Giving what is asked for: the correction after the one notice, deferred materials, and early mending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal
from onewindow.ui import fields as form_fields
from onewindow.ui import filling, uploads

PREFIX = "file."
# The button of a table in the form: it asks for a line more or less, the act is not done yet.
LINE = "line"


def notice(case: Mapping[str, Any], posted: Any = None) -> dict[str, Any] | None:
    """What the applicant may hand in now: title, rows, fields of the form, and the act; None when nothing.

    ``posted``: what was just typed and could not be taken, so that it is not lost.
    """
    found = _notice(case, posted)
    if found is not None:
        found["rows"] = [dict(row) | {"purpose": purpose_of(case, row["code"])} for row in found["rows"]]
    return found


def _notice(case: Mapping[str, Any], posted: Any) -> dict[str, Any] | None:
    allowed = {action["name"] for action in case["actions"] if action["allowed"]}
    if "resubmit" in allowed:
        return _correction(case, posted)
    later = ("deferred", "missing") if case["deemed"] else ("deferred",)
    rows = [row for row in case["materials"] if row["state"] in later]
    if "supply-deferred" in allowed and rows:
        return _made("supply-deferred", _("补交材料"), rows, button=_("补交"))
    if "submit" in allowed:
        return _made("submit", _("提交申请"), [], button=_("提交申请"))
    missing = [row for row in case["materials"] if row["state"] == "missing"]
    if case["state"] == "received" and missing:
        return _made("change", _("补上还没交的材料"), missing, button=_("补上"))
    return None


def read(
    request: HttpRequest,
    case: Mapping[str, Any],
    *,
    action: str,
) -> dict[str, Any]:
    """Take the uploads and give ``materials`` (and ``form``) of the act's body; each row keeps what it had."""
    materials = []
    for row in case["materials"]:
        taken = _taken(request, case, row)
        if not taken:
            continue
        kept = list(row["file_ids"]) if row["state"] == "submitted" and action == "change" else []
        materials.append({"code": row["code"], "medium": "electronic", "file_ids": [*kept, *taken]})
    body: dict[str, Any] = {"materials": materials}
    item = catalog.current(case["item"]["task_code"], case["item"]["version"])
    known = form_fields.fields_of(item.form_schema)
    if any(name.startswith(form_fields.PREFIX) for name in request.POST):
        body["form"], _typed = form_fields.read(known, request.POST)
    if not materials and "form" not in body:
        message = N_("请至少选择一个文件")
        raise Invalid("nothing-given", message, fields=[FieldError("materials", "required", message)])
    return body


def purpose_of(case: Mapping[str, Any], code: str) -> str:
    """What an upload in pieces for a material of a case is for."""
    return f"case/{case['case_no']}/{code}"


def _taken(request: HttpRequest, case: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    try:
        found = uploads.given(request, PREFIX + row["code"], purpose=purpose_of(case, row["code"]))
        return [one["file_id"] for one in found]
    except Refusal as refusal:
        if refusal.fields or not refusal.message:
            raise
        refusal.message = f"{row['name']}：{refusal.text}".replace("%", "%%")
        raise


def _correction(case: Mapping[str, Any], posted: Any) -> dict[str, Any]:
    notified = [event for event in case["events"] if event["type"] == "correction-notified"]
    items = (notified[-1].get("data") or {}).get("items", []) if notified else []
    by_code = {one["material"]: one for one in items if one.get("material")}
    rows = []
    for row in case["materials"]:
        told = by_code.get(row["code"])
        if told or (row["state"] == "missing" and row["need"] == "required"):
            rows.append(
                dict(row)
                | {"problem": (told or {}).get("problem", ""), "standard": (told or {}).get("standard", "")}
            )
    general = [f"{one['problem']}（{one['standard']}）" for one in items if not one.get("material")]
    made = _made("resubmit", _("要补正的"), rows, button=_("重新提交"))
    item = catalog.current(case["item"]["task_code"], case["item"]["version"])
    known, ask = form_fields.fields_of(item.form_schema), (posted or {}).get(LINE, "")
    typed = form_fields.typed(known, case.get("form") or {})
    if posted is not None:
        typed = form_fields.read(known, posted, ask=ask)[1]
    # What concerns no material concerns the form: it is shown with what was filled in.
    fields = filling.rows(item.form_schema, typed, {}, more=form_fields.more(ask)) if general else []
    return made | {
        "general": general,
        "fields": fields,
        "text": _("这是一次性告知的全部内容，补齐后不会再提新的要求。"),
    }


def _made(action: str, title: str, rows: list[Any], *, button: str) -> dict[str, Any]:
    return {
        "action": action,
        "title": title,
        "rows": rows,
        "button": button,
        "general": [],
        "fields": [],
        "text": "",
    }
