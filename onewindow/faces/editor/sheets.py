"""Workbooks: items taken along in either layout, and brought back over a dry run into change requests."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.base import clock
from onewindow.catalog import bulk
from onewindow.catalog.sheets import keeping, proposing, taking, writing
from onewindow.faces.editor import choosing, requesting, sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Refusal
from onewindow.ui import downloads, refusals, session

PER_PAGE = 200
TOLD = {
    ("try", "waiting"): N_("等待检查"),
    ("try", "running"): N_("正在逐格检查"),
    ("try", "done"): N_("试运行报告已出"),
    ("try", "failed"): N_("没有检查成"),
    ("propose", "waiting"): N_("等待建立变更申请"),
    ("propose", "running"): N_("正在建立变更申请"),
    ("propose", "done"): N_("变更申请已建好"),
    ("propose", "failed"): N_("变更申请没有建成"),
    ("export", "waiting"): N_("等待导出"),
    ("export", "running"): N_("正在导出"),
    ("export", "done"): N_("导出完成"),
    ("export", "failed"): N_("没有导出成"),
}
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
        kept = keeping.keep(actor, _named(file.name), file.chunks(), layout=layout, now=clock.now())
    except Refusal as refusal:
        return _home(request, refusal)
    return HttpResponseRedirect(f"/editor/sheets/{kept.token}")


def _named(name: str | None) -> str:
    return (name or "").replace("\x00", "")


def _home(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = choosing.selection(request.GET)
    counted = sum(1 for _one in bulk.selected(chosen)) if "count" in request.GET else None
    context = sections.shell(
        request,
        sections.SHEETS,
        layouts=_layouts(),
        counted=counted,
        most_items=proposing.LIMITS.items,
        most_bytes=proposing.LIMITS.file_bytes,
        at_once=keeping.AT_ONCE_ITEMS,
        jobs=[(one, _told_of(one)) for one in keeping.all_of(actor)],
        problem=refusals.said(refusal) if refusal else "",
        **choosing.context(chosen),
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/sheets.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _layouts() -> list[tuple[str, str]]:
    return [(layout.name, _(layout.label)) for layout in taking.layouts().values()]


def _told_of(kept: keeping.KeptSheet) -> str:
    is_nothing = kept.kind == "propose" and kept.state == "done" and not kept.changes
    text = TOLD["try" if is_nothing else kept.kind, kept.state]
    return _(text)


@require_POST
@session.page(permission=sections.EDITORS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The items chosen as a workbook of the layout chosen; many of them by the worker."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    layout = taking.layouts().get(request.POST.get("layout", ""))
    if layout is None:
        raise NotFound("unknown-layout", N_("没有这种格式。"))
    chosen = choosing.selection(request.POST)
    if not keeping.is_small(chosen):
        kept = keeping.order_export(actor, chosen, layout=layout.name, now=clock.now())
        return HttpResponseRedirect(f"/editor/sheets/{kept.token}")
    out = downloads.temporary()
    writing.write(out, bulk.selected(chosen), layout)
    return downloads.sent(out, _export_name(layout.name, clock.now()), form="xlsx")


@require_GET
@session.page(permission=sections.EDITORS)
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The workbook that the worker wrote, as long as it is kept."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = keeping.found(actor, token)
    if kept.kind != "export" or kept.state != "done":
        raise NotFound("no-sheet", N_("没有找到这份工作簿：文件只保留一天，请重新导出。"))
    file = keeping.path_of(actor, token).open("rb")
    return downloads.sent(file, _export_name(kept.layout, kept.kept_at), form="xlsx")


def _export_name(layout: str, at: datetime) -> str:
    return f"{_('事项')}-{layout}-{clock.day_of(at):%Y%m%d}"


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def report(request: HttpRequest, token: str) -> HttpResponse:
    """How far the worker is, then what the dry run said, place by place; a POST makes change requests of it, or
    throws it away."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = keeping.found(actor, token)
    if request.method == "GET":
        return _shown(request, kept)
    if request.POST.get("do") == "forget":
        keeping.forget(actor, token)
        return HttpResponseRedirect("/editor/sheets")
    try:
        kept = keeping.go_on(actor, token, now=clock.now(), **requesting.read(request.POST))
    except NotFound:
        raise
    except Refusal as refusal:
        return _shown(request, keeping.found(actor, token), refusal)
    if len(kept.changes) == 1:
        return HttpResponseRedirect(f"/editor/changes/{kept.changes[0]}")
    return HttpResponseRedirect(f"/editor/sheets/{token}")


def _shown(request: HttpRequest, kept: keeping.KeptSheet, refusal: Refusal | None = None) -> HttpResponse:
    if kept.report is None or kept.is_open or kept.changes:
        return _work(request, kept, refusal or kept.problem)
    return _report(request, kept, refusal or kept.problem)


def _work(request: HttpRequest, kept: keeping.KeptSheet, refusal: Refusal | None) -> HttpResponse:
    """The page while the worker has it, and what it came to where that is no report."""
    context = sections.shell(
        request,
        sections.SHEETS,
        kept=kept,
        told=_told_of(kept),
        problem=refusals.said(refusal) if refusal else "",
    )
    status = refusals.status_of(refusal) if refusal and request.method == "POST" else 200
    response = render(request, "editor/sheet_work.html", context, status=status)
    if request.headers.get("HX-Request") and not kept.is_open:
        response.headers["HX-Refresh"] = "true"
    response.headers["Cache-Control"] = "no-store"
    return response


def _report(request: HttpRequest, kept: keeping.KeptSheet, refusal: Refusal | None = None) -> HttpResponse:
    found = kept.report
    assert found is not None
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
        typed=requesting.typed(request.POST or kept.asked),
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
    )
    status = refusals.status_of(refusal) if refusal and request.method == "POST" else 200
    response = render(request, "editor/sheet.html", context, status=status)
    if request.headers.get("HX-Request"):
        response.headers["HX-Refresh"] = "true"  # somebody watched the worker, and it is done
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
    if kept.report is None:
        raise NotFound("no-report", N_("没有这种报告。"))
    lines: list[list[Any]] = [
        [one.sheet, one.cell, str(LEVELS[one.level]), one.item, one.message] for one in kept.report.notes
    ]
    return downloads.table(_("导入报告"), heads, lines, form=form)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
