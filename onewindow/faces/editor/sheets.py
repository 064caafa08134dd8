"""Workbooks: items taken along in either layout, and brought back over a dry run into change requests."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.catalog import bulk
from onewindow.catalog.sheets import keeping, proposing, taking, writing
from onewindow.faces.editor import choosing, requesting, sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Refusal
from onewindow.ui import downloads, refusals, session

PER_PAGE = 200
LEVELS = {"error": lazy("错误"), "warning": lazy("注意"), "info": lazy("说明")}
_TAGS = {"error": "tag--over", "warning": "tag--near", "info": ""}


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def home(request: HttpRequest) -> HttpResponse:
    """Take items along, or bring a workbook: a POST tries it and goes on to its report."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "GET":
        return _home(request)
    try:
        file = request.FILES.get("file")
        if file is None:
            error = FieldError("file", "required", N_("请选择要导入的工作簿（xlsx）。"))
            raise Invalid("invalid-fields", N_("请选择要导入的工作簿（xlsx）。"), fields=[error])
        layout = request.POST.get("layout", "auto")
        layout = layout if layout in taking.layouts() else "auto"
        kept = keeping.keep(actor, file.name or "", file.chunks(), layout=layout, now=clock.now())
    except Refusal as refusal:
        return _home(request, refusal)
    return HttpResponseRedirect(f"/editor/sheets/{kept.token}")


def _home(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    chosen = choosing.selection(request.GET)
    counted = sum(1 for _one in bulk.selected(chosen)) if "count" in request.GET else None
    context = sections.shell(
        request,
        sections.SHEETS,
        layouts=_layouts(),
        counted=counted,
        most_items=proposing.LIMITS.items,
        most_bytes=proposing.LIMITS.file_bytes,
        problem=refusals.said(refusal) if refusal else "",
        **choosing.context(chosen),
    )
    status = refusals.status_of(refusal) if refusal else 200
    return render(request, "editor/sheets.html", context, status=status)


def _layouts() -> list[tuple[str, str]]:
    return [(layout.name, _(layout.label)) for layout in taking.layouts().values()]


@require_GET
@session.page(permission=sections.EDITORS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The items chosen as a workbook of the layout chosen."""
    layout = taking.layouts().get(request.GET.get("layout", ""))
    if layout is None:
        raise NotFound("unknown-layout", N_("没有这种格式。"))
    out = downloads.temporary()
    writing.write(out, bulk.selected(choosing.selection(request.GET)), layout)
    day = f"{clock.day_of(clock.now()):%Y%m%d}"
    return downloads.sent(out, f"{_('事项')}-{layout.name}-{day}", form="xlsx")


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What the dry run said, place by place; a POST makes change requests of it, or throws it away."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = keeping.found(actor, token)
    if request.method == "GET":
        return _report(request, kept)
    if request.POST.get("do") == "forget":
        keeping.forget(actor, token)
        return HttpResponseRedirect("/editor/sheets")
    try:
        made = proposing.propose_file(
            keeping.path_of(actor, token), actor, layout=kept.layout, now=clock.now(),
            **requesting.read(request.POST),
        )  # fmt: skip
        if not made.changes:
            raise Invalid("nothing-changes", N_("工作簿里没有新的或改动的事项，不需要变更申请。"))
    except NotFound:
        raise
    except Refusal as refusal:
        return _report(request, kept, refusal)
    keeping.forget(actor, token)
    if len(made.changes) == 1:
        return HttpResponseRedirect(f"/editor/changes/{made.changes[0]['number']}")
    context = sections.shell(request, sections.SHEETS, changes=made.changes, report=made.report)
    return render(request, "editor/sheet_done.html", context)


def _report(request: HttpRequest, kept: keeping.KeptSheet, refusal: Refusal | None = None) -> HttpResponse:
    found = kept.report
    level, code = request.GET.get("level", ""), request.GET.get("code", "")
    start = _number(request.GET.get("from", ""))
    notes = [
        one for one in found.notes if (not level or one.level == level) and (not code or one.code == code)
    ]
    first = {one.code: one for one in reversed(found.notes)}
    context = sections.shell(
        request,
        sections.SHEETS,
        kept=kept,
        report=found,
        layout=dict(_layouts()).get(found.layout, ""),
        levels=[(name, LEVELS[name], count) for name, count in _by_level(found).items()],
        codes=[(name, count, first[name].message) for name, count in found.counts.items() if name in first],
        notes=[(one, LEVELS[one.level], _TAGS[one.level]) for one in notes[start : start + PER_PAGE]],
        shown=len(notes),
        level=level,
        code=code,
        start=start,
        following=start + PER_PAGE if start + PER_PAGE < len(notes) else None,
        may_go_on=not found.refused and bool(found.new + found.changed),
        typed=requesting.typed(request.POST),
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/sheet.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _by_level(found: taking.SheetReport) -> dict[str, int]:
    counted = Counter(one.level for one in found.notes)
    return {name: counted[name] for name in LEVELS if counted[name]}  # type: ignore[index]


@require_GET
@session.page(permission=sections.EDITORS)
def notes(request: HttpRequest, token: str, form: str) -> HttpResponseBase:
    """Every note of the report as xlsx or csv."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = keeping.found(actor, token)
    heads = [_("工作表"), _("单元格"), _("级别"), _("事项编码"), _("说明")]
    lines: list[list[Any]] = [
        [one.sheet, one.cell, str(LEVELS[one.level]), one.item, one.message] for one in kept.report.notes
    ]
    return downloads.table(_("导入报告"), heads, lines, form=form)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
