"""The quality report: what items lack, which rules they break, how each organ stands, what to mend first."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

# The sections of the report, as the command line prints them.
RULES, FLAGS, CODES, NAMES = "规则", "导入标记", "编码", "同一部门同名"


class RuleCount(msgspec.Struct, frozen=True):
    """One rule: its findings by level, the ``items`` with at least one, and the sum of its ``impact``."""

    rule: str
    title: str
    errors: int
    warnings: int
    items: int
    impact: float


class OrganScore(msgspec.Struct, frozen=True):
    """One organ; scores from 0 to 100 with two decimals (half up), the mean over its items.

    ``clean`` items break none of the sixteen rules of 2.4 (the proxy of handbook 5.2).
    """

    organ_id: int
    organ: str
    items: int
    handled: int
    score: Decimal
    rules_score: Decimal
    completeness: Decimal
    clean: int
    errors: int
    warnings: int


class ItemToMend(msgspec.Struct, frozen=True):
    """An item in the order of what mending it is worth; ``rules`` are those it breaks, the heaviest first."""

    task_code: str
    name: str
    organ: str
    handled: bool
    cases: int
    errors: int
    warnings: int
    score: Decimal
    severity: float
    impact: float
    rules: tuple[str, ...]
    first: tuple[str, ...]


class QualityReport(msgspec.Struct):
    """``lacks``: element → items whose source lacks it; ``incomplete``: required element → items without it.

    ``findings``: section → (task code, what is wrong), cut to the bound the caller gave; ``totals`` counts
    them all. ``organs`` is the number of bodies. ``score`` is None when there is no item.
    """

    items: int = 0
    handled: int = 0
    organs: int = 0
    clean: int = 0
    errors: int = 0
    warnings: int = 0
    score: Decimal | None = None
    lacks: dict[str, int] = {}
    incomplete: dict[str, int] = {}
    totals: dict[str, int] = {}
    findings: dict[str, list[tuple[str, str]]] = {}
    by_rule: list[RuleCount] = []
    by_organ: list[OrganScore] = []
    mend: list[ItemToMend] = []


def rounded(value: float) -> Decimal:
    """Two decimals, half up (handbook 5.1)."""
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
