"""The sums and rates of a set of items, as they stand and as they would be (handbook 5.1).

Population: the items chosen. Days are summed over those whose legal and promised limits are both known, in
working days; every other item is named with the reason. Rates are half-up to two decimals; 0/0 is no data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from onewindow.catalog.compression.materials import Group, groups
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.errors import N_

DAYS_FORMULA = N_("（Σ法定天数 − Σ承诺天数）÷ Σ法定天数")
MEAN_FORMULA = N_("各事项（1 − 承诺天数 ÷ 法定天数）的平均数")
MATERIALS_FORMULA = N_("（合并前材料数 − 合并后材料数）÷ 合并前材料数")
VISITS_FORMULA = N_("Σ到现场次数")


class Assumptions(msgspec.Struct, frozen=True):
    """What if: ``promise_percent`` caps each promise at that share of its legal limit (rounded down to whole
    days); ``promise_days`` caps it at so many days; ``fetched`` counts what government itself issued as fetched
    and asks for it no longer; ``visits`` caps the visits of every item. None and False change nothing.
    """

    promise_percent: int | None = None
    promise_days: int | None = None
    fetched: bool = False
    visits: int | None = None


class LeftOut(msgspec.Struct, frozen=True):
    """An item that the sum of days does not count, and why (a msgid)."""

    task_code: str
    name: str
    reason: str


class Pair(msgspec.Struct, frozen=True):
    """A number before and after; ``rate`` is how much of it fell away, in percent, None when there is no data."""

    before: int
    after: int
    rate: Decimal | None


class Figures(msgspec.Struct, frozen=True):
    """``chosen`` items, of which ``counted`` have both limits; ``known_visits`` tell their visits."""

    chosen: int
    counted: int
    days: Pair
    mean_rate: Decimal | None
    at_once: int
    materials: Pair
    visits: int
    known_visits: int
    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]


def figures(items: Iterable[ItemDefinition], assumed: Assumptions | None = None) -> Figures:
    """The figures of ``items``; under ``assumed`` as they would be."""
    chosen = [_changed(item, assumed or Assumptions()) for item in items]
    left_out = [LeftOut(item.task_code, item.name, reason) for item in chosen if (reason := _unfit(item))]
    counted = [item for item in chosen if not _unfit(item)]
    legal = [item.legal_limit.days for item in counted if item.legal_limit]
    promised = [item.promised_limit.days for item in counted if item.promised_limit]
    found = groups(chosen)
    asked = [group for group in found if not _spared(group, assumed)]
    visits = [item.visits for item in chosen if item.visits is not None]
    return Figures(
        chosen=len(chosen),
        counted=len(counted),
        days=_pair(sum(legal), sum(promised)),
        mean_rate=_mean(legal, promised),
        at_once=sum(days == 0 for days in promised),
        materials=_pair(sum(group.rows for group in found), len(asked)),
        visits=sum(visits),
        known_visits=len(visits),
        groups=found,
        left_out=tuple(left_out),
    )


def _spared(group: Group, assumed: Assumptions | None) -> bool:
    is_fetched = group.supply == "fetched" or (
        assumed is not None and assumed.fetched and group.source == "government"
    )
    return bool(group.within) or is_fetched


def _changed(item: ItemDefinition, assumed: Assumptions) -> ItemDefinition:
    changes: dict[str, object] = {}
    legal, promised = item.legal_limit, item.promised_limit
    if legal is not None and promised is not None and legal.unit == promised.unit:
        days = promised.days
        if assumed.promise_percent is not None:
            days = min(days, legal.days * assumed.promise_percent // 100)
        if assumed.promise_days is not None:
            days = min(days, assumed.promise_days)
        changes["promised_limit"] = msgspec.structs.replace(promised, days=days)
    if assumed.visits is not None and item.visits is not None:
        changes["visits"] = min(item.visits, assumed.visits)
    return msgspec.structs.replace(item, **changes) if changes else item


def _unfit(item: ItemDefinition) -> str:
    if item.legal_limit is None:
        return N_("没有法定时限")
    if item.promised_limit is None:
        return N_("没有承诺时限")
    if item.legal_limit.unit != "working_day" or item.promised_limit.unit != "working_day":
        return N_("时限不以工作日计")
    if item.legal_limit.days == 0:
        return N_("法定时限为 0")
    return ""


def _pair(before: int, after: int) -> Pair:
    return Pair(before, after, _percent(Decimal(before - after), Decimal(before)))


def _mean(legal: Sequence[int], promised: Sequence[int]) -> Decimal | None:
    shares = [1 - Decimal(p) / Decimal(whole) for whole, p in zip(legal, promised, strict=True)]
    return _percent(sum(shares, Decimal(0)), Decimal(len(shares)))


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    if not whole:
        return None
    return (part * 100 / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
