"""Tags of the desks: addresses of a case, words for materials, what a form field holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onewindow.faces.workbench.deeds import Deed, Field
from onewindow.faces.workbench.desks import COUNTER, Desk
from onewindow.intake import supplements
from onewindow.supervision.staff import sheets
from onewindow.ui import dates, words

register = template.Library()


@register.simple_tag
def case_url(desk: Desk, case_no: str, action: str = "") -> str:
    """The page of a case at this desk, or the address of one of its acts."""
    return desk.case_url(quote(case_no)) + (f"/{action}" if action else "")


@register.simple_tag
def file_url(desk: Desk, case_no: str, file_id: Any) -> str:
    """Where the viewer fetches an entitled file."""
    return f"{desk.case_url(quote(case_no))}/files/{quote(str(file_id))}"


@register.simple_tag
def paper_url(desk: Desk, case_no: str, document_no: str) -> str:
    """Where a paper of the case opens as PDF."""
    return f"{desk.case_url(quote(case_no))}/papers/{quote(document_no, safe='')}"


@register.simple_tag
def material_tag(row: Mapping[str, Any], always: bool = False, pledge: Any = None) -> SafeString | str:
    """A tag for the state of a material; what is simply there needs none unless ``always``.

    ``pledge``: of the case, for what was promised instead.
    """
    told, css = words.word(row["state"], "material_at_work"), words.MATERIAL_CLASSES.get(row["state"], "")
    if row["state"] == "submitted" and not always:
        return ""
    if row["state"] == "missing" and row.get("need") == "optional":
        is_promised = bool(pledge) and row.get("code") in pledge["covers"]
        told, css = (_("以承诺代替"), "tag--act") if is_promised else (_("没交，可以不交"), "")
    return format_html('<span class="tag {}">{}</span>', css, told)


@register.filter
def trust_class(level: str) -> str:
    """The look of a mark of trust: what needs no more, what a person should look at."""
    return {"A": "tag--go", "B": "tag--go", "C": "tag--near"}.get(level, "")


@register.simple_tag
def material_line(row: Mapping[str, Any]) -> str:
    """What to look at when a material has no file."""
    state = row["state"]
    if state == "missing":
        return _("还没有交。")
    if state == "deferred":
        return _("容缺，承诺 %(day)s前补。") % {"day": dates.day_text(row.get("promised_on"))}
    if state == "reused":
        return _("由系统调取，申请人不用交。")
    medium = words.word(row.get("medium") or "original", "form")
    return _("窗口收的%(medium)s，没有扫描件；纸件随案卷。") % {"medium": medium}


@register.simple_tag
def field_id(deed: Deed, field: Field) -> str:
    """The id of an input; unique though several acts ask for a reason."""
    return f"f-{deed.name}-{field.name}"


@register.simple_tag
def typed_value(field: Field, typed: Any, typed_action: Any, deed: Deed, answer_by: str) -> str:
    """What was typed before a refusal, so that nothing is lost; the default answer date otherwise."""
    if typed and typed_action == deed.name:
        return str(typed.get(field.name, ""))
    return answer_by if field.name == "answer_by" else ""


@register.simple_tag
def typed_line(name: str, place: int, typed: Any, typed_action: Any, deed: Deed) -> str:
    """What was typed in a line of a check list before a refusal."""
    return str(typed.get(f"{name}-{place}", "")) if typed and typed_action == deed.name else ""


@register.simple_tag
def ticked(name: str, value: str, typed: Any, typed_action: Any, deed: Deed) -> SafeString | str:
    """``checked`` for who was ticked before a refusal."""
    is_ticked = bool(typed) and typed_action == deed.name and f"{name}-{value}" in typed
    return format_html(" checked") if is_ticked else ""


@register.simple_tag
def scans(deed: Deed, desk: Desk) -> bool:
    """Whether what this act brings may be scanned first: at the window."""
    return desk is COUNTER and deed.name in supplements.ACTIONS


@register.simple_tag
def rows_for(
    deed: Deed, case: Mapping[str, Any], scanned: Mapping[str, supplements.Scanned] | None = None
) -> list[dict[str, Any]]:
    """The materials that an act speaks of: missing ones for a notice, deferrable ones for 容缺.

    Those that were scanned for the act are ticked and carry ``scanned``.
    """
    found = _rows_for(deed, case)
    if deed.name not in supplements.ACTIONS or not scanned:
        return found
    return [
        row | {"scanned": scanned.get(row["code"]), "is_ticked": row["is_ticked"] or row["code"] in scanned}
        for row in found
    ]


def _rows_for(deed: Deed, case: Mapping[str, Any]) -> list[dict[str, Any]]:
    materials = case.get("materials", ())
    if deed.name == "notify-correction":
        return [
            row | {"is_ticked": row["state"] == "missing" and row["need"] == "required"} for row in materials
        ]
    if deed.name == "accept":
        return [
            row | {"is_ticked": True}
            for row in materials
            if row["need"] == "deferrable" and row["state"] == "missing"
        ]
    if deed.name == "supply-deferred":
        later = ("deferred", "missing") if case["deemed"] else ("deferred",)
        return [row | {"is_ticked": False} for row in materials if row["state"] in later]
    return [row | {"is_ticked": row["state"] == "missing"} for row in materials]


@register.inclusion_tag("workbench/signed.html", takes_context=True)
def signed(context: template.Context) -> dict[str, Any]:
    """Signing in and out of the hall, in the header of every desk; one statement."""
    actor = context.get("actor")
    at = sheets.state(actor.account_id) if actor else None
    return {
        "at": at,
        "path": context.get("page_path", ""),
        "csrf_token": context.get("csrf_token"),
        "actor": actor,
    }
