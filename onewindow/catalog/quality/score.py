"""The guide-accuracy score (办事指南准确度, handbook 5.2) of an item, and what mending it is worth.

    rules        = 100 × (1 − Σ weight × loss over the rules hit ÷ Σ weight over the rules that apply)
    completeness = 100 × required elements there ÷ required elements (handbook 2.3, R)
    score        = PARTS["rules"] × rules + PARTS["completeness"] × completeness

A rule counts once, at its worst level. The score of an organ is the mean over its items. What to mend first:

    severity = Σ weight × loss over the rules hit
    reach    = 1, HANDLED_REACH for an item that one can apply for here, and one more per case
    impact   = severity × reach

The national yearly survey's weights were not found (handbook 5.2): these are data, to be changed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.finding import Finding, counts_as
from onewindow.catalog.rules.numbers import RULES

PARTS = {"rules": 0.7, "completeness": 0.3}  # must sum to 1
LOSS = {"error": 1.0, "warning": 0.5}
HANDLED_REACH = 3

# How far a citizen is misled: 5 he comes in vain or waits too long, 3 he must ask, 1 he searches longer.
DEFAULT_WEIGHT = 2
_BY_WEIGHT = {
    5: ("2.4-12", "2.4-14", "2.6-7", "2.3-2", "2.2-8"),
    4: ("2.4-4", "2.4-6", "2.4-15", "2.4-16", "2.2-2", "2.5-2", "2.5-3"),
    3: ("2.4-3", "2.4-7", "2.4-13", "2.3-1", "2.6-1", "2.6-2", "2.6-3", "2.6-4"),
    1: ("2.4-8", "2.4-9", "2.6-8", "2.6-9"),
}
WEIGHTS: dict[str, int] = {rule: points for points, rules in _BY_WEIGHT.items() for rule in rules}
_LICENCE_ONLY = frozenset({"2.4-9", "2.4-10"})


def weight(rule: str) -> int:
    """The weight of a rule."""
    return WEIGHTS.get(rule, DEFAULT_WEIGHT)


def worst_levels(findings: list[Finding]) -> dict[str, str]:
    """Rule → its worst level among ``findings``; a missing element counts for every rule that needs it."""
    worst: dict[str, str] = {}
    for finding in findings:
        for rule in counts_as(finding):
            if worst.get(rule) != "error":
                worst[rule] = finding.level
    return worst


def severity(worst: Mapping[str, str]) -> float:
    """What is wrong, weighted."""
    return sum(weight(rule) * LOSS[level] for rule, level in worst.items())


def rules_score(item: ItemDefinition, lost: float, *, has_common: bool, is_applied_for: bool) -> float:
    """0 to 100; ``lost`` is the item's severity."""
    whole = _whole(item.type == "01", bool(item.questions) or item.handled, has_common, is_applied_for)
    return max(0.0, 100 * (1 - lost / whole))


def reach(item: ItemDefinition, cases: int) -> int:
    """How many are touched, as a factor."""
    return (HANDLED_REACH if item.handled else 1) + cases


@lru_cache(maxsize=32)
def _whole(is_licence: bool, has_scenario: bool, has_common: bool, is_applied_for: bool) -> int:
    def applies(number: str) -> bool:
        if number.startswith("2.5-"):
            return has_common
        if number.startswith("2.6-"):
            return has_scenario
        if number in _LICENCE_ONLY:
            return is_licence
        return is_applied_for or not RULES[number].by_application

    return sum(weight(number) for number in RULES if applies(number))
