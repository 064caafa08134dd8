"""The quality report as lines of text, for the command line and for logs."""

from __future__ import annotations

from collections.abc import Iterator

from onewindow.catalog.quality.report import QualityReport


def lines(report: QualityReport) -> Iterator[str]:
    """Summary, what is missing, rules and organs, what to mend first, then the findings themselves."""
    yield from _summary(report)
    yield from _ranked(report)
    for title, findings in report.findings.items():
        total = report.totals.get(title, len(findings))
        yield f"{title}：{total} 项"
        for code, text in findings:
            yield f"  {code}：{text}"
        if total > len(findings):
            yield f"  还有 {total - len(findings)} 条，用 --all 全部列出"


def _summary(report: QualityReport) -> Iterator[str]:
    yield f"事项 {report.items} 项，其中可办理 {report.handled} 项，部门 {report.organs} 个"
    score = "无" if report.score is None else str(report.score)
    yield f"指南准确度 {score}，错误 {report.errors} 处，提醒 {report.warnings} 处"
    yield f"十六条规则全部符合 {report.clean} 项"
    for name, count in report.lacks.items():
        yield f"缺少 {name}：{count} 项"
    for name, count in report.incomplete.items():
        if name not in report.lacks:
            yield f"必填要素 {name} 为空：{count} 项"


def _ranked(report: QualityReport) -> Iterator[str]:
    for rule in report.by_rule:
        counts = f"{rule.items} 项，错误 {rule.errors} 处，提醒 {rule.warnings} 处"
        yield f"规则 {rule.rule} {rule.title}：{counts}"
    for organ in report.by_organ:
        parts = f"规则 {organ.rules_score}，要素 {organ.completeness}"
        yield f"部门 {organ.organ}：准确度 {organ.score}（{parts}），{organ.items} 项"
    for place, item in enumerate(report.mend, 1):
        said = "；".join(item.first)
        yield f"先改 {place}. {item.task_code} {item.name}：影响 {item.impact:g}。{said}"
