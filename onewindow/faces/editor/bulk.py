"""Many items at once: chosen, changed by operations, previewed with differences and findings, then one change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.catalog import bulk, bulk_operations, elements
from onewindow.catalog.bulk_operations import TEXTS
from onewindow.catalog.changes.target import MOST_TARGETS
from onewindow.catalog.compare_words import LABELS, PARTS
from onewindow.faces.editor import bulk_form, choosing, requesting, sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.ui import refusals, session, words

SHOWN = 50
_ROWS: dict[str, type] = {
    "materials": elements.Material,
    "steps": elements.Step,
    "basis": elements.Basis,
    "fee": elements.Fee,
    "contact": elements.Contact,
    "places": elements.Place,
    "results": elements.Result,
    "faq": elements.Faq,
}


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def page(request: HttpRequest) -> HttpResponse:
    """Choose and count; a POST previews, or with ``do=propose`` begins the change."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else request.GET
    chosen = choosing.selection(given)
    if request.method == "GET":
        has_chosen = "count" in given or bool(choosing.told(chosen))
        count = sum(1 for _one in bulk.selected(chosen, actor=actor)) if has_chosen else None
        return _page(request, chosen, count=count)
    if given.get("do") == "count":
        return _page(request, chosen, count=sum(1 for _one in bulk.selected(chosen, actor=actor)))
    preview = None
    try:
        operations = bulk_form.read(given)
        if given.get("do") != "propose":
            return _page(request, chosen, preview=bulk.preview(actor, chosen, operations))
        try:
            wanted = requesting.read(given)
            change = bulk.propose(actor, chosen, operations, now=clock.now(), **wanted)
            return HttpResponseRedirect(f"/editor/changes/{change['number']}")
        except Refusal:
            preview = bulk.preview(actor, chosen, operations)
            raise
    except Refusal as refusal:
        return _page(request, chosen, preview=preview, refusal=refusal)


def _page(
    request: HttpRequest,
    chosen: bulk.Selection,
    *,
    preview: bulk.BulkPreview | None = None,
    refusal: Refusal | None = None,
    **more: Any,
) -> HttpResponse:
    context = sections.shell(
        request,
        sections.BULK,
        preview=preview,
        items=[_shown(one) for one in preview.items[:SHOWN]] if preview else [],
        more_items=max(0, len(preview.items) - SHOWN) if preview else 0,
        is_too_many=preview is not None and len(preview.items) > MOST_TARGETS,
        most=MOST_TARGETS,
        elements=[(key, _(column.title)) for key, column in bulk_operations.elements().items()],
        texts=[(name, _text_label(name)) for name in TEXTS],
        needs=[(code, words.word(code, "need")) for code in bulk_form.NEEDS],
        sources=[(code, words.word(code, "source")) for code in bulk_form.SOURCES],
        ops=bulk_form.typed(request.POST),
        typed=requesting.typed(request.POST),
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
        **choosing.context(chosen),
        **more,
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/bulk.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(one: bulk.Preview) -> dict[str, Any]:
    return {
        "task_code": one.task_code,
        "name": one.name,
        "organ": one.organ,
        "differences": one.differences,
        "findings": [(finding.level, finding.text()) for finding in one.findings],
        "is_broken": any(finding.level == "error" for finding in one.findings),
    }


def _text_label(name: str) -> str:
    head, _dot, rest = name.partition(".")
    label = _(LABELS[head])
    return f"{label} · {_part_label(head, rest)}" if rest else label


def _part_label(head: str, name: str) -> str:
    found = PARTS.get(_ROWS.get(head), {}).get(name) or PARTS[None].get(name)
    return _(found) if found else name
