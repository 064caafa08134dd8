"""A report over everything in force: what items lack, what is repeated, which codes and limits are odd."""

from __future__ import annotations

from collections import Counter

import msgspec
from django.db import connection

from onewindow.catalog import rules
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.identifiers import item_code
from onewindow.kernel.identifiers.problem import Problem


class QualityReport(msgspec.Struct):
    """``lacks``: element → items without it. ``findings``: title → (task code, what is wrong)."""

    items: int = 0
    handled: int = 0
    organs: int = 0
    lacks: dict[str, int] = {}
    findings: dict[str, list[tuple[str, str]]] = {}


def check() -> QualityReport:
    """Look at every version in force; writes nothing."""
    report = QualityReport(findings={"规则": [], "导入标记": [], "编码": [], "同一部门同名": []})
    lacks: Counter[str] = Counter()
    organs: set[str] = set()
    named: dict[tuple[str, str], str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text FROM catalog_itemversion WHERE is_current ORDER BY item_id")
        while rows := cursor.fetchmany(500):
            for (content,) in rows:
                found = msgspec.json.decode(content, type=ItemDefinition)
                report.items += 1
                report.handled += found.handled
                organs.add(found.organ_name)
                lacks.update(found.missing)
                _look(found, report.findings, named)
    report.organs = len(organs)
    report.lacks = dict(lacks.most_common())
    return report


def _look(
    found: ItemDefinition, findings: dict[str, list[tuple[str, str]]], named: dict[tuple[str, str], str]
) -> None:
    code = found.task_code
    findings["规则"].extend((code, problem) for problem in rules.definition_problems(found))
    findings["导入标记"].extend((code, flag) for flag in found.flags)
    read = item_code.parse(code)
    if isinstance(read, Problem):
        findings["编码"].append((code, read.message))
    elif read.body_uscc is None:
        findings["编码"].append((code, "编码中没有有效的统一社会信用代码"))
    key = (found.organ_name, found.name)
    if key in named:
        findings["同一部门同名"].append((code, f"与 {named[key]} 同名：{found.name}"))
    named.setdefault(key, code)
