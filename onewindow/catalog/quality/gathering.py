"""Goes through items one by one and keeps only counts, bounded samples and the worst: memory stays flat."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import msgspec

from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.quality import completeness, score
from onewindow.catalog.quality.report import (
    CODES,
    FLAGS,
    NAMES,
    RULES,
    ItemToMend,
    OrganScore,
    QualityReport,
    RuleCount,
    rounded,
)
from onewindow.catalog.rules import numbers
from onewindow.catalog.rules.binding import DataElement
from onewindow.catalog.rules.finding import Finding
from onewindow.catalog.rules.inheritance import DEFAULT_UNIFIED
from onewindow.catalog.rules.saving import findings, is_applied_for
from onewindow.catalog.rules.wording import DEFAULT_WORDS

SIXTEEN = "2.4-"
SHOWN_SENTENCES = 3


class Settings(msgspec.Struct, frozen=True):
    """By which settings the rules run; the shipped ones unless told."""

    levels: Mapping[str, str] = numbers.DEFAULT_LEVELS
    vague: Sequence[str] = DEFAULT_WORDS
    unified: Collection[str] = DEFAULT_UNIFIED
    elements: Mapping[str, DataElement] | None = None


class _Organ(msgspec.Struct):
    """The running sums of one organ."""

    organ_id: int
    name: str
    items: int = 0
    handled: int = 0
    clean: int = 0
    errors: int = 0
    warnings: int = 0
    rules_score: float = 0.0
    completeness: float = 0.0


class Gatherer:
    """Takes items with ``look`` and gives the report at the end.

    ``kept`` bounds the findings kept for reading in each section (None: all), ``top`` the items to mend;
    ``cases`` is the number of cases of each task code, 0 where it is not told.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        kept: int | None = 50,
        top: int = 20,
        cases: Mapping[str, int] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.kept, self.top, self.cases = kept, top, cases or {}
        self.report = QualityReport(findings={name: [] for name in (RULES, FLAGS, CODES, NAMES)})
        self._totals: Counter[str] = Counter()
        self._lacks: Counter[str] = Counter()
        self._incomplete: Counter[str] = Counter()
        self._organs: dict[tuple[int, str], _Organ] = {}
        self._rules: dict[str, list[float]] = {}  # rule → errors, warnings, items, impact
        self._worst: list[tuple[float, int, ItemToMend]] = []
        self._ranked = 0
        self._named: dict[tuple[str, str], str] = {}
        self._handling: dict[str, str] = {}

    def look(self, item: ItemDefinition, common: CommonElements | None = None) -> None:
        """Judge one item in force."""
        chosen = self.settings
        found = findings(
            item,
            common=common,
            levels=chosen.levels,
            vague=chosen.vague,
            unified=chosen.unified,
            elements=chosen.elements,
        )
        found.extend(self._repeated_codes(item))
        worst = score.worst_levels(found)
        lost = score.severity(worst)
        applied = is_applied_for(item)
        lacks = completeness.lacking(item, is_applied_for=applied)
        whole = 100 * completeness.share(lacks, is_applied_for=applied)
        kept = score.rules_score(item, lost, has_common=common is not None, is_applied_for=applied)
        impact = lost * score.reach(item, self.cases.get(item.task_code, 0))
        errors = sum(1 for finding in found if finding.level == "error")
        self._lacks.update(item.missing)
        self._incomplete.update(lacks)
        self._count_organ(item, worst, errors, len(found) - errors, kept, whole)
        self._count_rules(found, worst, impact)
        self._keep_texts(item, found)
        if impact and self.top:
            self._rank(item, found, worst, lost, impact, _joined(kept, whole))

    def _count_organ(
        self,
        item: ItemDefinition,
        worst: Mapping[str, str],
        errors: int,
        warnings: int,
        rules_score: float,
        whole: float,
    ) -> None:
        key = (item.organ_id, item.organ_name)
        organ = self._organs.get(key)
        if organ is None:
            organ = self._organs[key] = _Organ(item.organ_id, item.organ_name)
        organ.items += 1
        organ.handled += item.handled
        organ.clean += not any(rule.startswith(SIXTEEN) for rule in worst)
        organ.errors += errors
        organ.warnings += warnings
        organ.rules_score += rules_score
        organ.completeness += whole

    def _count_rules(self, found: list[Finding], worst: Mapping[str, str], impact: float) -> None:
        rules = self._rules
        for finding in found:
            row = rules.get(finding.rule)
            if row is None:
                row = rules[finding.rule] = [0, 0, 0, 0]
            row[0 if finding.level == "error" else 1] += 1
        for rule in worst:
            row = rules.get(rule)
            if row is None:
                row = rules[rule] = [0, 0, 0, 0]
            row[2] += 1
            row[3] += impact

    def _keep_texts(self, item: ItemDefinition, found: list[Finding]) -> None:
        code = item.task_code
        for finding in found:
            section = CODES if finding.rule.startswith("2.2-") else RULES
            self._totals[section] += 1
            if self._has_room(section):
                self.report.findings[section].append((code, finding.text()))
        for flag in item.flags:
            self._note(FLAGS, code, flag)
        key = (item.organ_name, item.name)
        before = self._named.setdefault(key, code)
        if before is not code:
            self._note(NAMES, code, f"与 {before} 同名：{item.name}")

    def _repeated_codes(self, item: ItemDefinition) -> list[Finding]:
        """Rule 2.2-8 over all items: one code of a handling item names one item."""
        code = item.handling_code
        if not code or self._handling.setdefault(code, item.task_code) == item.task_code:
            return []
        level = self.settings.levels.get("2.2-8", "error")
        if level == "off":
            return []
        params = {"code": code, "other": self._handling[code]}
        text = numbers.SAME_HANDLING_CODE
        return [Finding("2.2-8", level, "handling_code", text, params)]  # type: ignore[arg-type]

    def _note(self, section: str, code: str, text: str) -> None:
        self._totals[section] += 1
        if self._has_room(section):
            self.report.findings[section].append((code, text))

    def _has_room(self, section: str) -> bool:
        return self.kept is None or len(self.report.findings[section]) < self.kept

    def _rank(
        self,
        item: ItemDefinition,
        found: list[Finding],
        worst: Mapping[str, str],
        lost: float,
        impact: float,
        points: float,
    ) -> None:
        self._ranked += 1
        if len(self._worst) >= self.top and impact <= self._worst[0][0]:
            return
        heaviest = sorted(worst, key=lambda rule: -score.weight(rule) * score.LOSS[worst[rule]])
        order = {rule: place for place, rule in enumerate(heaviest)}
        told = dict.fromkeys(one.text() for one in sorted(found, key=lambda one: order[one.rule]))
        errors = sum(1 for finding in found if finding.level == "error")
        row = ItemToMend(
            task_code=item.task_code,
            name=item.name,
            organ=item.organ_name,
            handled=item.handled,
            cases=self.cases.get(item.task_code, 0),
            errors=errors,
            warnings=len(found) - errors,
            score=rounded(points),
            severity=lost,
            impact=impact,
            rules=tuple(heaviest),
            first=tuple(islice(told, SHOWN_SENTENCES)),
        )
        entry = (impact, -self._ranked, row)  # of equals the earlier stays
        if len(self._worst) < self.top:
            heapq.heappush(self._worst, entry)
        else:
            heapq.heappushpop(self._worst, entry)

    def done(self) -> QualityReport:
        """The report over everything that was looked at."""
        report, organs = self.report, list(self._organs.values())
        report.items = sum(organ.items for organ in organs)
        report.handled = sum(organ.handled for organ in organs)
        report.clean = sum(organ.clean for organ in organs)
        report.errors = sum(organ.errors for organ in organs)
        report.warnings = sum(organ.warnings for organ in organs)
        report.organs = len({organ.name for organ in organs})
        report.lacks = dict(self._lacks.most_common())
        report.incomplete = dict(self._incomplete.most_common())
        report.totals = {name: self._totals[name] for name in report.findings}
        report.by_rule = sorted(self._rule_counts(), key=lambda row: (-row.impact, row.rule))
        report.by_organ = sorted(map(_scored, organs), key=lambda row: (row.score, row.organ))
        ranked = sorted(self._worst, key=lambda entry: (-entry[0], entry[2].task_code))
        report.mend = [row for _, _, row in ranked]
        if report.items:
            total = sum(_joined(organ.rules_score, organ.completeness) for organ in organs)
            report.score = rounded(total / report.items)
        return report

    def _rule_counts(self) -> list[RuleCount]:
        return [
            RuleCount(
                rule, numbers.RULES[rule].title, int(row[0]), int(row[1]), int(row[2]), round(row[3], 1)
            )
            for rule, row in self._rules.items()
        ]


def _joined(rules_score: float, whole: float) -> float:
    return score.PARTS["rules"] * rules_score + score.PARTS["completeness"] * whole


def _scored(organ: _Organ) -> OrganScore:
    return OrganScore(
        organ_id=organ.organ_id,
        organ=organ.name,
        items=organ.items,
        handled=organ.handled,
        score=rounded(_joined(organ.rules_score, organ.completeness) / organ.items),
        rules_score=rounded(organ.rules_score / organ.items),
        completeness=rounded(organ.completeness / organ.items),
        clean=organ.clean,
        errors=organ.errors,
        warnings=organ.warnings,
    )
