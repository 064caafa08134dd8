"""Organs side by side: what should be the same and is not, the greatest differences first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.catalog import kept_reports
from onewindow.catalog.organ_comparison import Group
from onewindow.faces.editor import sections
from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import downloads, session, words

PER_PAGE = 20
_BY = {"catalog": lazy("同一基本编码"), "basic": lazy("实施编码中的基本码相同"), "name": lazy("同名")}


@require_GET
@session.page(permission=sections.ALL)
def ranked(request: HttpRequest) -> HttpResponse:
    """The groups by how much they differ, each with its detail; ``q`` narrows by name, organ or element."""
    given = request.GET
    kept = kept_reports.comparison(now=clock.now())
    text, element = given.get("q", "").strip()[:100], given.get("element", "")
    found = list(_found(kept.report, text, element)) if kept.report else []
    start = _number(given.get("from", ""))
    context = sections.shell(
        request,
        sections.COMPARISON,
        kept=kept,
        report=kept.report,
        groups=[_group(place, one) for place, one in found[start : start + PER_PAGE]],
        found=len(found),
        q=text,
        element=element,
        elements=_elements(kept.report) if kept.report else [],
        following=start + PER_PAGE if start + PER_PAGE < len(found) else None,
        start=start,
    )
    return render(request, "editor/comparison.html", context)


@require_GET
@session.page(permission=sections.ALL)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """All groups kept, one line per item and element, as xlsx or csv."""
    report = kept_reports.comparison(now=clock.now()).report
    if report is None:
        raise NotFound("no-report", N_("没有这种报告。"))
    heads = [_("次序"), _("事项"), _("差异"), _("要素"), _("部门"), _("事项编码"), _("内容")]
    lines = (
        [
            place,
            group.name,
            group.score,
            _(row.label),
            cell.organ,
            cell.task_code,
            _shown(row.element, cell.value),
        ]
        for place, group in enumerate(report.groups, 1)
        for row in group.rows
        for cell in row.cells
    )
    return downloads.table(_("部门比对"), heads, lines, form=form)


def _found(report: kept_reports.Comparison, text: str, element: str) -> Iterator[tuple[int, Group]]:
    for place, group in enumerate(report.groups, 1):
        if element and all(row.element != element for row in group.rows):
            continue
        organs = (cell.organ for row in group.rows[:1] for cell in row.cells)
        if not text or text in group.name or any(text in organ for organ in organs):
            yield place, group


def _elements(report: kept_reports.Comparison) -> list[tuple[str, str]]:
    return list(
        {row.element: (row.element, _(row.label)) for group in report.groups for row in group.rows}.values()
    )


def _group(place: int, group: Group) -> dict[str, Any]:
    """A group as a table: one line per item, one column per element that differs."""
    items = {cell.task_code: cell.organ for row in group.rows for cell in row.cells}
    by_element = [{cell.task_code: cell.value for cell in row.cells} for row in group.rows]
    lines = [
        {
            "code": code,
            "organ": organ,
            "values": [
                (_(row.label), _shown(row.element, values.get(code, "")))
                for row, values in zip(group.rows, by_element, strict=True)
            ],
        }
        for code, organ in items.items()
    ]
    return {
        "place": place,
        "name": group.name,
        "by": _BY[group.key[0]],
        "organs": group.organs,
        "items": group.items,
        "score": f"{group.score:.2f}",
        "columns": [(_(row.label), f"{row.share:.0%}") for row in group.rows],
        "lines": lines,
    }


def _shown(element: str, value: str) -> str:
    return words.word(value, "type") if element == "type" and value else value


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
