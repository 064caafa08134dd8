"""The quality page: score per organ with its formula, findings by rule, what to mend first, and the night's check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.catalog import kept_reports, reconciliation
from onewindow.catalog.quality import QualityReport, completeness, score
from onewindow.faces.editor import sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org
from onewindow.ui import downloads, session, words

SHOWN = 50
SHOWN_ROWS = 20
_WHY = {
    "received-before-publication": N_("收件早于该版本公布"),
    "received-while-suspended": N_("收件时事项已暂停"),
    "received-while-cancelled": N_("收件时事项已取消"),
}
_LACKS = {"form_schema": N_("表单"), "steps": N_("步骤"), "materials": N_("材料"), "kind": N_("办件类型")}


@require_GET
@session.page(permission=sections.ALL)
def overview(request: HttpRequest) -> HttpResponse:
    """All items; the last report is shown when a new one is still being made."""
    return _page(request, kept_reports.quality_report(now=clock.now()), checked=_checked(request))


@require_GET
@session.page(permission=sections.ALL)
def of_organ(request: HttpRequest, organ_id: int) -> HttpResponse:
    """The same for one organ."""
    organ = org.organ(organ_id)
    kept = kept_reports.quality_report(organ_id=organ_id, now=clock.now())
    return _page(request, kept, organ=organ)


@require_GET
@session.page(permission=sections.ALL)
def export(request: HttpRequest, part: str, form: str) -> HttpResponseBase:
    """One table of the report as xlsx or csv: organs, rules, elements or mend; ``organ`` narrows it."""
    organ = request.GET.get("organ", "")
    number = int(organ) if organ.isascii() and organ.isdigit() and len(organ) < 10 else None
    report = kept_reports.quality_report(organ_id=number, now=clock.now()).report
    if report is None or part not in _TABLES:
        raise NotFound("no-report", N_("没有这种报告。"))
    name, heads, lines = _TABLES[part](report)
    return downloads.table(name, heads, lines, form=form)


def _page(request: HttpRequest, kept: kept_reports.Kept, **more: Any) -> HttpResponse:
    report: QualityReport | None = kept.report
    context = sections.shell(
        request,
        sections.QUALITY,
        kept=kept,
        report=report,
        parts={name: round(share * 100) for name, share in score.PARTS.items()},
        warning=round(score.LOSS["warning"] * 100),
        handled_reach=score.HANDLED_REACH,
        weights=_weights(),
        required=len(completeness.REQUIRED),
        rules=_rules(report) if report else [],
        elements=_elements(report) if report else [],
        mend=report.mend[:SHOWN] if report else [],
        shown=SHOWN,
    )
    response = render(request, "editor/quality.html", context | more)
    response.headers["Cache-Control"] = "no-store"
    return response


def _weights() -> list[tuple[int, str]]:
    by_weight: dict[int, list[str]] = {}
    for rule, weight in score.WEIGHTS.items():
        by_weight.setdefault(weight, []).append(rule)
    return [(weight, "、".join(sorted(rules))) for weight, rules in sorted(by_weight.items(), reverse=True)]


def _rules(report: QualityReport) -> list[dict[str, Any]]:
    return [
        {
            "rule": row.rule,
            "title": _(row.title),
            "errors": row.errors,
            "warnings": row.warnings,
            "items": row.items,
            "weight": score.weight(row.rule),
            "impact": row.impact,
        }
        for row in report.by_rule
    ]


def _elements(report: QualityReport) -> list[tuple[str, int, int]]:
    """Required element, items without it, percent of all items that have it."""
    lacking = report.incomplete
    return [
        (_(label), count, round(100 * (report.items - count) / report.items))
        for label, count in sorted(lacking.items(), key=lambda pair: -pair[1])
    ]


def _checked(request: HttpRequest) -> dict[str, Any] | None:
    """The report of the night, its rows in words; None when there is none yet."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        found = reconciliation.latest(actor)
    except NotFound:
        return None
    kinds = [
        {
            "label": _(label),
            "count": one["count"],
            "rows": [_row(row) for row in one["rows"][:SHOWN_ROWS]],
            "more": max(0, one["count"] - SHOWN_ROWS),
        }
        for one in found["differences"]
        if (label := reconciliation.LABELS.get(one["kind"]))
    ]
    return dict(found) | {"kinds": kinds, "count": sum(one["count"] for one in kinds)}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    told = [row.get("name", ""), row.get("catalog_code", "")]
    if "version" in row:
        told.append(_("第 %(version)s 版") % {"version": row["version"]})
    if "cases" in row:
        told.append(_("%(count)s 件办件") % {"count": row["cases"]})
    if "why" in row:
        told.append(_(_WHY.get(row["why"], row["why"])))
    if "lacks" in row:
        told.append(_("缺：%(what)s") % {"what": "、".join(_(_LACKS[name]) for name in row["lacks"])})
    return {"task_code": row.get("task_code", ""), "text": " · ".join(part for part in told if part)}


_Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def _organs_table(report: QualityReport) -> _Table:
    heads = [
        _("部门"),
        _("事项"),
        _("准确度"),
        _("规则分"),
        _("完整度"),
        _("无问题事项"),
        _("错误"),
        _("提醒"),
    ]
    lines = [
        [
            one.organ,
            one.items,
            one.score,
            one.rules_score,
            one.completeness,
            one.clean,
            one.errors,
            one.warnings,
        ]
        for one in report.by_organ
    ]
    return _("各部门指南准确度"), heads, lines


def _rules_table(report: QualityReport) -> _Table:
    heads = [_("规则"), _("内容"), _("错误"), _("提醒"), _("事项"), _("权重"), _("影响")]
    return _("按规则统计"), heads, [list(row.values()) for row in _rules(report)]


def _elements_table(report: QualityReport) -> _Table:
    missing = [(words.word(name, "element"), count, _("来源没有")) for name, count in report.lacks.items()]
    lacking = [(label, count, _("必备要素")) for label, count, _share in _elements(report)]
    return _("要素完整度"), [_("要素"), _("缺少的事项"), _("说明")], lacking + missing


def _mend_table(report: QualityReport) -> _Table:
    heads = [
        _("次序"), _("事项编码"), _("事项"), _("部门"), _("准确度"), _("影响"), _("办件"), _("错误"), _("提醒"),
        _("规则"), _("先看这几条"),
    ]  # fmt: skip
    lines = [
        [
            place, one.task_code, one.name, one.organ, one.score, one.impact, one.cases, one.errors, one.warnings,
            "、".join(one.rules), "\n".join(one.first),
        ]
        for place, one in enumerate(report.mend, 1)
    ]  # fmt: skip
    return _("先改哪些事项"), heads, lines


_TABLES = {"organs": _organs_table, "rules": _rules_table, "elements": _elements_table, "mend": _mend_table}
