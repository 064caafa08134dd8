"""The assessment of a government's online service (handbook 5.2): dimensions, their proxies and weights as data.

The weights of the national survey are not published; those that ship are equal and an operator may set others.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from onewindow.kernel.errors import N_

CENT = Decimal("0.01")


class Dimension(msgspec.Struct, frozen=True):
    """One dimension: what it asks, the indicators that stand for it, and its share of the whole."""

    name: str
    label: str
    asks: str
    proxies: tuple[str, ...]
    weight: Decimal
    lacks: str = ""


class Score(msgspec.Struct, frozen=True):
    """A dimension's score from 0 to 100, the mean of the proxies that have data; None when none has."""

    dimension: Dimension
    score: Decimal | None
    weighted: Decimal | None


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        "ways",
        N_("服务方式完备度"),
        N_("能不能方便地找到并用上服务"),
        ("online_share_items", "entry_rate", "organ_entry_rate"),
        Decimal("0.2"),
        N_("没有检索命中率、链接可用率的逐期数据"),
    ),
    Dimension(
        "coverage",
        N_("服务事项覆盖度"),
        N_("该有的事项是不是都有，窗口能不能办"),
        ("authorisation_rate",),
        Decimal("0.2"),
        N_("没有本级应有目录的总数，不能算事项覆盖的比例"),
    ),
    Dimension(
        "guides",
        N_("办事指南准确度"),
        N_("指南的要素是不是齐全"),
        ("guide_told_rate",),
        Decimal("0.2"),
        N_("逐条规则的核查见事项质量报告，不计入本表"),
    ),
    Dimension(
        "maturity",
        N_("办理成熟度"),
        N_("网上能办到哪一步"),
        ("fully_online_share_items", "one_visit_rate", "zero_visit_rate"),
        Decimal("0.2"),
    ),
    Dimension(
        "effect",
        N_("服务成效度"),
        N_("用得多不多，办得快不快，群众满意不满意"),
        (
            "online_share_cases",
            "on_time_rate",
            "actual_compression",
            "good_rating_rate",
            "bad_rating_rectified_on_time",
        ),
        Decimal("0.2"),
    ),
)
# The four of S3: the same without 办理成熟度, whose weight the others share.
FOUR = ("ways", "coverage", "guides", "effect")


def weighted(weights: Mapping[str, str]) -> tuple[Dimension, ...]:
    """The dimensions with other weights, by name; those left out fall away.

    Raises ``ValueError`` for an unknown name, a weight that is no share, or weights that do not sum to 1.
    """
    names = {one.name for one in DIMENSIONS}
    if unknown := set(weights) - names:
        raise ValueError(f"there is no dimension {sorted(unknown)[0]!r}")
    given = {name: Decimal(text) for name, text in weights.items()}
    if any(not 0 < one <= 1 for one in given.values()) or sum(given.values()) != 1:
        raise ValueError("weights must lie between 0 and 1 and sum to 1")
    return tuple(
        msgspec.structs.replace(one, weight=given[one.name]) for one in DIMENSIONS if one.name in given
    )


def scores(dimensions: tuple[Dimension, ...], values: Mapping[str, Decimal | None]) -> list[Score]:
    """Each dimension's score; a proxy below 0 or above 100 percent counts as 0 or 100."""
    return [_score(one, values) for one in dimensions]


def total(found: list[Score]) -> Decimal | None:
    """Σ weight · score; None while a dimension has no data: a sum of parts would look like the whole."""
    parts = [one.weighted for one in found]
    if any(part is None for part in parts):
        return None
    return sum((part for part in parts if part is not None), Decimal(0)).quantize(CENT)


def _score(one: Dimension, values: Mapping[str, Decimal | None]) -> Score:
    known = [
        min(max(value, Decimal(0)), Decimal(100))
        for name in one.proxies
        if (value := values.get(name)) is not None
    ]
    if not known:
        return Score(one, None, None)
    score = (sum(known, Decimal(0)) / len(known)).quantize(CENT, rounding=ROUND_HALF_UP)
    return Score(one, score, (score * one.weight).quantize(CENT, rounding=ROUND_HALF_UP))
